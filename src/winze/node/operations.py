"""What a node does, as workflows: each is one transaction, from what is due to what became of it.

A workflow's steps are: describe the call and store its signed transaction (`prepare`), send it
(`broadcast`), see it into a confirmed block (`follow`), and draw the consequences (`settle`). After
a crash it goes on with the first step that was not recorded; each step can be taken twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from winze.chain import Follower, Header, is_overtaken
from winze.contracts import ContractCall, TransactionReverted
from winze.protocol import Period, WinzeError

from .building import BlockBuilder, ProofJob
from .chain_clock import ChainClock
from .distributing import Distributor
from .errors import NotReady
from .relaying import Relayer, RequestStore
from .sending import Job, JobState, Outbox
from .workflows import PROOFS, Workflows

_READ_POLL: Final = 0.2
"""Seconds between two looks whether the index has read a job's block."""

_M = TypeVar("_M")

Describe = Callable[[Header], Awaitable[ContractCall | None]]
"""The call that is due at this head of the chain, if any is."""


@dataclass(frozen=True)
class Crew:
    """Who does what; None where this node does not."""

    builder: BlockBuilder | None
    build_outbox: Outbox | None
    relayer: Relayer | None
    requests: RequestStore | None
    relay_outbox: Outbox | None
    distributor: Distributor | None
    distribute_outbox: Outbox | None

    @property
    def outboxes(self) -> list[Outbox]:
        """Every key's outbox, once."""
        held = (self.build_outbox, self.relay_outbox, self.distribute_outbox)
        return list({each.address: each for each in held if each is not None}.values())


