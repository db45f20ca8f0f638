"""Building the ledger's blocks: sealing them, drawing them again, and proving them.

None of it needs a permission. Whoever does it, does it for everybody; when somebody else was
faster, nothing is lost but a little gas.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

from winze.circuits import Proof, Prover
from winze.contracts import ContractCall, OutOfGas, Pool, Receipt, TransactionReverted
from winze.protocol import (
    Block,
    BlockIndex,
    BlockWitness,
    ChainBlock,
    Proved,
    SubmittedBlock,
)

from .follower import Follower
from .source import Source
from .survey import Survey

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
        "pool: draw unknown",
    }
)
"""Refusals that say that somebody else has done it meanwhile, or that it took us too long."""


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
    """Without those that somebody else proved at the same time."""
    proofs: tuple[Proof, ...]
    receipt: Receipt
    seconds: float
    """What making and checking the proofs took, all together."""


BuildStep = Sealing | Redrawing | Proving


class CallSender(Protocol):
    """Who sends the calls: a `winze.contracts.Sender`, or somebody's wallet."""

    async def send(self, call: ContractCall) -> Receipt:
        """Send `call` and wait until it is in a block; raises as `Sender` does."""


class Builder:
    """Does for the ledger what is due, one transaction at a time."""

    def __init__(
        self, source: Source, follower: Follower, pool: Pool, prover: Prover, sender: CallSender
    ) -> None:
        self._source = source
        self._follower = follower
        self._survey = Survey(source, follower, pool)
        self._pool = pool
        self._prover = prover
        self._sender = sender

    async def step(self) -> BuildStep | None:
        """Bring the ledger up to date, then do the most urgent thing, if any is due.

        Returns:
            What was done; None where nothing was due, or where it was overtaken: by somebody else,
            by a reorganisation, or by time.

        Raises:
            ChainError: the chain could not be followed.
            TransactionError: the chain refused what should have been accepted.
            RpcError: the node could not be asked.
            CircuitsError: a proof could not be made.
        """
        await self._follower.sync()
        head = await self._source.head()
        # The pool's own count is ahead of the ledger's until it is confirmed.
        proved = await self._pool.proved(head)
        try:
            return (
                await self._prove(head, proved)
                or await self._redraw(head, proved)
                or await self._seal_if_due(head)
            )
        except TransactionReverted as refused:
            if is_overtaken(refused):
                return None
            raise

    async def _prove(self, head: ChainBlock, proved: int) -> Proving | None:
        witnesses = self._survey.provable(head, proved, MAX_BLOCKS)
        # Where an earlier block was drawn again and proved, and the ledger knows neither yet, its
        # paths lead to a root that the pool does not have.
        if not witnesses or witnesses[0].statement.old_root != await self._pool.root(head):
            return None
        start = monotonic()
        prove = self._prover.prove
        proofs = await asyncio.gather(*(asyncio.to_thread(prove, each) for each in witnesses))
        return await self._submit(witnesses, proofs, monotonic() - start)

    async def _submit(
        self, witnesses: Sequence[BlockWitness], proofs: Sequence[Proof], seconds: float
    ) -> Proving | None:
        left = await self._still_wanted(witnesses)
        if not left:
            return None
        blocks = tuple(witness.submission for witness in left)
        receipt = await self._sender.send(self._pool.prove(blocks, proofs[-len(left) :]))
        # The pool passes over leading blocks that somebody else has proved at the last moment.
        events = self._pool.events(receipt.logs)
        count = sum(isinstance(event, Proved) for event in events)
        if not count:
            return None
        return Proving(blocks[-count:], tuple(proofs[-count:]), receipt, seconds)

    async def _still_wanted(self, witnesses: Sequence[BlockWitness]) -> Sequence[BlockWitness]:
        """Those that nobody has proved while we did; none where the chain was reorganised."""
        await self._follower.sync()
        if any(self._survey.witness(each.block.index) != each for each in witnesses):
            return []
        proved = await self._pool.proved()
        return [each for each in witnesses if each.block.index >= proved]

    async def _redraw(self, head: ChainBlock, proved: int) -> Redrawing | None:
        block = self._survey.forgotten(head, proved)
        if block is None:
            return None
        return Redrawing(block, await self._sender.send(self._pool.redraw(block)))

    async def _seal_if_due(self, head: ChainBlock) -> Sealing | None:
        index = await self._survey.due(head)
        if index is None:
            return None
        return Sealing(index, await self._sender.send(self._pool.seal()))


def is_overtaken(refused: TransactionReverted) -> bool:
    """Whether a refusal says no more than that somebody else, or time, was faster."""
    # What was fine when it was simulated, and refused in its block, met something new there.
    late = refused.transaction is not None and not isinstance(refused, OutOfGas)
    return late or refused.reason in _OVERTAKEN
