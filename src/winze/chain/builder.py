"""Building the ledger's blocks: sealing them, drawing them again, and proving them.

None of it needs a permission. Whoever does it, does it for everybody; when somebody else was
faster, nothing is lost but a little gas.
"""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Final

from winze.circuits import Proof, Prover
from winze.contracts import Pool, Receipt, Sender, TransactionReverted
from winze.protocol import (
    HASH_WINDOW,
    Block,
    BlockIndex,
    BlockWitness,
    ChainBlock,
    SubmittedBlock,
)

from .follower import Follower
from .source import Source

MAX_BLOCKS: Final = 4
"""Blocks that one call proves."""

_OVERTAKEN: Final = frozenset(
    {
        "pool: nothing to seal",
        "pool: not due",
        "pool: already proved",
        "pool: wrong seal",
        "pool: draw still known",
        "pool: out of order",
    }
)
"""Refusals that say that somebody else has done it meanwhile."""


@dataclass(frozen=True)
class Sealing:
    """The open block was sealed."""

    index: BlockIndex
    receipt: Receipt


@dataclass(frozen=True)
class Redrawing:
    """A block whose drawn hash the chain had forgotten was given another draw."""

    block: Block
    """As it was before."""
    receipt: Receipt


@dataclass(frozen=True)
class Proving:
    """Blocks were proved, all in one transaction."""

    blocks: tuple[SubmittedBlock, ...]
    proofs: tuple[Proof, ...]
    receipt: Receipt
    seconds: float
    """What making and checking the proofs took, all together."""


BuildStep = Sealing | Redrawing | Proving


class Builder:
    """Does for the ledger what is due, one transaction at a time."""

    def __init__(
        self, source: Source, follower: Follower, pool: Pool, prover: Prover, sender: Sender
    ) -> None:
        self._source = source
        self._follower = follower
        self._pool = pool
        self._prover = prover
        self._sender = sender

    async def step(self) -> BuildStep | None:
        """Bring the ledger up to date, then do the most urgent thing, if any is due.

        Returns:
            What was done; None where nothing was due, or somebody else has done it.

        Raises:
            ChainError: the chain could not be followed.
            TransactionError: the chain refused what should have been accepted.
            CircuitsError: a proof could not be made.
        """
        await self._follower.sync()
        head = await self._source.head()
        try:
            return (
                await self._prove(head) or await self._redraw(head) or await self._seal_if_due(head)
            )
        except TransactionReverted as refused:
            if refused.reason in _OVERTAKEN:
                return None
            raise

    async def _prove(self, head: ChainBlock) -> Proving | None:
        witnesses = self._provable(head, await self._pool.proved())
        if not witnesses:
            return None
        start = monotonic()
        prove = self._prover.prove
        proofs = await asyncio.gather(*(asyncio.to_thread(prove, each) for each in witnesses))
        seconds = monotonic() - start
        blocks = tuple(witness.submission for witness in witnesses)
        receipt = await self._sender.send(self._pool.prove(blocks, proofs))
        return Proving(blocks, tuple(proofs), receipt, seconds)

    def _provable(self, head: ChainBlock, proved: int) -> list[BlockWitness]:
        """The next blocks that the pool would accept a proof of: drawn, and not forgotten.

        `proved` is the pool's own count, which is ahead of the ledger's until it is confirmed.
        """
        ledger, cursor = self._follower.ledger, self._follower.cursor
        ready: list[BlockWitness] = []
        for block in ledger.blocks[proved : proved + MAX_BLOCKS]:
            # The pool looks from a later chain block than the drawn one.
            seen = cursor is not None and block.draw < cursor.number
            if not seen or block.entropy is None or _forgotten(block, head):
                break
            ready.append(ledger.block_witness(block.index))
        return ready

    async def _redraw(self, head: ChainBlock) -> Redrawing | None:
        ledger = self._follower.ledger
        for block in ledger.blocks[ledger.proved :]:
            if _forgotten(block, head):
                receipt = await self._sender.send(self._pool.redraw(block))
                return Redrawing(block, receipt)
        return None

    async def _seal_if_due(self, head: ChainBlock) -> Sealing | None:
        opened = await self._pool.open_block(head)
        if not opened.notes and not opened.spends:
            return None
        if (await self._source.header(head)).timestamp < opened.due:
            return None
        receipt = await self._sender.send(self._pool.seal())
        return Sealing(BlockIndex(opened.index), receipt)


def _forgotten(block: Block, head: ChainBlock) -> bool:
    # The pool's own chain block comes after the head.
    return head + 1 > block.draw + HASH_WINDOW