class Operations:
    """Finds out what is due, and sees to it."""

    def __init__(
        self,
        crew: Crew,
        follower: Follower,
        clock: ChainClock,
        workflows: Workflows,
    ) -> None:
        """Make the workflows known; `workflows` is launched later.

        Args:
            crew: Who does what.
            follower: What was read of the chain.
            clock: Tells the chain's newest block.
            workflows: The engine.
        """
        self._crew, self._follower, self._clock, self._workflows = crew, follower, clock, workflows
        for name, work in (
            ("seal", self._seal),
            ("redraw", self._redraw),
            ("submit", self._submit),
            ("relay", self._relay),
            ("distribute", self._distribute),
            ("follow", self._follow),
        ):
            workflows.add(name, work)
        workflows.add("prove", self._prove, queue=PROOFS)

    async def attend(self, head: Header) -> Sequence[str]:
        """Begin what is due at `head` of the chain, unless it is under way.

        Returns:
            Why something could not be begun; what else is due is begun all the same.
        """
        problems = []
        for attend in (
            self._attend_keys,
            self._attend_building,
            self._attend_requests,
            self._attend_rewards,
        ):
            try:
                await attend(head)
            except WinzeError as problem:
                problems.append(f"{type(problem).__name__}: {problem}")
        return problems

    async def _attend_keys(self, _: Header) -> None:
        for outbox in self._crew.outboxes:
            await outbox.heal()
            for job in await outbox.forsaken():
                await self._workflows.ensure("follow", f"{outbox.address}.{job.id}")

    async def _attend_building(self, head: Header) -> None:
        builder, ensure = self._crew.builder, self._workflows.ensure
        if builder is None:
            return
        for job in await builder.to_prove(head.number):
            await ensure("prove", job.statement, job.block, job.signals, job.public)
        if (index := await builder.to_submit(head.number)) is not None:
            await ensure("submit", str(int(index)))
        elif (index := await builder.to_redraw(head.number)) is not None:
            await ensure("redraw", str(int(index)))
        if (index := await builder.to_seal(head.number)) is not None:
            await ensure("seal", str(int(index)))

    async def _attend_requests(self, head: Header) -> None:
        relayer, requests = self._crew.relayer, self._crew.requests
        if relayer is None or requests is None:
            return
        if self._follower.cursor is not None:
            await relayer.expire(self._follower.cursor.timestamp)
        await asyncio.to_thread(relayer.gather, head.timestamp)
        for batch in await asyncio.to_thread(requests.open_batches):
            await self._workflows.ensure("relay", str(batch.id))

    async def _attend_rewards(self, head: Header) -> None:
        if self._crew.distributor is None:
            return
        period = await self._crew.distributor.due(head)
        if period is not None:
            await self._workflows.ensure("distribute", str(int(period)))

    # -- the workflows --------------------------------------------------------------------------

    async def _seal(self, index: str) -> None:
        builder = _there(self._crew.builder)

        async def call(head: Header) -> ContractCall | None:
            due = await builder.to_seal(head.number)
            return builder.seal() if due == int(index) else None

        await self._transact("seal", f"seal-{index}", _there(self._crew.build_outbox), call)

    async def _redraw(self, index: str) -> None:
        builder = _there(self._crew.builder)

        async def call(head: Header) -> ContractCall | None:
            return await builder.redraw(head.number)

        await self._transact("redraw", f"redraw-{index}", _there(self._crew.build_outbox), call)

    async def _submit(self, index: str) -> None:
        builder = _there(self._crew.builder)

        async def call(head: Header) -> ContractCall | None:
            first = await builder.to_submit(head.number)
            return await builder.submit(head.number) if first == int(index) else None

        await self._transact("submit", f"prove-{index}", _there(self._crew.build_outbox), call)

    async def _prove(
        self, statement: str, block: int, signals: dict[str, object], public: list[int]
    ) -> None:
        job = ProofJob(statement, block, signals, public)
        await self._workflows.step("prove:prove", _there(self._crew.builder).prove, job)

    async def _distribute(self, period: str) -> None:
        distributor = _there(self._crew.distributor)

        async def call(head: Header) -> ContractCall | None:
            return await distributor.distribution(Period(int(period)), head)

        outbox = _there(self._crew.distribute_outbox)
        await self._transact("distribute", f"distribute-{period}", outbox, call, read=True)

    async def _follow(self, key: str) -> None:
        address, _, number = key.rpartition(".")
        for outbox in self._crew.outboxes:
            if outbox.address == address:
                await self._workflows.step("follow:follow", outbox.follow_number, int(number))

    async def _relay(self, number: str) -> None:
        step, outbox = self._workflows.step, _there(self._crew.relay_outbox)
        job = await step("relay:prepare", self._prepare_batch, int(number))
        if job is None:
            return
        await step("relay:broadcast", outbox.broadcast_number, job)
        await step("relay:follow", outbox.follow_number, job)
        await step("relay:settle", self._settle_batch, int(number), job)

    async def _prepare_batch(self, number: int) -> int | None:
        """The job that carries a batch out, stored; None where nothing of it can be."""
        requests, relayer = _there(self._crew.requests), _there(self._crew.relayer)
        outbox = _there(self._crew.relay_outbox)
        batch = await asyncio.to_thread(requests.batch, number)
        known = await outbox.latest(batch.job)
        if known is not None and known.state is not JobState.DISPLACED:
            await asyncio.to_thread(requests.mark_sent, batch, await outbox.transaction(known))
            return known.id
        call = await relayer.compose(batch, await self._clock.latest())
        if call is None:
            await asyncio.to_thread(requests.close_batch, batch)
            return None
        job = await outbox.prepare(batch.job, call)
        await asyncio.to_thread(requests.mark_sent, batch, await outbox.transaction(job))
        return job.id

    async def _settle_batch(self, number: int, job_number: int) -> None:
        requests, relayer = _there(self._crew.requests), _there(self._crew.relayer)
        job = await _there(self._crew.relay_outbox).job(job_number)
        if job.state is JobState.DISPLACED:
            return  # the batch is open still, and is taken up again
        await self._read_to(job)
        batch = await asyncio.to_thread(requests.batch, number)
        await relayer.settle(batch, await self._clock.latest())

    async def _transact(
        self, kind: str, name: str, outbox: Outbox, describe: Describe, *, read: bool = False
    ) -> None:
        """Send what `describe` says is due and see it confirmed; with `read`, in the index too."""

        async def prepare() -> int | None:
            underway = await outbox.underway(name)
            if underway is not None:
                return underway.id
            call = await describe(await self._clock.latest())
            if call is None:
                return None
            try:
                return (await outbox.prepare(name, call)).id
            except TransactionReverted as refused:
                if not is_overtaken(refused):
                    raise
                return None

        step = self._workflows.step
        job = await step(f"{kind}:prepare", prepare)
        if job is None:
            return
        await step(f"{kind}:broadcast", outbox.broadcast_number, job)
        await step(f"{kind}:follow", outbox.follow_number, job)
        if read:
            await step(f"{kind}:settle", self._read_job, outbox, job)

    async def _read_job(self, outbox: Outbox, number: int) -> None:
        await self._read_to(await outbox.job(number))

    async def _read_to(self, job: Job) -> None:
        """Wait until what the job did can be found in the index."""
        while job.chain_block is not None:
            cursor = self._follower.cursor
            if cursor is not None and cursor.number >= job.chain_block:
                return
            await asyncio.sleep(_READ_POLL)


def _there(member: _M | None) -> _M:
    """A member of the crew whose work was begun.

    Raises:
        NotReady: it was begun by a node that had this member, and goes on when it has it again.
    """
    if member is None:
        raise NotReady("this node was started without the key or the job that this belongs to")
    return member
