"""Claims that are due: begun by themselves, for the address that was planned (protocol §7)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from winze.protocol import MINING_ACCOUNTS, EthAddress, Timestamp

from ..holdings import Holdings, OwnNote
from ..journal import Intent, IntentKind, IntentState
from .intents import new_intent


@dataclass(frozen=True)
class DueClaim:
    """A matured session that was withdrawn and is not claimed, nor being claimed."""

    account: int
    recipient: EthAddress
    """Who was planned to get its reward; zero where nobody knows any more."""
    spent_at: Timestamp
    """The time of the proved block that holds its withdrawal."""

    def intent(self, now: Timestamp, not_before: Timestamp) -> Intent:
        """The intent to claim it, at `not_before` or later."""
        return new_intent(
            IntentKind.CLAIM,
            now,
            account=self.account,
            recipient=self.recipient,
            not_before=not_before,
        )


def due_claims(holdings: Holdings, intents: Sequence[Intent]) -> Iterator[DueClaim]:
    """The claims that can be made now, and nobody is making."""
    claiming = {
        each.account for each in intents if each.kind is IntentKind.CLAIM and not each.state.over
    }
    for index in range(MINING_ACCOUNTS):
        mined = None if index in claiming else holdings.mined(index)
        spent_at = None if mined is None else holdings.spent_at(mined)
        if mined is not None and spent_at is not None and is_claimable(mined, holdings):
            yield DueClaim(index, planned_rewards(mined, holdings, intents), spent_at)


def is_claimable(mined: OwnNote, holdings: Holdings) -> bool:
    """Whether a session's reward can be claimed now, and was not."""
    spent_at, matures = holdings.spent_at(mined), holdings.maturities.get(mined.position)
    if spent_at is None or matures is None:
        return False
    return spent_at >= matures and mined.claim_id not in holdings.claims


def planned_rewards(mined: OwnNote, holdings: Holdings, intents: Iterable[Intent]) -> EthAddress:
    """Who shall get a session's reward: its withdrawal's own memo says it, else the journal."""
    spend = holdings.spend_of(mined)
    if spend is not None and not spend.rewards.is_zero:
        return spend.rewards
    decided = [
        intent.rewards
        for intent in intents
        if intent.kind in {IntentKind.WITHDRAW, IntentKind.REDEPOSIT}
        and intent.account == mined.account.index
        and intent.state is not IntentState.FAILED
    ]
    return decided[-1] if decided else EthAddress.zero()
