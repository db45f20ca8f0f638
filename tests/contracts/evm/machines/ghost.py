"""The bookkeeping done again, from events alone: which notes there are, and what they are worth.

The circuit is replaced in these histories, so that nobody but the ghost knows the values of notes
and which nullifier is whose. It keeps to what the circuit would enforce: a transfer is worth what
it spends. Comments quote the numbers of docs/properties.md.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.contracts.evm.samples import Numbers
from winze.protocol import (
    MINEABLE,
    Deposited,
    EthAddress,
    Event,
    Sealed,
    Transferred,
    Unpaid,
    Withdrawn,
)


@dataclass(frozen=True)
class Coin:
    """A note that was made, as its owner knows it."""

    value: int
    mineable: bool
    nullifier: int
    claim_id: int
    block: int
    """The block in which it stands, or a later one."""


@dataclass(frozen=True)
class Plan:
    """What a signed transfer does, if it is executed."""

    spends: tuple[Coin, ...]
    makes: tuple[int, int]
    """The values of its outputs."""
    fee: int


@dataclass
class Ghost:
    """All notes, by what was announced."""

    fresh: Numbers
    unspent: dict[int, Coin] = field(default_factory=dict)
    """By nullifier."""
    spent: list[Coin] = field(default_factory=list)
    """With the block that holds the spend, or a later one."""
    plans: dict[int, Plan] = field(default_factory=dict)
    """By the first output of the transfer."""
    waiting: Counter[EthAddress] = field(default_factory=Counter)
    forced: int = 0
    """ETH that came without a call."""
    began: int | None = None
    """When the open block got its first entry, and when its last."""
    touched: int = 0
    interval: int = 0

    @property
    def owed(self) -> int:
        """What the pool must hold (S1)."""
        notes = sum(coin.value for coin in self.unspent.values())
        return notes + sum(self.waiting.values()) + self.forced

    def spendable(self, proved: int) -> list[Coin]:
        """Notes whose place can be proved."""
        return [coin for coin in self.unspent.values() if coin.block < proved]

    def claimable(self, proved: int) -> list[Coin]:
        """Mining notes whose place and whose spend can be proved."""
        return [coin for coin in self.spent if coin.mineable and coin.block < proved]

    def see(self, events: Iterable[Event], now: int, interval: int, open_index: int) -> None:
        """Take in what an accepted call announced; afterwards the block `open_index` is open."""
        for event in events:
            match event:
                case Deposited():
                    self._enter(now, interval)
                    value, mineable = event.word % MINEABLE, event.word >= MINEABLE
                    self.make(value, open_index, mineable=mineable)
                case Transferred():
                    self._enter(now, interval)
                    self._transfer(event, open_index)
                case Sealed():
                    self._seal(event, now)
                case Unpaid():
                    self.waiting[event.account] += event.amount
                case Withdrawn():
                    assert self.waiting.pop(event.account) == event.amount  # C6

    def _enter(self, now: int, interval: int) -> None:
        if self.began is None:
            self.began, self.interval = now, interval
        self.touched = now

    def make(self, value: int, block: int, *, mineable: bool) -> None:
        """A note came to be."""
        coin = Coin(value, mineable, self.fresh(), self.fresh(), block)
        self.unspent[coin.nullifier] = coin

    def _transfer(self, event: Transferred, block: int) -> None:
        plan = self.plans[event.out1]
        worth = sum(coin.value for coin in plan.spends)
        assert worth == sum(plan.makes) + event.amount + plan.fee  # S2, which the circuit proves
        for coin in plan.spends:
            assert coin.nullifier in (event.nullifier1, event.nullifier2)
            del self.unspent[coin.nullifier]  # O1: it was there
            self.spent.append(replace(coin, block=block))
        for value in plan.makes:
            if value:
                self.make(value, block, mineable=False)

    def _seal(self, event: Sealed, now: int) -> None:
        assert self.began is not None
        due = self.began + self.interval
        assert self.touched <= event.timestamp == min(now, due)  # L6
        self.began = None
