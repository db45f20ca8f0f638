"""Proof that a leaf is in the ledger, and since when (protocol §4)."""

from dataclasses import dataclass

from .block import block_header
from .entries import BLOCK_DEPTH, LeafKind
from .errors import LedgerError
from .merkle import root_from_path
from .types import DEPTH, Field, Position, Timestamp


@dataclass(frozen=True)
class Membership:
    """Where a note or a nullifier stands under one root, with the block's time and entropy.

    Raises:
        LedgerError: one of the paths has not as many siblings as its tree has levels.
    """

    kind: LeafKind
    """Whether the leaf is a slot's note or its nullifier."""

    position: Position
    """Block and slot; with `kind` its bits are the sides on which the path's nodes stand."""

    leaf_siblings: tuple[Field, ...]
    """The path inside the block, from the leaf upwards."""

    timestamp: Timestamp
    """The block's."""

    entropy: Field
    """The block's."""

    header_siblings: tuple[Field, ...]
    """The path of the block's header, from the leaf upwards."""

    def __post_init__(self) -> None:
        sizes = len(self.leaf_siblings), len(self.header_siblings)
        if sizes != (BLOCK_DEPTH, DEPTH):
            raise LedgerError(
                f"a membership has {BLOCK_DEPTH} and {DEPTH} siblings; {sizes} were given"
            )

    @property
    def leaf_index(self) -> int:
        """The leaf's index inside the block's tree."""
        return 2 * self.position.slot + self.kind

    def header(self, leaf: Field) -> Field:
        """The block's header, were `leaf` the leaf."""
        block_root = root_from_path(leaf, self.leaf_index, self.leaf_siblings)
        return block_header(block_root, self.timestamp, self.entropy)

    def root(self, leaf: Field) -> Field:
        """The ledger's root, were `leaf` the leaf."""
        return root_from_path(self.header(leaf), self.position.block, self.header_siblings)
