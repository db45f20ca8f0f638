"""The ledger: blocks of entries, the tree of their headers, and where everything stands in it.

A block is open, then sealed (its entries are final), drawn (its entropy is known) and proved (its
header is under the contract's root); protocol §4 tells why. The ledger follows these steps and
answers for the present and for every earlier root. It refuses what no chain could have done, but
leaves the rules of time and of who may act to `PoolModel`.
"""

from collections.abc import Sequence
from dataclasses import replace

from .block import Block, BlockWitness
from .entries import Entries, Entry, LeafKind
from .errors import LedgerError, NotInLedger
from .membership import Membership
from .merkle import MerkleTree
from .types import DEPTH, BlockIndex, ChainBlock, Field, Position, Timestamp


class Ledger:
    """All entries from the first one on; begins empty, with one open block."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._open = Entries()
        # Headers of the proved blocks, then of those drawn blocks that follow without a gap.
        self._headers = MerkleTree(DEPTH)
        self._proved = 0
        # Where the notes of the first `_looked_up` blocks stand. Most ledgers are never asked.
        self._notes: dict[Field, list[Position]] = {}
        self._looked_up = 0
        self._spends: dict[int, Position] = {}

    # -- what it holds ------------------------------------------------------------------------

    @property
    def blocks(self) -> Sequence[Block]:
        """The sealed blocks, proved or not."""
        return self._blocks

    @property
    def open(self) -> Entries:
        """The entries of the open block."""
        return self._open

    @property
    def open_index(self) -> BlockIndex:
        """The index that the open block has."""
        return BlockIndex(len(self._blocks))

    @property
    def proved(self) -> int:
        """How many blocks, from the first on, are proved."""
        return self._proved

    @property
    def root(self) -> Field:
        """The root of the proved blocks' headers, which is the contract's."""
        return self._headers.root(self._proved)

    @property
    def anchor(self) -> BlockIndex:
        """The block after which `root` stands: what a proof under it names.

        Raises:
            NotInLedger: no block is proved yet, so nothing can be proved under any root.
        """
        if not self._proved:
            raise NotInLedger("no block is proved yet: there is no root to prove anything under")
        return BlockIndex(self._proved - 1)

    def root_at(self, size: int) -> Field:
        """The root of the first `size` blocks.

        Raises:
            LedgerError: not so many blocks are proved.
        """
        return self._headers.root(self._proved_size(size))

    def note_at(self, position: Position) -> Field:
        """The note commitment at `position`, in the open block too.

        Raises:
            NotInLedger: no note stands there yet.
        """
        commitments = self._entries(position.block).commitments
        if position.slot >= len(commitments):
            raise NotInLedger(f"no note stands at position {position}")
        return commitments[position.slot]

    def note_positions(self, commitment: Field) -> tuple[Position, ...]:
        """Where notes with this commitment stand; equal notes may come more than once."""
        for block in self._blocks[self._looked_up :]:
            for slot, each in enumerate(block.entries.commitments):
                self._notes.setdefault(each, []).append(Position.at(block.index, slot))
        self._looked_up = len(self._blocks)
        opened = (slot for slot, each in enumerate(self._open.commitments) if each == commitment)
        return (
            *self._notes.get(commitment, ()),
            *(Position.at(self.open_index, slot) for slot in opened),
        )

    def spend_position(self, nullifier: int) -> Position | None:
        """Where `nullifier` stands, or None where it was never published."""
        return self._spends.get(nullifier)

    # -- the life of a block ------------------------------------------------------------------

    def append(self, entry: Entry) -> tuple[Position, ...]:
        """Add an entry to the open block; the positions of its notes are returned.

        Raises:
            LedgerError: it does not fit (seal first), or spends what is spent already.
        """
        for nullifier in entry.nullifiers:
            if nullifier in self._spends:
                raise LedgerError(f"nullifier {nullifier} is spent already")
        before, self._open = self._open, self._open.adding(entry)
        notes = self._at(before.notes, entry.NOTES)
        spends = self._at(len(before.nullifiers), len(entry.nullifiers))
        self._spends.update(zip(entry.nullifiers, spends, strict=True))
        return notes

    def seal(self, timestamp: Timestamp, draw: ChainBlock) -> Block:
        """Close the open block and open the next one.

        Raises:
            LedgerError: the open block is empty.
        """
        if not len(self._open):
            raise LedgerError(f"block {self.open_index} is empty; nothing to seal")
        block = Block(self.open_index, self._open, timestamp, draw)
        self._blocks.append(block)
        self._open = Entries()
        return block

    def redraw(self, index: BlockIndex, draw: ChainBlock) -> Block:
        """Let another chain block decide the entropy of a block whose draw was forgotten.

        Raises:
            LedgerError: the block is not sealed, or proved already.
        """
        return self._replace(index, replace(self._unproved(index), draw=draw, entropy=None))

    def fix_entropy(self, index: BlockIndex, entropy: Field) -> Block:
        """Record what the draw gave a sealed block, so that it can be proved.

        It may be recorded again, and differently, until the block is proved: the chain block
        that decides it may be replaced until then.

        Raises:
            LedgerError: the block is not sealed, or proved already.
        """
        block = self._unproved(index)
        if block.entropy == entropy:
            return block
        return self._replace(index, replace(block, entropy=entropy))

    def prove(self, entropy: Field) -> Field:
        """Count the next block as proved with this entropy; the new root is returned.

        Raises:
            LedgerError: every sealed block is proved already.
        """
        self.fix_entropy(BlockIndex(self._proved), entropy)
        self._proved += 1
        return self.root

    def prove_again(self, entropy: Field, known_root: Field) -> None:
        """As `prove`, by whoever has built the block's tree before and knows that root.

        Nothing of the tree is built, nor the ledger's root worked out, until somebody asks.

        Raises:
            LedgerError: every sealed block is proved already.
        """
        block = self._unproved(BlockIndex(self._proved))
        self._replace(block.index, replace(block, entropy=entropy, known_root=known_root))
        self._proved += 1

    def truncate(self, index: BlockIndex) -> None:
        """Forget block `index` and all that follows; the open block is `index` then, and empty.

        This is how a reorganisation of the chain is followed: what is forgotten and still holds
        is applied again.

        Raises:
            LedgerError: there is no such block.
        """
        if index > len(self._blocks):
            raise LedgerError(f"block {index} does not exist; {len(self._blocks)} is open")
        for entries in (*(block.entries for block in self._blocks[index:]), self._open):
            for nullifier in entries.nullifiers:
                del self._spends[nullifier]
        self._forget_notes(index)
        del self._blocks[index:]
        self._open = Entries()
        self._proved = min(self._proved, index)
        self._headers.truncate(min(len(self._headers), index))

    # -- what proofs need ---------------------------------------------------------------------

    def note_membership(self, position: Position, size: int | None = None) -> Membership:
        """The place of the note at `position` under the root of `size` blocks, or the present one.

        Raises:
            LedgerError: not so many blocks are proved.
            NotInLedger: that root does not hold the note.
        """
        self.note_at(position)
        return self._membership(LeafKind.NOTE, position, size)

    def spend_membership(self, nullifier: Field, size: int | None = None) -> Membership:
        """The place of `nullifier` under the root of `size` blocks, or the present one.

        Raises:
            LedgerError: not so many blocks are proved.
            NotInLedger: that root does not hold the nullifier.
        """
        position = self._spends.get(nullifier)
        if position is None:
            raise NotInLedger(f"nullifier {nullifier} was never published")
        return self._membership(LeafKind.SPEND, position, size)

    def block_witness(self, index: BlockIndex) -> BlockWitness:
        """What proves block `index`: after its draw and those of all blocks before it.

        Raises:
            LedgerError: it is not sealed, or its entropy or that of an earlier block is missing.
        """
        if index >= len(self._headers):
            raise LedgerError(
                f"block {index} cannot be proved yet: blocks are drawn up to "
                f"{len(self._headers)} only"
            )
        return BlockWitness(self._blocks[index], self._headers.path(index, index))

    # -- helpers ------------------------------------------------------------------------------

    def _membership(self, kind: LeafKind, position: Position, size: int | None) -> Membership:
        size = self._proved_size(size)
        if position.block >= size:
            raise NotInLedger(
                f"position {position} is in block {position.block}, which the root of "
                f"{size} blocks does not hold"
            )
        block = self._blocks[position.block]
        return Membership(
            kind=kind,
            position=position,
            leaf_siblings=block.entries.tree.path(2 * position.slot + kind),
            timestamp=block.timestamp,
            entropy=block.drawn,
            header_siblings=self._headers.path(position.block, size),
        )

    def _proved_size(self, size: int | None) -> int:
        if size is None:
            return self._proved
        if not 0 <= size <= self._proved:
            raise LedgerError(f"{self._proved} blocks are proved; a root of {size} is not known")
        return size

    def _entries(self, index: BlockIndex) -> Entries:
        """The entries of a sealed block, or of the open one."""
        if index > len(self._blocks):
            return Entries()
        return self._open if index == len(self._blocks) else self._blocks[index].entries

    def _at(self, slot: int, count: int) -> tuple[Position, ...]:
        """`count` positions of the open block from `slot` on."""
        return tuple(Position.at(self.open_index, slot + i) for i in range(count))

    def _unproved(self, index: BlockIndex) -> Block:
        if index >= len(self._blocks):
            raise LedgerError(f"block {index} is not sealed; {len(self._blocks)} is open")
        if index < self._proved:
            raise LedgerError(f"block {index} is proved already; nothing in it can change")
        return self._blocks[index]

    def _replace(self, index: BlockIndex, block: Block) -> Block:
        """Put `block` in its place and bring the headers in line with it."""
        self._blocks[index] = block
        self._headers.truncate(min(len(self._headers), index))
        for following in self._blocks[len(self._headers) :]:
            if following.entropy is None:
                break
            self._headers.append(following.header)
        return block

    def _forget_notes(self, index: BlockIndex) -> None:
        """Take dropped blocks out of the look-up; `index` is the first one."""
        for block in self._blocks[index : self._looked_up]:
            for commitment in block.entries.commitments:
                kept = [p for p in self._notes.pop(commitment, ()) if p.block < index]
                if kept:
                    self._notes[commitment] = kept
        self._looked_up = min(self._looked_up, index)
