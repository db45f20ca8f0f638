"""What a withdrawal, a cancellation or a redeposit would give away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from winze.contracts import NetworkDescription
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    MAIN_ACCOUNT,
    EthAddress,
    Timestamp,
    Wei,
)

from ..errors import AddressRefused
from ..holdings import Holdings
from ..journal import Intent
from .findings import PrivacyWarning, Refusal, WarningCode
from .uses import Use, uses

SMALL_SET: Final = 20
"""Fewer deposits of an amount than this are few to hide among."""

DIGITS: Final = 2
"""More significant digits than these make an amount unusual."""

RECENT_PERIODS: Final = 30
"""For how many periods a deposit's amount is remembered by who looks for it again."""

TICKS: Final = 24
"""A spend within one part in so many of a period after its maturity comes right at it."""

_RESERVED: Final = 1 << 16
"""Addresses below are the chain's own: nobody has their keys."""


@dataclass(frozen=True)
class Known:
    """What a wallet knows of itself."""

    connected: EthAddress
    network: NetworkDescription
    holdings: Holdings
    intents: Sequence[Intent] = ()


@dataclass(frozen=True)
class Payout:
    """What is about to be done."""

    account: int
    """The session's mining account, or the main one."""
    amount: Wei
    """What leaves the private side beside the fee."""
    at: Timestamp
    """When it is to be executed, in chain time."""
    destination: EthAddress | None = None
    """Who gets it; None for a redeposit, which pays nobody."""
    rewards: EthAddress | None = None
    """Who gets the ITX; None where nothing is claimed, or the destination gets it."""
    fee: Wei = Wei(0)  # noqa: RUF009 - immutable
    alike: int | None = None
    """How many deposits of this amount it hides among; None where that means nothing."""


def check_payout(known: Known, payout: Payout) -> list[PrivacyWarning]:
    """What would give the wallet away all the same, after what is refused.

    Raises:
        AddressRefused: the destination or the rewards address is this wallet's public side, or
            nobody's; its `code` says which.
    """
    for address, what in ((payout.destination, "withdrawal"), (payout.rewards, "rewards")):
        if address is not None:
            _require_unlinked(known, address, what)
    return [
        *_of_addresses(known, payout),
        *_of_amount(known, payout),
        *_of_time(known, payout),
    ]


def _require_unlinked(known: Known, address: EthAddress, what: str) -> None:
    if int.from_bytes(address.bytes20) < _RESERVED:
        raise AddressRefused(Refusal.NOBODYS, f"the {what} address {address} is nobody's")
    for name, contract in known.network.contracts.items():
        if address == contract.address:
            raise AddressRefused(
                Refusal.NETWORKS,
                f"the {what} address is the network's own contract {name}: what it gets is lost",
            )
    if address == known.connected:
        raise AddressRefused(
            Refusal.CONNECTED,
            f"the {what} address is the connected wallet's, which deposited: everybody would see "
            "that both are yours; take an address that was never used",
        )
    if any(own.depositor == address for own in known.holdings.notes):
        raise AddressRefused(
            Refusal.DEPOSITOR,
            f"the {what} address {address} deposited for this wallet: everybody would see that "
            "both are yours; take an address that was never used",
        )


def _of_addresses(known: Known, payout: Payout) -> Iterator[PrivacyWarning]:
    others = [
        each for each in uses(known.holdings, known.intents) if each.elsewhere(payout.account)
    ]
    if payout.destination is not None:
        if _used(others, payout.destination, rewards=False):
            yield PrivacyWarning(
                WarningCode.REUSED_DESTINATION,
                "the withdrawal address has been used by another withdrawal of yours: everybody "
                "sees that both are one person's; take a new address each time",
            )
        if _used(others, payout.destination, rewards=True):
            yield PrivacyWarning(
                WarningCode.DESTINATION_HAS_REWARDS,
                "the withdrawal address gets the rewards of another session: everybody sees that "
                "both are one person's; take a new address each time",
            )
    rewards = payout.rewards
    if rewards is not None and any(each.address == rewards for each in others):
        yield PrivacyWarning(
            WarningCode.REUSED_REWARDS,
            "the rewards address has been used by another session: everybody sees that both are "
            "one person's; give each session an address of its own",
        )


def _used(others: Sequence[Use], address: EthAddress, *, rewards: bool) -> bool:
    return any(each.address == address and each.rewards == rewards for each in others)


def _of_amount(known: Known, payout: Payout) -> Iterator[PrivacyWarning]:
    mined = known.holdings.mined(payout.account)
    if mined is not None and payout.amount != mined.note.value:
        yield PrivacyWarning(
            WarningCode.NOT_DENOMINATION,
            f"{_eth(payout.amount)} ETH leave where {_eth(mined.note.value)} were deposited: fewer "
            "others withdraw just that; with the fee in the main account the whole can leave",
        )
    if mined is None and payout.amount not in DENOMINATIONS:
        if _digits(payout.amount) > DIGITS:
            yield PrivacyWarning(
                WarningCode.UNUSUAL_AMOUNT,
                f"{_eth(payout.amount)} ETH is an amount that hardly anybody else withdraws: round "
                f"it to {DIGITS} digits or fewer, best to 0.1, 1, 10 or 100",
            )
        if any(each in (payout.amount, payout.amount + payout.fee) for each in _recent(known)):
            yield PrivacyWarning(
                WarningCode.SAME_AS_DEPOSIT,
                f"the connected wallet deposited as much as this ({_eth(payout.amount)} ETH, or "
                "with the fee) a short time ago: withdraw another amount, or in parts",
            )
    if payout.alike is not None and payout.alike < SMALL_SET:
        yield PrivacyWarning(
            WarningCode.SMALL_SET,
            f"only {_deposits(payout.alike)} of this amount to hide among so far: the longer you "
            "wait, the more there are",
        )


def _of_time(known: Known, payout: Payout) -> Iterator[PrivacyWarning]:
    period = known.network.profile.period
    mined = known.holdings.mined(payout.account)
    if mined is not None:
        if known.holdings.spend_of(mined) is not None:
            return  # a claim: what the time tells, its session's spend has told
        maturity = known.holdings.maturities.get(mined.position)
        if maturity is not None and 0 <= payout.at - maturity < period // TICKS:
            yield PrivacyWarning(
                WarningCode.AT_MATURITY,
                "it leaves as soon as it can earn: whoever does that leaves a lock period after "
                "the deposit, and few others' deposits fit; later, at a random time, is better",
            )
    deposited = [
        own.happened.timestamp
        for own in known.holdings.of_account(payout.account)
        if own.depositor is not None
    ]
    if deposited and payout.at - max(deposited) < period:
        yield PrivacyWarning(
            WarningCode.AFTER_DEPOSIT,
            "it leaves a short time after a deposit of yours, and few others' came before it: "
            "wait for a day or longer",
        )


def _recent(known: Known) -> Iterator[Wei]:
    """What was deposited into the main account a short time ago."""
    since = known.holdings.now - RECENT_PERIODS * known.network.profile.period
    for own in known.holdings.of_account(MAIN_ACCOUNT):
        if own.depositor is not None and own.happened.timestamp >= since:
            yield own.note.value


def _deposits(count: int) -> str:
    return "1 deposit" if count == 1 else f"{count} deposits"


def _digits(amount: Wei) -> int:
    return len(str(int(amount)).rstrip("0"))


def _eth(amount: Wei) -> str:
    whole, rest = divmod(int(amount), ETHER)
    return f"{whole}.{rest:018d}".rstrip("0").rstrip(".")
