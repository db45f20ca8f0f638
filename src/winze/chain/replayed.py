"""A transaction that was replayed: what it asked for, and who got what by it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from winze.contracts import CallRequest, Receipt
from winze.protocol import (
    EthAddress,
    Event,
    Skipped,
    SkipReason,
    Timestamp,
    Transfer,
    Transferred,
    Unpaid,
    Withdrawn,
)


@dataclass(frozen=True)
class Settled:
    """A transfer that a transaction submitted, and what became of it."""

    transfer: Transfer
    skipped: SkipReason | None
    """Why it was passed over; None where it was executed."""

    payee: EthAddress
    """Who gets its fee, where it is executed."""


@dataclass(frozen=True)
class Replayed:
    """A transaction to our contracts, done by the models too."""

    contract: EthAddress
    """Which of our contracts was called."""

    request: CallRequest
    sender: EthAddress
    """Who signed the transaction and paid for its gas."""

    caller: EthAddress
    """Who called our contract: the sender, or the contract that the sender had call."""

    timestamp: Timestamp
    receipt: Receipt
    value: int
    """Wei that came along."""

    events: tuple[Event, ...] = field(repr=False)
    """What pool and rewards announced, in order."""

    reverted: str | None = None
    """Why the contracts, and the models too, refused it; None where it went through."""

    transfers: tuple[Settled, ...] = field(default=(), repr=False)
    """Its transfers in their order; of a reverted transaction none."""

    def eth(self, pool: EthAddress) -> Mapping[EthAddress, int]:
        """By how many wei it changed what each account holds, payments and gas together."""
        change: Counter[EthAddress] = Counter({self.sender: -self.receipt.fee})
        if self.reverted is not None:
            return change
        change[self.caller] -= self.value
        change[pool] += self.value
        for account, amount in self._paid().items():
            change[account] += amount
            change[pool] -= amount
        return change

    def _paid(self) -> Mapping[EthAddress, int]:
        """What the pool paid out to whom; what is redeposited, to itself."""
        paid: Counter[EthAddress] = Counter()
        for each in self.transfers:
            if each.skipped is None:
                paid[each.payee] += each.transfer.fee
                paid[each.transfer.recipient] += each.transfer.amount
        for event in self.events:
            match event:
                case Unpaid(account=account, amount=amount):
                    paid[account] -= amount
                case Withdrawn(to=to, amount=amount):
                    paid[to] += amount
        return paid


def settle(
    request: CallRequest, events: tuple[Event, ...], payees: Mapping[EthAddress, EthAddress]
) -> tuple[Settled, ...]:
    """The transfers of a call, with what its events say of each.

    `payees` are those who get a fee in the place of the relayer that a transfer names.
    """
    fates = [event for event in events if isinstance(event, Transferred | Skipped)]
    return tuple(
        Settled(
            transfer,
            fate.reason if isinstance(fate, Skipped) else None,
            payees.get(transfer.relayer, transfer.relayer),
        )
        for transfer, fate in zip(request.arguments.get("transfers", ()), fates, strict=True)
    )
