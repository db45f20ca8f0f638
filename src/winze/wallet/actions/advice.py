"""What an action would give away, looked at before it is confirmed (docs/privacy.md)."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace

from winze.contracts import NetworkDescription
from winze.protocol import EthAddress, Wei

from ..holdings import Holdings
from ..journal import Intent, IntentKind, Journal
from ..privacy import (
    Known,
    Payout,
    PrivacyWarning,
    WarningCode,
    check_payout,
    contract_warnings,
)


@dataclass(frozen=True)
class Adviser:
    """Looks at the actions of one wallet."""

    network: NetworkDescription
    connected: EthAddress
    """The connected wallet's address."""
    journal: Journal
    alike: Callable[[Wei], int]
    """How many mining deposits of an amount there were."""
    is_contract: Callable[[EthAddress], Awaitable[bool | None]]
    """Whether an address is a contract's; None where nobody may be asked."""

    async def warnings(self, intent: Intent, holdings: Holdings) -> tuple[PrivacyWarning, ...]:
        """What its owner should think about first.

        Raises:
            AddressRefused: it would show at once whose it is, or pay nobody.
        """
        payout = self._payout(intent, holdings)
        found = [*self._of_sender(intent), *_of_claim(intent)]
        if payout is None:
            return tuple(found)
        intents = [each for each in self.journal.intents() if each.id != intent.id]
        found += check_payout(Known(self.connected, self.network, holdings, intents), payout)
        if payout.destination is not None and intent.kind is not IntentKind.REST:
            found += contract_warnings(await self.is_contract(payout.destination))
        return tuple(found)

    def of_distribution(self, others: int) -> tuple[PrivacyWarning, ...]:
        """What it shows that the connected wallet has ITX sent, with so many claims of others."""
        seen = f"everybody will see that the connected wallet {self.connected} has this ITX sent"
        if others:
            text = (
                f"{seen}, with that of {_claims(others)} of the same day, and may guess that one "
                "of them is its own"
            )
        else:
            text = f"{seen}, and no other's of that day, and so that they belong together"
        advice = "wait until somebody else does it, or send it by a key that nothing connects with "
        return (PrivacyWarning(WarningCode.LINKS_SENDER, f"{text}: {advice}you"),)

    def _payout(self, intent: Intent, holdings: Holdings) -> Payout | None:
        """What leaves the private side, and for whom; None where nothing does."""
        at = intent.not_before or holdings.now
        paid = Payout(intent.account, intent.amount, at, fee=intent.fee)
        rewards = None if intent.rewards.is_zero else intent.rewards
        match intent.kind:
            case IntentKind.WITHDRAW | IntentKind.CANCEL:
                alike = self._alike(intent, holdings)
                to = intent.recipient
                apart = None if rewards == to else rewards
                return replace(paid, destination=to, rewards=apart, alike=alike)
            case IntentKind.REDEPOSIT:
                return replace(paid, rewards=rewards)
            case IntentKind.CLAIM:
                mined = holdings.mined(intent.account)
                amount = paid.amount if mined is None else mined.note.value
                return replace(paid, amount=amount, rewards=intent.recipient)
            case IntentKind.TRANSFER_OUT:
                return replace(paid, destination=intent.recipient)
        return None

    def _alike(self, intent: Intent, holdings: Holdings) -> int | None:
        mined = holdings.mined(intent.account)
        return None if mined is None else self.alike(mined.note.value)

    def _of_sender(self, intent: Intent) -> Iterator[PrivacyWarning]:
        """What the connected wallet's own transaction shows."""
        if intent.relayed or intent.kind is IntentKind.BUILD:
            return
        others = {intent.recipient, intent.source} - {self.connected, EthAddress.zero()}
        if others:
            yield PrivacyWarning(
                WarningCode.LINKS_SENDER,
                f"everybody will see that the connected wallet {self.connected} had "
                f"{' and '.join(sorted(others))} paid, and so that they belong together: have a "
                "relayer do it, or send it by a key that nothing connects with you",
            )


def _claims(count: int) -> str:
    return "another claim" if count == 1 else f"{count} other claims"


def _of_claim(intent: Intent) -> Iterator[PrivacyWarning]:
    """What the time of a claim shows."""
    apart = intent.rewards not in {intent.recipient, EthAddress.zero()}
    if apart and intent.kind in {IntentKind.WITHDRAW, IntentKind.REDEPOSIT}:
        yield PrivacyWarning(
            WarningCode.CLAIM_FOLLOWS,
            "the rewards address hides among those of this amount that are withdrawn in the same "
            "hour, for the claim is made when that hour ends: choose a time at which many withdraw",
        )
    if intent.kind is IntentKind.TOP_UP:
        yield PrivacyWarning(
            WarningCode.TOP_UP_SHOWS,
            "everybody sees the connected wallet deposit what a claim takes, and a claim soon "
            "after it: what the main account holds pays for a claim without that",
        )
