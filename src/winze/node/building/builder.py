"""What a node does for the ledger's next blocks: seal, draw again, prove, submit (protocol §4).

None of it needs a permission; several nodes do it at once, and whoever is late loses nothing but a
little gas.
"""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from winze.chain import MAX_BLOCKS, Follower, Source, Survey
from winze.circuits import Circuit, Proof, Prover
from winze.contracts import ContractCall, Pool
from winze.protocol import BlockIndex, BlockWitness, ChainBlock

from .proofs import ProofJob, ProofStore, statement_of

_AHEAD: Final = 2 * MAX_BLOCKS
"""Blocks that are proved while those before them are on their way."""

_KEPT: Final = 64
"""Blocks before the last one whose proofs are kept: a reorganisation may ask for them again."""


class BlockBuilder:
    """Knows what is due, makes the proofs and describes the calls."""

    def __init__(
        self,
        source: Source,
        follower: Follower,
        pool: Pool,
        prover: Prover,
        *,
        proofs: ProofStore,
        proven: Callable[[int], None],
    ) -> None:
        """Describe a builder.

        Args:
            source: The chain.
            follower: What was read of it.
            pool: The network's.
            prover: Makes and checks the proofs.
            proofs: Where they are kept.
            proven: Told the number of each block whose proof was made.
        """
        self._pool, self._prover, self._proofs, self._proven = pool, prover, proofs, proven
        self._survey = Survey(source, follower, pool)

    async def to_seal(self, head: ChainBlock) -> BlockIndex | None:
        """The open block, where it is due."""
        return await self._survey.due(head)

    async def to_redraw(self, head: ChainBlock) -> BlockIndex | None:
        """A block whose drawn hash the chain has forgotten."""
        block = self._survey.forgotten(head, await self._pool.proved(head))
        return None if block is None else block.index

    async def to_prove(self, head: ChainBlock) -> list[ProofJob]:
        """Blocks that can be proved and were not."""
        witnesses = self._survey.provable(head, await self._pool.proved(head), _AHEAD)
        known = await self._known(witnesses)
        return [ProofJob.of(each) for each in witnesses if statement_of(each) not in known]

    async def to_submit(self, head: ChainBlock) -> BlockIndex | None:
        """The next block that the pool waits for, where its proof is there."""
        witnesses = await self._submittable(head)
        return witnesses[0][0].block.index if witnesses else None

    async def prove(self, job: ProofJob) -> None:
        """Make the proof of a block, verify it and keep it.

        Raises:
            CircuitsError: it cannot be made.
        """
        if await asyncio.to_thread(self._proofs.find, [job.statement]):
            return
        begun = monotonic()
        prover = self._prover.circuit(Circuit.BLOCK)
        proof = await asyncio.to_thread(prover.prove, job.signals, job.public)
        await asyncio.to_thread(self._proofs.add, job, proof, monotonic() - begun)
        await asyncio.to_thread(self._proofs.forget, job.block - _KEPT)
        self._proven(job.block)

    def seal(self) -> ContractCall:
        """Seal the open block."""
        return self._pool.seal()

    async def redraw(self, head: ChainBlock) -> ContractCall | None:
        """Draw a forgotten block again; None where there is none any more."""
        block = self._survey.forgotten(head, await self._pool.proved(head))
        return None if block is None else self._pool.redraw(block)

    async def submit(self, head: ChainBlock) -> ContractCall | None:
        """Submit the blocks that are proved; None where there is none any more."""
        ready = await self._submittable(head)
        if not ready:
            return None
        blocks = [witness.submission for witness, _ in ready]
        return self._pool.prove(blocks, [proof for _, proof in ready])

    async def _submittable(self, head: ChainBlock) -> list[tuple[BlockWitness, Proof]]:
        witnesses = self._survey.provable(head, await self._pool.proved(head), MAX_BLOCKS)
        # Where an earlier block was drawn again and proved, and the ledger knows neither yet, its
        # paths lead to a root that the pool does not have.
        if not witnesses or witnesses[0].statement.old_root != await self._pool.root(head):
            return []
        known = await self._known(witnesses)
        ready: list[tuple[BlockWitness, Proof]] = []
        for witness in witnesses:
            proof = known.get(statement_of(witness))
            if proof is None:
                break
            ready.append((witness, proof))
        return ready

    async def _known(self, witnesses: Sequence[BlockWitness]) -> dict[str, Proof]:
        statements = [statement_of(each) for each in witnesses]
        return await asyncio.to_thread(self._proofs.find, statements) if statements else {}
