"""Witnesses with nothing checked: numbers in, a circuit's signals out.

Each draft holds as it stands. A test changes one number of it, and everything that follows from
that number follows honestly, so that a single rule of the circuit is broken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.circuits.places import Places, Sealed, SparseTree, hash_of
from winze.circuits import Circuit, Signals
from winze.protocol import DEPOSIT, DEPTH, FIELD_ORDER, MINEABLE, SLOTS

T = TypeVar("T")

ETHER = 10**18
LAST_BLOCK = (1 << DEPTH) - 1

PUBLIC = {
    Circuit.TRANSFER: ("root", "public_amount", "context", "nullifier", "out"),
    Circuit.CLAIM: ("root", "claim_id", "value", "context", "lock_min", "lock_range"),
    Circuit.BLOCK: (
        "old_root",
        "new_root",
        "index",
        "block_root",
        "timestamp",
        "entropy",
        "z",
        "sum",
    ),
}


def public_signals(circuit: Circuit, signals: Signals) -> list[int]:
    """The public signals in the contract's order."""
    public: list[int] = []
    for name in PUBLIC[circuit]:
        value = signals[name]
        public += [value] if isinstance(value, int) else value  # type: ignore[list-item]
    return public


def inner_of(spending_key: int, blinding: int) -> int:
    return hash_of(hash_of(spending_key), blinding)


@dataclass(frozen=True)
class Input:
    """A note that a transfer spends, and where it stands."""

    spending_key: int
    value: int
    mineable: int = 0
    blinding: int = 5
    block: int = 4
    leaf: int = 6
    """Its leaf in the block; a note's is even."""
    published_position: int | None = None
    """The position in its nullifier, where that is not its own."""

    @property
    def commitment(self) -> int:
        word = self.value + MINEABLE * self.mineable
        return hash_of(word, inner_of(self.spending_key, self.blinding))

    @property
    def position(self) -> int:
        return self.block * SLOTS + self.leaf // 2

    @property
    def nullifier(self) -> int:
        position = self.position if self.published_position is None else self.published_position
        return hash_of(self.spending_key, self.commitment, position)


@dataclass(frozen=True)
class TransferDraft:
    """Two notes of 2 and 3 ETH become two of 1 and 3; 1 ETH leaves."""

    first: Input = Input(11, 2 * ETHER, mineable=1, block=0, leaf=0)
    second: Input = Input(22, 3 * ETHER, blinding=6, block=LAST_BLOCK, leaf=2 * SLOTS - 2)
    out_values: tuple[int, int] = (1 * ETHER, 3 * ETHER)
    out_inners: tuple[int, int] = (901, 902)
    out_words: tuple[int, int] | None = None
    """The words in the published commitments, where they are not the values."""
    leaves: bool = True
    """Whether the notes stand in the ledger at all."""
    changes: Signals = field(default_factory=dict)
    """Signals that are something else in the end."""

    def signals(self) -> Signals:
        inputs = (self.first, self.second)
        places = self._places(inputs)
        paths = [places.signals(spent.block, spent.leaf) for spent in inputs]
        words = self.out_words or self.out_values
        moved = sum(self.out_values) - sum(spent.value for spent in inputs)
        return {
            "root": places.root,
            "public_amount": moved % FIELD_ORDER,
            "context": 4242,
            "nullifier": [spent.nullifier for spent in inputs],
            "out": [hash_of(*pair) for pair in zip(words, self.out_inners, strict=True)],
            **{
                name: [getattr(spent, name) % FIELD_ORDER for spent in inputs]
                for name in ("spending_key", "value", "mineable", "blinding")
            },
            **{name: [path[name] for path in paths] for name in paths[0]},
            "out_value": [value % FIELD_ORDER for value in self.out_values],
            "out_inner": list(self.out_inners),
            **self.changes,
        }

    def _places(self, inputs: Sequence[Input]) -> Places:
        blocks: dict[int, dict[int, int]] = {}
        for spent in inputs:
            leaf = {spent.leaf: spent.commitment} if self.leaves else {1: 12345}
            blocks.setdefault(spent.block, {}).update(leaf)
        return Places({index: Sealed(leaves) for index, leaves in blocks.items()})


