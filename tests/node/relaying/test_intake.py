"""Where requests come in: stored before answered, or told why not, and never too many."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.chains import eventually
from tests.node.databases import locked, opened
from tests.node.relaying.requests import BAD, NOW, Office, moving, paired
from winze.node.errors import NotReady, Rejected
from winze.node.relaying import Intake, RequestStore
from winze.node.relaying.store import Ending
from winze.protocol import Timestamp
from winze.wire import Rejection, RelayRequest, RequestState


class Counting(RequestStore):
    """A store that remembers what came together."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.together: list[int] = []

    def add(self, arrivals: Sequence[tuple[RelayRequest, Timestamp]]) -> Any:
        self.together.append(len(arrivals))
        return super().add(arrivals)


class Desk:
    """An intake, its office and its store."""

    def __init__(self, engine: Engine, limit: int) -> None:
        self.office, self.store = Office(engine), Counting(engine)
        self.now: Timestamp | None = NOW
        self.intake = Intake(self.store, self.office.checks, self._now, limit=limit, threads=2)

    def _now(self) -> Timestamp:
        if self.now is None:
            raise NotReady("nobody knows the time")
        return self.now

    def verified(self, proofs: int) -> Callable[[], Awaitable[bool]]:
        """Whether so many proofs were verified."""

        async def holds() -> bool:
            return len(self.office.prover.asked) >= proofs

        return holds

    def arrived(self, requests: int) -> Callable[[], Awaitable[bool]]:
        """Whether so many requests wait for the disk."""

        async def holds() -> bool:
            return sum(self.store.together) + self.intake._arrivals.qsize() == requests

        return holds

    async def refusal(self, request: RelayRequest) -> Rejection | None:
        """Why a request is not taken."""
        try:
            await self.intake.submit(request)
        except Rejected as why:
            return why.code
        return None


@asynccontextmanager
async def desk(engine: Engine, limit: int = 100) -> AsyncIterator[Desk]:
    """An intake that runs."""
    there = Desk(engine, limit)
    await there.office.quote()
    running = asyncio.create_task(there.intake.run())
    try:
        async with asyncio.timeout(60):
            yield there
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_was_answered_is_stored(tmp_path: Path, engine: Engine) -> None:
    async with desk(engine) as there:
        request = paired()
        status = await there.intake.submit(request)
        assert (status.id, status.state, status.received_at) == (
            request.id,
            RequestState.RECEIVED,
            NOW,
        )
        assert RequestStore(opened(tmp_path)).status(request.id) == status
        assert await there.intake.status(request.id) == status
        assert await there.intake.status(moving().id) is None


async def test_what_is_sent_again_is_neither_checked_nor_stored_again(engine: Engine) -> None:
    async with desk(engine) as there:
        request = moving()
        first = await there.intake.submit(request)
        there.office.prover.asked.clear()
        there.now = Timestamp(NOW + 10**6)
        assert await there.intake.submit(request) == first
        assert there.office.prover.asked == []
        assert there.store.together == [1]


async def test_what_is_sent_twice_at_once_is_one_request(engine: Engine) -> None:
    async with desk(engine) as there:
        request = moving()
        answers = await asyncio.gather(*(there.intake.submit(request) for _ in range(5)))
        assert len(set(answers)) == 1
        assert there.store.counts()[RequestState.RECEIVED] == 1


async def test_what_failed_is_checked_anew(engine: Engine) -> None:
    async with desk(engine) as there:
        request = moving(deadline=NOW + 5)
        await there.intake.submit(request)
        there.store.end({request.id: Ending(RequestState.FAILED, "given_up: enough")})
        there.now = Timestamp(NOW + 4)
        assert (await there.intake.submit(request)).state is RequestState.RECEIVED
        there.store.end({request.id: Ending(RequestState.FAILED, "given_up: enough")})
        there.now = Timestamp(NOW + 5)
        assert await there.refusal(request) is Rejection.TOO_LATE


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (moving(BAD), Rejection.BAD_PROOF),
        (moving(anchor=1), Rejection.UNKNOWN_ANCHOR),
        (moving(deadline=NOW), Rejection.TOO_LATE),
        (moving(fee=1), Rejection.FEE_TOO_LOW),
    ],
)
async def test_nothing_of_a_bad_request_is_kept(
    engine: Engine, request_: RelayRequest, code: Rejection
) -> None:
    async with desk(engine) as there:
        assert await there.refusal(request_) is code
        assert there.store.status(request_.id) is None
        assert there.store.together == []


