"""How the pool builds the ledger: what opens, seals, draws and proves a block (protocol §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .block import SubmittedBlock, draw_entropy, seal_word
from .calls import BlockHash, Call, Verifier
from .entries import EMPTY_DIGEST, Entry, read_entries
from .errors import LedgerError, OutOfRange, Refused
from .events import Event, Events, Proved, Redrawn, Sealed
from .ledger import Ledger
from .types import BlockIndex, ChainBlock, Field, Seconds, Timestamp

HASH_WINDOW: Final = 256
"""For how many chain blocks a chain can tell a block's hash."""

_NO_TIME: Final = Timestamp(0)


@dataclass(frozen=True)
class OpenBlock:
    """The open block as the contract shows it."""

    index: int
    notes: int
    spends: int
    due: int
    """When it may be sealed; 0 while it is empty."""
    digest: bytes


class Building:
    """The ledger under the contract's rules of time and order."""

    def __init__(self, verifier: Verifier) -> None:
        self.ledger = Ledger()
        self._due = _NO_TIME
        self._block_verifier = verifier

    # -- what everybody can see ----------------------------------------------------------------

    @property
    def root(self) -> Field:
        """The ledger's root."""
        return self.ledger.root

    @property
    def proved(self) -> int:
        """How many blocks are proved."""
        return self.ledger.proved

    @property
    def open_block(self) -> OpenBlock:
        """The open block."""
        entries = self.ledger.open
        return OpenBlock(
            index=self.ledger.open_index,
            notes=len(entries.commitments),
            spends=len(entries.nullifiers),
            due=self._due,
            digest=entries.digest,
        )

    def root_after(self, index: int) -> Field:
        """The root after block `index`, to spend and claim under; 0 until that block is proved."""
        return self.ledger.root_at(index + 1) if index < self.proved else Field(0)

    def sealed(self, index: int) -> bytes:
        """The commitment to a sealed block, the open block's digest, 0 for any other block."""
        if index == self.ledger.open_index:
            return self.ledger.open.digest
        if self.proved <= index < self.ledger.open_index:
            return self.ledger.blocks[index].seal
        return EMPTY_DIGEST

    # -- what everybody can do -----------------------------------------------------------------

    def seal(self, call: Call) -> Events:
        """Seal the open block once it is due.

        Raises:
            Refused: it is empty, or not due.
        """
        if not len(self.ledger.open):
            raise Refused("pool: nothing to seal")
        if call.now < self._due:
            raise Refused("pool: not due")
        return (self._seal(call),)

    def redraw(self, call: Call, index: int, digest: bytes, timestamp: int, draw: int) -> Events:
        """Give a sealed block a new draw when the chain has forgotten the old one's hash.

        Raises:
            Refused: in this order, the block is not sealed; it is proved; digest, timestamp and
                draw are not what was sealed; the hash is still known.
        """
        if index >= self.ledger.open_index:
            raise Refused("pool: not sealed")
        if index < self.proved:
            raise Refused("pool: already proved")
        if seal_word(digest, timestamp, draw, index) != self.sealed(index):
            raise Refused("pool: wrong seal")
        if call.number <= draw + HASH_WINDOW:
            raise Refused("pool: draw still known")
        block = self.ledger.redraw(BlockIndex(index), ChainBlock(call.number + 1))
        return (Redrawn(block.index, block.draw),)

    def prove(
        self,
        call: Call,
        blocks: Sequence[SubmittedBlock],
        proofs: Sequence[object],
        blockhash: BlockHash,
    ) -> Events:
        """Append the headers of the next sealed blocks.

        Blocks that were proved before the call are passed over; where that leaves none, nothing
        happens.

        Raises:
            Refused: the numbers of blocks and proofs differ; then for each block in turn, it is
                not the next one; it is not sealed; its entries, timestamp or draw are not what
                was sealed; its draw is not known; then, a proof does not hold.
        """
        if len(blocks) != len(proofs):
            raise Refused("pool: batch sizes differ")
        first = self.proved
        left = [pair for pair in zip(blocks, proofs, strict=True) if pair[0].index >= first]
        entropies = [
            self._entropy(call, block, first + i, blockhash) for i, (block, _) in enumerate(left)
        ]
        # Everybody can work out what a draw gave, and may again: to note it changes no state.
        for i, entropy in enumerate(entropies):
            self.ledger.fix_entropy(BlockIndex(first + i), entropy)
        if not self._hold([block for block, _ in left], [proof for _, proof in left]):
            raise Refused("pool: invalid proof")
        events = []
        for (block, _), entropy in zip(left, entropies, strict=True):
            root = self.ledger.prove(entropy)
            events.append(Proved(block.index, block.block_root, entropy, root))
        return tuple(events)

    # -- what the pool's own calls use ---------------------------------------------------------

    def _append(self, call: Call, entry: Entry, seal_interval: Seconds) -> list[Event]:
        """Add an entry to the open block, or to the next one where that is due or too full.

        The first entry fixes when its block is due, so that a change of the interval cannot reach
        a block that people have entered.
        """
        entries = self.ledger.open
        events: list[Event] = []
        if len(entries) and (call.now >= self._due or not entries.fits(entry)):
            events.append(self._seal(call))
        if not len(self.ledger.open):
            self._due = Timestamp(call.now + seal_interval)
        self.ledger.append(entry)
        return events

    def _seal(self, call: Call) -> Sealed:
        """Seal; late sealing must not make an early spend look late, hence the earlier time."""
        timestamp = min(call.now, self._due)
        block = self.ledger.seal(timestamp, ChainBlock(call.number + 1))
        self._due = _NO_TIME
        return Sealed(block.index, block.digest, block.timestamp, block.draw)

    def _entropy(
        self, call: Call, block: SubmittedBlock, expected: int, blockhash: BlockHash
    ) -> Field:
        """What the draw of a submitted block gave, all else about the block being right."""
        if block.index != expected:
            raise Refused("pool: out of order")
        if block.index >= self.ledger.open_index:
            raise Refused("pool: not sealed")
        digest = _digest_of(block)
        if seal_word(digest, block.timestamp, block.draw, block.index) != self.sealed(block.index):
            raise Refused("pool: wrong entries")
        if not block.draw < call.number <= block.draw + HASH_WINDOW:
            raise Refused("pool: draw unknown")
        drawn = blockhash(ChainBlock(block.draw))
        if not any(drawn):
            raise Refused("pool: draw unknown")
        return draw_entropy(drawn, BlockIndex(block.index))

    def _hold(self, blocks: Sequence[SubmittedBlock], proofs: Sequence[object]) -> bool:
        """Whether the proofs hold. None exists for roots other than the ledger's own."""
        statements = [
            self.ledger.block_witness(BlockIndex(block.index)).statement for block in blocks
        ]
        claimed = [(block.block_root, block.new_root) for block in blocks]
        if claimed != [(true.block_root, true.new_root) for true in statements]:
            return False
        return not blocks or self._block_verifier(proofs, [true.signals() for true in statements])


def _digest_of(block: SubmittedBlock) -> bytes:
    """The digest of submitted entries; what is no entries has none that was sealed."""
    try:
        return read_entries(block.kinds, block.transfers, block.deposits).digest
    except (LedgerError, OutOfRange):
        raise Refused("pool: wrong entries") from None