@dataclass(frozen=True)
class ClaimDraft:
    """A deposit of 1 ETH in one block, and its spend in another at the very second of maturity."""

    spending_key: int = 33
    value: int = ETHER
    word: int = ETHER + MINEABLE
    """What the pool wrote into the note."""
    blinding: int = 7
    block: int = 3
    leaf: int = 8
    deposited: int = 1_700_000_000
    spend_block: int = LAST_BLOCK
    spend_leaf: int = 127
    spent: int | None = None
    """When the spend's block was sealed; at maturity unless told."""
    late: int = 0
    """Seconds after that."""
    spent_key: int | None = None
    """The key in the published nullifier, where it is another's."""
    claimed_position: int | None = None
    """The position in the claim id, where it is not the note's own."""
    deposits: bool = True
    """Whether the note stands in the ledger at all."""
    lock_min: int = 20
    lock_range: int = 30
    changes: Signals = field(default_factory=dict)
    """Signals that are something else in the end."""

    @property
    def commitment(self) -> int:
        return hash_of(self.word, inner_of(self.spending_key, self.blinding))

    @property
    def position(self) -> int:
        return self.block * SLOTS + self.leaf // 2

    @property
    def nullifier(self) -> int:
        key = self.spending_key if self.spent_key is None else self.spent_key
        return hash_of(key, self.commitment, self.position)

    @property
    def deposit(self) -> Sealed:
        leaves = {self.leaf: self.commitment} if self.deposits else {1: 12345}
        return Sealed(leaves, self.deposited % FIELD_ORDER, 41)

    @property
    def lock(self) -> int:
        draw = hash_of(self.deposit.header, self.blinding) % (1 << 64)
        return self.lock_min + draw % self.lock_range

    def signals(self) -> Signals:
        sealed = self.deposited + self.lock if self.spent is None else self.spent
        spend = Sealed({self.spend_leaf: self.nullifier}, (sealed + self.late) % FIELD_ORDER, 42)
        places = Places({self.block: self.deposit, self.spend_block: spend})
        place = places.signals(self.spend_block, self.spend_leaf)
        claimed = self.position if self.claimed_position is None else self.claimed_position
        return {
            "root": places.root,
            "claim_id": hash_of(self.spending_key, self.commitment, claimed, 1),
            "value": self.value % FIELD_ORDER,
            "context": 4242,
            "lock_min": self.lock_min,
            "lock_range": self.lock_range,
            "spending_key": self.spending_key,
            "blinding": self.blinding,
            **places.signals(self.block, self.leaf),
            **{f"spend_{name}": value for name, value in place.items()},
            **self.changes,
        }


def deposit_slot(word: int, inner: int) -> tuple[int, int, int]:
    """What stands in a deposit's slot: a, b, and the leaf that they make."""
    return DEPOSIT + word, inner, hash_of(word, inner)


def output_slot(commitment: int) -> tuple[int, int, int]:
    """What stands in a private output's slot."""
    return 0, commitment, commitment


EMPTY_SLOT = (0, 0, 0)
MIXED_SLOTS = (deposit_slot(ETHER + MINEABLE, 501), output_slot(502), deposit_slot(7, 503))


@dataclass(frozen=True)
class BlockDraft:
    """Three notes and two spends are appended as block 5 of a ledger with two other blocks."""

    slots: tuple[tuple[int, int, int], ...] = MIXED_SLOTS
    """a, b and the leaf of each slot; the rest is empty."""
    spends: tuple[int, ...] = (601, 602)
    index: int = 5
    neighbours: tuple[int, ...] = (0, 4)
    """Indices that hold headers already."""
    replaced: int = 0
    """What stands at `index` before."""
    summed: tuple[tuple[int, int, int], ...] | None = None
    """The slots of the entries on chain, where they are others than those of the proof."""
    summed_spends: tuple[int, ...] | None = None
    """The same for the spends."""
    z: int = 987654321
    changes: Signals = field(default_factory=dict)
    """Signals that are something else in the end."""

    def signals(self) -> Signals:
        slots, spends = _padded(self.slots, EMPTY_SLOT), _padded(self.spends, 0)
        leaves = {2 * i: slot[2] for i, slot in enumerate(slots)}
        leaves |= {2 * i + 1: spend for i, spend in enumerate(spends)}
        block = Sealed(leaves, 1000, 43)
        others = {index: 7000 + index for index in self.neighbours}
        before = SparseTree(DEPTH, others | {self.index: self.replaced})
        after = SparseTree(DEPTH, others | {self.index: block.header})
        return {
            "old_root": before.root,
            "new_root": after.root,
            "index": self.index,
            "block_root": block.tree.root,
            "timestamp": block.timestamp,
            "entropy": block.entropy,
            "z": self.z,
            "sum": self._sum(),
            "a": [slot[0] % FIELD_ORDER for slot in slots],
            "b": [slot[1] for slot in slots],
            "s": spends,
            "siblings": before.path(self.index),
            **self.changes,
        }

    def _sum(self) -> int:
        slots = _padded(self.slots if self.summed is None else self.summed, EMPTY_SLOT)
        spends = _padded(self.spends if self.summed_spends is None else self.summed_spends, 0)
        total = 0
        for i, ((a, b, _), s) in enumerate(zip(slots, spends, strict=True)):
            for j, coefficient in enumerate((a, b, s)):
                total += coefficient * pow(self.z, 3 * i + j, FIELD_ORDER)
        return total % FIELD_ORDER


def _padded(values: Sequence[T], empty: T) -> list[T]:
    return [*values, *[empty] * (SLOTS - len(values))]
