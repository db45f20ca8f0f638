"""Where requests come in: checked, verified, stored, and only then answered.

Requests that come together are stored together, in one transaction of the database: each waits for
the disk once, and none is answered before it is there.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from winze.circuits import Proof, Statement
from winze.index import DatabaseError
from winze.protocol import Timestamp
from winze.wire import Rejection, RelayRequest, RequestState, RequestStatus

from ..errors import NotReady, Rejected
from .checks import Checks
from .store import RequestStore

_TOGETHER: Final = 256
"""The most requests that one transaction stores."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Arrival:
    request: RelayRequest
    now: Timestamp
    stored: "asyncio.Future[RequestStatus | Rejection]"


class Intake:
    """Takes requests in, as long as `run` runs beside it."""

    def __init__(
        self,
        store: RequestStore,
        checks: Checks,
        now: Callable[[], Timestamp],
        *,
        limit: int,
        threads: int,
    ) -> None:
        """Describe an intake; nothing is stored before `run`.

        Args:
            store: Where requests go.
            checks: What they must be like.
            now: The chain's time; raises NotReady while nobody knows it.
            limit: How many may wait at most.
            threads: How many proofs are verified at the same time.
        """
        self._store, self._checks, self._now, self._limit = store, checks, now, limit
        self._arrivals: asyncio.Queue[_Arrival] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="intake")
        self._coming = 0
        # How many waited when they were counted last, and all that came since.
        self._waiting = limit

    async def submit(self, request: RelayRequest) -> RequestStatus:
        """Store `request`, unless it is known, and say how it stands: stored before answered.

        Raises:
            Rejected: it is not accepted, and nothing of it is kept.
            NotReady: the node cannot check or store it right now.
        """
        known = await self._in_thread(self._store.status, request.id)
        if known is not None and not (known.state.final and known.reason is not None):
            return known
        if self._waiting + self._coming >= self._limit:
            await self._count()
        if self._waiting + self._coming >= self._limit:
            raise Rejected(Rejection.BUSY, "this relayer has enough to do: ask another")
        self._coming += 1
        try:
            return await self._take(request)
        finally:
            self._coming -= 1

    async def status(self, request_id: str) -> RequestStatus | None:
        """How the request of that id stands; None where none is known."""
        return await self._in_thread(self._store.status, request_id)

    async def run(self) -> None:
        """Store what comes in, for ever."""
        while True:
            arrivals = [await self._arrivals.get()]
            while not self._arrivals.empty() and len(arrivals) < _TOGETHER:
                arrivals.append(self._arrivals.get_nowait())
            await self._write(arrivals)

    async def _take(self, request: RelayRequest) -> RequestStatus:
        now = self._now()
        self._checks.terms(request, now)
        # The ledger belongs to the loop; what is slow goes to a thread, the proof last.
        statements = self._checks.statements(request)
        await self._in_thread(self._verify, request, statements)
        arrival = _Arrival(request, now, asyncio.get_running_loop().create_future())
        self._arrivals.put_nowait(arrival)
        answer = await arrival.stored
        if isinstance(answer, Rejection):
            raise Rejected(answer, "another request that waits spends or claims the same note")
        return answer

    def _verify(self, request: RelayRequest, statements: Sequence[tuple[Statement, Proof]]) -> None:
        self._checks.chain(request)
        self._checks.proofs(statements)

    async def _write(self, arrivals: Sequence[_Arrival]) -> None:
        pairs = [(each.request, each.now) for each in arrivals]
        try:
            answers = await self._in_thread(self._store.add, pairs)
        except DatabaseError as problem:
            refusal = NotReady(f"the node cannot store requests right now: {problem}")
            for each in arrivals:
                _answer(each.stored, refusal)
            return
        self._waiting += len(arrivals)
        for each, answer in zip(arrivals, answers, strict=True):
            _answer(each.stored, answer)

    async def _count(self) -> None:
        counts = await self._in_thread(self._store.counts)
        self._waiting = counts[RequestState.RECEIVED]

    async def _in_thread(self, work: Callable[..., _T], *values: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *values)


def _answer(
    stored: "asyncio.Future[RequestStatus | Rejection]",
    answer: RequestStatus | Rejection | NotReady,
) -> None:
    # Whoever waited may have gone away meanwhile.
    if stored.done():
        return
    if isinstance(answer, NotReady):
        stored.set_exception(answer)
    else:
        stored.set_result(answer)
