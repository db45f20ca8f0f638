"""What the ledger records: deposits and spends, and how a block holds them (protocol §4, §4.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import chain
from typing import ClassVar, Final

from .encoding import keccak, word
from .errors import LedgerError
from .merkle import MerkleTree
from .note import DEPOSIT, MINEABLE
from .poseidon import poseidon
from .types import FIELD_ORDER, SLOTS, Field, Wei

BLOCK_DEPTH: Final = 7
"""Depth of a block's own tree: two leaves, a note and a nullifier, for each slot."""

EMPTY_DIGEST: Final = bytes(32)
"""The digest of a block without entries."""


class LeafKind(IntEnum):
    """Which of a slot's two leaves: its offset from leaf `2 * slot`."""

    NOTE = 0
    SPEND = 1


@dataclass(frozen=True)
class Deposit:
    """ETH that came in, or was redeposited: one new note whose value everybody sees.

    Raises:
        LedgerError: `word` is not a value from 1 to 2^96 - 1 wei, with or without MINEABLE. The
            pool refuses such a deposit, for its block could never be proved.
    """

    NOTES: ClassVar = 1
    """Notes that it adds: a count for which nothing needs to be hashed."""

    word: Field
    """The note's word, which the pool made from what it received (protocol §3)."""

    inner: Field
    """`H2(owner, blinding)`, which hides whose note it is."""

    def __post_init__(self) -> None:
        if not 0 < (self.word % MINEABLE) < Wei.bound or self.word >= 2 * MINEABLE:
            raise LedgerError(
                f"a deposit's word is its value, 1 to 2^96 - 1 wei, plus 2^128 where it may earn "
                f"ITX; {self.word} is not"
            )

    @cached_property
    def commitments(self) -> tuple[Field]:
        """The note that it adds."""
        return (poseidon(self.word, self.inner),)

    @property
    def nullifiers(self) -> tuple[()]:
        """A deposit spends nothing."""
        return ()

    @property
    def words(self) -> tuple[Field, Field]:
        """What `prove` is given of it: the marked entry and the inner."""
        return Field(DEPOSIT + self.word), self.inner

    @property
    def openings(self) -> tuple[tuple[Field, Field]]:
        """The pair `a, b` of the slot that it fills."""
        return (self.words,)


@dataclass(frozen=True)
class Spend:
    """An executed transfer: two new notes, of hidden value, for two spent ones.

    Raises:
        LedgerError: the nullifiers are equal, which no transfer's proof allows.
    """

    NOTES: ClassVar = 2
    """Notes that it adds."""

    out1: Field
    out2: Field
    nullifier1: Field
    nullifier2: Field

    def __post_init__(self) -> None:
        if self.nullifier1 == self.nullifier2:
            raise LedgerError(f"a spend's nullifiers must differ; both are {self.nullifier1}")

    @property
    def commitments(self) -> tuple[Field, Field]:
        """The notes that it adds."""
        return self.out1, self.out2

    @property
    def nullifiers(self) -> tuple[Field, Field]:
        """The notes that it spends."""
        return self.nullifier1, self.nullifier2

    @property
    def words(self) -> tuple[Field, Field, Field, Field]:
        """What `prove` is given of it."""
        return self.out1, self.out2, self.nullifier1, self.nullifier2

    @property
    def openings(self) -> tuple[tuple[Field, Field], tuple[Field, Field]]:
        """The pairs `a, b` of the two slots that it fills; 0 says that `b` is the note itself."""
        return (Field(0), self.out1), (Field(0), self.out2)


Entry = Deposit | Spend


@dataclass(frozen=True)
class Slots:
    """A block as the circuit reads it: `SLOTS` values of each kind, 0 where a slot is empty."""

    a: tuple[Field, ...]
    b: tuple[Field, ...]
    s: tuple[Field, ...]

    def sum(self, z: Field) -> Field:
        """`Σ a_i z^(3i) + b_i z^(3i+1) + s_i z^(3i+2)` (protocol §4.1), by Horner's rule."""
        total = 0
        for a, b, s in reversed(list(zip(self.a, self.b, self.s, strict=True))):
            total = (((total * z + s) * z + b) * z + a) % FIELD_ORDER
        return Field(total)