async def test_a_spent_note_is_refused_before_its_proof_is_looked_at(engine: Engine) -> None:
    async with desk(engine) as there:
        spent = moving(nullifier1=int(there.office.transferred.nullifier1))
        assert await there.refusal(spent) is Rejection.SPENT
        assert there.office.prover.asked == []


async def test_of_two_that_spend_one_note_the_second_is_refused(engine: Engine) -> None:
    async with desk(engine) as there:
        rivals = [moving(nullifier1=5, amount=0), moving(nullifier2=5)]
        codes = await asyncio.gather(*(there.refusal(each) for each in rivals))
        assert sorted(map(str, codes)) == sorted([str(None), str(Rejection.IN_FLIGHT)])
        assert there.store.counts()[RequestState.RECEIVED] == 1


async def test_a_database_that_is_locked_is_told_and_nothing_is_lost_or_kept(
    tmp_path: Path, engine: Engine
) -> None:
    async with desk(engine) as there:
        impatient = opened(tmp_path, busy=0)
        there.store._engine = impatient
        request = moving()
        with locked(engine), pytest.raises(NotReady, match="cannot store"):
            await there.intake.submit(request)
        assert there.store.status(request.id) is None
        assert (await there.intake.submit(request)).state is RequestState.RECEIVED
        impatient.dispose()


async def test_many_that_come_at_once_wait_for_the_disk_together(engine: Engine) -> None:
    async with desk(engine) as there:
        with locked(engine):
            requests = [moving() for _ in range(40)]
            waiting = [asyncio.create_task(there.intake.submit(each)) for each in requests]
            assert await eventually(there.verified(len(requests)))
            assert not any(each.done() for each in waiting)
        answers = await asyncio.gather(*waiting)
        assert {each.id for each in answers} == {each.id for each in requests}
        assert sum(there.store.together) == len(requests)
        assert len(there.store.together) < len(requests)


async def test_who_goes_away_does_not_disturb_the_others(engine: Engine) -> None:
    async with desk(engine) as there:
        with locked(engine):
            gone, stays = (asyncio.create_task(there.intake.submit(moving())) for _ in range(2))
            assert await eventually(there.arrived(2))
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
        assert (await stays).state is RequestState.RECEIVED


async def test_there_is_room_for_so_many_and_not_one_more(engine: Engine) -> None:
    async with desk(engine, limit=3) as there:
        requests = [moving() for _ in range(4)]
        codes = [await there.refusal(each) for each in requests]
        assert codes == [None, None, None, Rejection.BUSY]
        assert await there.refusal(requests[0]) is None  # what is known needs no room
        there.store.end({requests[0].id: Ending(RequestState.DONE, None)})
        assert await there.refusal(requests[3]) is None
        assert await there.refusal(moving()) is Rejection.BUSY


async def test_there_is_no_more_room_when_all_come_at_once(engine: Engine) -> None:
    async with desk(engine, limit=3) as there:
        codes = await asyncio.gather(*(there.refusal(moving()) for _ in range(9)))
        assert codes.count(None) == 3
        assert codes.count(Rejection.BUSY) == 6
        assert there.store.counts()[RequestState.RECEIVED] == 3


async def test_a_restarted_node_knows_what_waits_already(engine: Engine) -> None:
    RequestStore(engine).add([(moving(), NOW) for _ in range(3)])
    async with desk(engine, limit=3) as there:
        assert await there.refusal(moving()) is Rejection.BUSY


async def test_while_nobody_knows_the_chains_time_nothing_is_taken(engine: Engine) -> None:
    async with desk(engine) as there:
        there.now = None
        with pytest.raises(NotReady):
            await there.intake.submit(moving())
