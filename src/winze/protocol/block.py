"""Sealed blocks, and the statement that proves one (protocol §4, §4.1)."""

from dataclasses import dataclass, field
from functools import cached_property

from .encoding import keccak, keccak_field, word
from .entries import Entries, Slots
from .errors import InvalidStatement, LedgerError
from .merkle import root_from_path
from .poseidon import poseidon
from .types import DEPTH, BlockIndex, ChainBlock, Field, Timestamp


def draw_entropy(block_hash: bytes, index: BlockIndex) -> Field:
    """`keccak(blockhash(draw), index) >> 8`, what the drawn chain block gives block `index`."""
    return keccak_field(block_hash + word(index))


def block_header(block_root: Field, timestamp: Timestamp, entropy: Field) -> Field:
    """`H3(block_root, timestamp, entropy)`."""
    return poseidon(block_root, Field(timestamp), entropy)


def seal_word(digest: bytes, timestamp: int, draw: int, index: int) -> bytes:
    """`keccak(digest, timestamp, draw, index)`: all that the pool keeps of a sealed block.

    Raises:
        OutOfRange: a number is negative or needs more than 256 bits.
    """
    return keccak(digest + word(timestamp) + word(draw) + word(index))


@dataclass(frozen=True)
class Block:
    """A sealed block: its entries are final; its entropy is known once its draw was made."""

    index: BlockIndex
    """Its place in the ledger."""

    entries: Entries
    """What it holds; never empty."""

    timestamp: Timestamp
    """When it was sealed, or fell due before that."""

    draw: ChainBlock
    """The chain block whose hash gives the entropy."""

    entropy: Field | None = None
    """That entropy, where it is known."""

    known_root: Field | None = field(default=None, compare=False)
    """The root of its own tree, where that was found out before: then the tree is made only for
    whoever asks for a path in it."""

    @property
    def digest(self) -> bytes:
        """The digest that was sealed."""
        return self.entries.digest

    @property
    def seal(self) -> bytes:
        """The word that the pool stores until the block is proved."""
        return seal_word(self.digest, self.timestamp, self.draw, self.index)

    @property
    def root(self) -> Field:
        """The root of its own tree."""
        return self.entries.root if self.known_root is None else self.known_root

    @cached_property
    def header(self) -> Field:
        """The leaf that stands for it in the tree of headers.

        Raises:
            LedgerError: its entropy is not known yet.
        """
        return block_header(self.root, self.timestamp, self.drawn)

    @property
    def drawn(self) -> Field:
        """The entropy, for those who cannot do without it.

        Raises:
            LedgerError: it is not known yet.
        """
        if self.entropy is None:
            raise LedgerError(
                f"block {self.index} has no entropy yet: it comes with chain block {self.draw}"
            )
        return self.entropy


@dataclass(frozen=True)
class BlockStatement:
    """The public side of a block's proof."""

    old_root: Field
    new_root: Field
    index: BlockIndex
    block_root: Field
    timestamp: Timestamp
    entropy: Field
    z: Field
    """The point at which the entries are compared."""
    sum: Field
    """The entries' polynomial at `z`."""

    def signals(self) -> list[int]:
        """The public signals in the circuit's order."""
        return [
            self.old_root,
            self.new_root,
            self.index,
            self.block_root,
            self.timestamp,
            self.entropy,
            self.z,
            self.sum,
        ]


@dataclass(frozen=True)
class BlockWitness:
    """A block and the place where its header belongs: all that its proof needs.

    Raises:
        InvalidStatement: the block has no entropy yet, or the path is not `DEPTH` siblings.
    """

    block: Block
    header_siblings: tuple[Field, ...]
    """The siblings of leaf `index` in the tree of headers, from the leaf's level upwards."""

    def __post_init__(self) -> None:
        if self.block.entropy is None:
            raise InvalidStatement(
                f"block {self.block.index} cannot be proved before chain block "
                f"{self.block.draw} gave its entropy"
            )
        if len(self.header_siblings) != DEPTH:
            raise InvalidStatement(
                f"a header's path has {DEPTH} siblings; {len(self.header_siblings)} were given"
            )

    @property
    def slots(self) -> Slots:
        """The private signals `a`, `b` and `s`."""
        return self.block.entries.slots

    @cached_property
    def statement(self) -> BlockStatement:
        """The public side, as the contract will compute it."""
        block, siblings = self.block, self.header_siblings
        z = Field.reduce(int.from_bytes(keccak(block.digest + word(block.root))))
        return BlockStatement(
            old_root=root_from_path(Field(0), block.index, siblings),
            new_root=root_from_path(block.header, block.index, siblings),
            index=block.index,
            block_root=block.root,
            timestamp=block.timestamp,
            entropy=block.drawn,
            z=z,
            sum=self.slots.sum(z),
        )

    @property
    def submission(self) -> "SubmittedBlock":
        """What is submitted to the pool beside the proof."""
        entries = self.block.entries
        return SubmittedBlock(
            index=self.block.index,
            timestamp=self.block.timestamp,
            draw=self.block.draw,
            block_root=self.block.root,
            new_root=self.statement.new_root,
            kinds=entries.kinds,
            transfers=entries.transfers,
            deposits=entries.deposits,
        )


@dataclass(frozen=True)
class SubmittedBlock:
    """A block as it is submitted: the pool's own struct, field by field, nothing checked."""

    index: int
    timestamp: int
    draw: int
    block_root: int
    new_root: int
    kinds: int
    transfers: tuple[tuple[int, ...], ...]
    """Rows of out1, out2, nullifier1, nullifier2."""
    deposits: tuple[tuple[int, ...], ...]
    """Rows of entry, inner."""