@dataclass(frozen=True)
class Entries:
    """The entries of one block in their order, and everything that follows from them alone.

    Raises:
        LedgerError: they hold more notes, or more nullifiers, than a block has slots.
    """

    items: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        notes, spends = self.notes, len(self.nullifiers)
        if max(notes, spends) > SLOTS:
            raise LedgerError(f"a block has {SLOTS} slots; {notes} notes, {spends} spends are more")

    def __len__(self) -> int:
        return len(self.items)

    def fits(self, entry: Entry) -> bool:
        """Whether the block still has slots for `entry`."""
        notes = self.notes + entry.NOTES
        spends = len(self.nullifiers) + len(entry.nullifiers)
        return notes <= SLOTS and spends <= SLOTS

    def adding(self, entry: Entry) -> "Entries":
        """These entries and one more.

        Raises:
            LedgerError: it does not fit.
        """
        return Entries((*self.items, entry))

    @cached_property
    def notes(self) -> int:
        """How many notes they add."""
        return sum(entry.NOTES for entry in self.items)

    @cached_property
    def commitments(self) -> tuple[Field, ...]:
        """The notes in slot order."""
        return tuple(chain.from_iterable(entry.commitments for entry in self.items))

    @cached_property
    def nullifiers(self) -> tuple[Field, ...]:
        """The nullifiers in slot order."""
        return tuple(chain.from_iterable(entry.nullifiers for entry in self.items))

    @cached_property
    def digest(self) -> bytes:
        """The contract's running digest of the entries (protocol §4)."""
        digest = EMPTY_DIGEST
        for entry in self.items:
            digest = keccak(digest + b"".join(map(word, entry.words)))
        return digest

    @cached_property
    def tree(self) -> MerkleTree:
        """The block's tree, up to its last filled leaf."""
        leaves = max(2 * len(self.commitments) - 1, 2 * len(self.nullifiers), 0)
        values = [Field(0)] * leaves
        values[0 : 2 * len(self.commitments) : 2] = self.commitments
        values[1 : 2 * len(self.nullifiers) : 2] = self.nullifiers
        return MerkleTree(BLOCK_DEPTH, values)

    @cached_property
    def root(self) -> Field:
        """`block_root`, the root of that tree."""
        return self.tree.root()

    @property
    def transfers(self) -> tuple[tuple[Field, ...], ...]:
        """The spends as `prove` is given them, in their order."""
        return tuple(entry.words for entry in self.items if isinstance(entry, Spend))

    @property
    def deposits(self) -> tuple[tuple[Field, ...], ...]:
        """The deposits as `prove` is given them, in their order."""
        return tuple(entry.words for entry in self.items if isinstance(entry, Deposit))

    @property
    def kinds(self) -> int:
        """Bit `i` is set where entry `i` is the next of the spends, else it is a deposit."""
        return sum(1 << i for i, entry in enumerate(self.items) if isinstance(entry, Spend))

    @property
    def slots(self) -> Slots:
        """The entries as the block circuit reads them."""
        openings = list(chain.from_iterable(entry.openings for entry in self.items))
        return Slots(
            a=_padded(a for a, _ in openings),
            b=_padded(b for _, b in openings),
            s=_padded(self.nullifiers),
        )


def read_entries(
    kinds: int, transfers: Sequence[Sequence[int]], deposits: Sequence[Sequence[int]]
) -> Entries:
    """The entries that these describe: the inverse of the three properties.

    Raises:
        LedgerError: `kinds` asks for other numbers of either, a row is no entry, or there are more
            than one block holds.
        OutOfRange: a word is not below `p`.
    """
    count = len(transfers) + len(deposits)
    spends, made = iter(transfers), iter(deposits)
    try:
        return Entries(
            tuple(
                _spend(next(spends)) if kinds >> i & 1 else _deposit(next(made))
                for i in range(count)
            )
        )
    except RuntimeError as problem:  # what a generator makes of an iterator's end
        raise LedgerError(
            f"kinds {kinds:#x} do not fit {len(transfers)} transfers and {len(deposits)} deposits"
        ) from problem


def _spend(row: Sequence[int]) -> Spend:
    return Spend(*_words(row, 4))


def _deposit(row: Sequence[int]) -> Deposit:
    marked, inner = _words(row, 2)
    if marked < DEPOSIT:
        raise LedgerError(f"a deposit's entry has 2^129 added; {marked} has not")
    return Deposit(Field(marked - DEPOSIT), inner)


def _words(row: Sequence[int], count: int) -> list[Field]:
    if len(row) != count:
        raise LedgerError(f"a row of {len(row)} words was given where an entry has {count}")
    return [Field(value) for value in row]


def _padded(values: Iterable[Field]) -> tuple[Field, ...]:
    """The values, then zeros up to `SLOTS`."""
    filled = tuple(values)
    return filled + (Field(0),) * (SLOTS - len(filled))
