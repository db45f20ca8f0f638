"""What is due for the ledger's next blocks: to be sealed, to be drawn again, to be proved."""

from winze.contracts import Pool
from winze.protocol import (
    HASH_WINDOW,
    Block,
    BlockIndex,
    BlockWitness,
    ChainBlock,
    LedgerError,
)

from .follower import Follower
from .source import Source


class Survey:
    """Looks at a follower's ledger and at the pool, and does nothing."""

    def __init__(self, source: Source, follower: Follower, pool: Pool) -> None:
        self._source, self._follower, self._pool = source, follower, pool

    def provable(self, head: ChainBlock, proved: int, most: int) -> list[BlockWitness]:
        """The next blocks that the pool would accept a proof of: drawn, and not forgotten.

        Args:
            head: The newest chain block.
            proved: How many blocks the pool counts as proved there.
            most: How many are wanted.
        """
        ledger, cursor = self._follower.ledger, self._follower.cursor
        ready: list[BlockWitness] = []
        for block in ledger.blocks[proved : proved + most]:
            # The pool looks from a later chain block than the drawn one.
            seen = cursor is not None and block.draw < cursor.number
            witness = self.witness(block.index)
            if not seen or witness is None or _is_forgotten(block, head):
                break
            ready.append(witness)
        return ready

    def witness(self, index: BlockIndex) -> BlockWitness | None:
        """What proves block `index`; None where not all blocks up to it are drawn."""
        try:
            return self._follower.ledger.block_witness(index)
        except LedgerError:
            return None

    def forgotten(self, head: ChainBlock, proved: int) -> Block | None:
        """The first unproved block whose drawn hash the chain no longer knows."""
        blocks = self._follower.ledger.blocks[proved:]
        return next((block for block in blocks if _is_forgotten(block, head)), None)

    async def due(self, head: ChainBlock) -> BlockIndex | None:
        """The open block, where it may be sealed.

        Raises:
            RpcError: the node cannot be asked.
        """
        opened = await self._pool.open_block(head)
        if not opened.notes and not opened.spends:
            return None
        if (await self._source.header(head)).timestamp < opened.due:
            return None
        return BlockIndex(opened.index)


def _is_forgotten(block: Block, head: ChainBlock) -> bool:
    # The pool's own chain block comes after the head.
    return head + 1 > block.draw + HASH_WINDOW
