"""Durable workflows: what was begun goes on where it stopped, whatever stopped it.

DBOS records every step of a workflow in the node's own database, and begins again, after a crash,
with the first step that is not recorded. A step may so be taken twice, and must not mind. What
has to be done at all is found out anew from the chain and our tables, again and again, by those
who call `ensure`; so nothing hangs on a workflow's having ended well.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID

from winze.protocol import WinzeError

PROOFS: Final = "proofs"
"""The queue of proofs: machines that share the database share it."""

_NAME: Final = "winze-node"
_EXECUTOR: Final = "node"
"""What DBOS knows this node by; fixed, so that it finds its own work again."""

_VERSION: Final = "1"
"""What it knows the workflows' code by: to be raised when their steps change."""

_QUEUE_POLL: Final = 0.25
_ADOPTED: Final = 30.0
"""Seconds within which DBOS takes up what an earlier process left; else it is begun anew."""

_TIDY: Final = 300.0
"""Seconds between two looks for workflows that ended long ago."""

_REMEMBERED: Final = 3600.0
"""Seconds for which they are kept."""

_AT_ONCE: Final = 1_000

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0

_T = TypeVar("_T")

Observer = Callable[[str], None]
"""Told the name of each moment of a workflow as it passes: `relay:prepare:begin`."""

Work = Callable[..., Awaitable[None]]
"""A workflow. Its first argument is its key; what else it is given is kept in the database."""

_Place = tuple[str, str]
"""A kind of workflow and a key."""


@dataclass(frozen=True)
class _Kind:
    run: Callable[..., Any]
    queue: str | None


@dataclass
class _Failures:
    count: int
    until: float


class Workflows:
    """The workflows of one node; one such object a process."""

    def __init__(
        self,
        database_url: str,
        observer: Observer,
        proofs_at_once: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe them; nothing runs before `launch`.

        Args:
            database_url: The node's database, as SQLAlchemy spells it.
            observer: Told what happens.
            proofs_at_once: How many workflows of the queue `PROOFS` this process runs at a time.
            clock: By which what failed rests, in seconds.
        """
        self._url, self._observer, self._at_once = database_url, observer, proofs_at_once
        self._clock = clock
        self._kinds: dict[str, _Kind] = {}
        self._tasks: dict[_Place, asyncio.Task[Any]] = {}
        # What was begun and does not run yet, and until when we believe that it will.
        self._expected: dict[_Place, float] = {}
        self._failures: dict[_Place, _Failures] = {}
        self._tidied = time.time()
        self._log = structlog.get_logger("workflows")

    def add(self, name: str, work: Work, *, queue: str | None = None) -> None:
        """Make a kind of workflow known; before `launch`."""

        async def run(key: str, *values: Any) -> None:
            await self._run((name, key), work, values)

        self._kinds[name] = _Kind(run, queue)

    async def launch(self) -> None:
        """Take up what an earlier process left, and be ready for more."""
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_url": self._url,
            "executor_id": _EXECUTOR,
            "application_version": _VERSION,
            "enable_otlp": False,
            "log_level": "CRITICAL",
        }
        DBOS(config=config)
        for name, kind in self._kinds.items():
            self._kinds[name] = _Kind(DBOS.workflow(name=name)(kind.run), kind.queue)
        # It finds the loop that it is called on, and puts our workflows there.
        DBOS.launch()
        await DBOS.register_queue_async(
            PROOFS, worker_concurrency=self._at_once, polling_interval_sec=_QUEUE_POLL
        )
        for left in await DBOS.list_workflows_async(status=["PENDING", "ENQUEUED"]):
            self._expected[_place(left.workflow_id)] = self._clock() + _ADOPTED

    async def close(self) -> None:
        """Stop; what is under way goes on with the next `launch`."""
        for task in list(self._tasks.values()):
            task.cancel()
        for task in list(self._tasks.values()):
            with suppress(asyncio.CancelledError, Exception):
                await task
        # Not in the loop's own threads: DBOS put its own in their place, and ends them here.
        with ThreadPoolExecutor(1) as thread:
            loop = asyncio.get_running_loop()
            destroy = partial(DBOS.destroy, workflow_completion_timeout_sec=0)
            await loop.run_in_executor(thread, destroy)
        loop.set_default_executor(ThreadPoolExecutor())

    async def ensure(self, name: str, key: str, *values: Any) -> None:
        """Begin a workflow, unless one of this kind and key is under way or has to rest first."""
        place = name, key
        now = self._clock()
        failed = self._failures.get(place)
        if place in self._tasks or self._expected.get(place, 0) > now:
            return
        if failed is not None and failed.until > now:
            return
        self._expected[place] = now + _ADOPTED
        kind = self._kinds[name]
        try:
            with SetWorkflowID(f"{name}/{key}/{time.time_ns()}"):
                if kind.queue is None:
                    await DBOS.start_workflow_async(kind.run, key, *values)
                else:
                    await DBOS.enqueue_workflow_async(kind.queue, kind.run, key, *values)
        except Exception:
            self._expected.pop(place, None)  # it was not begun, so nobody has to wait for it
            raise

    async def tidy(self) -> None:
        """Forget, now and then, workflows that ended long ago."""
        now = time.time()
        if now - self._tidied < _TIDY:
            return
        self._tidied = now
        before = datetime.fromtimestamp(now - _REMEMBERED, UTC).isoformat()
        ended = await DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR"], completed_before=before, limit=_AT_ONCE, load_input=False
        )
        if ended:
            await DBOS.delete_workflows_async([each.workflow_id for each in ended])

    def active(self, name: str) -> int:
        """How many workflows of a kind are under way."""
        return sum(kind == name for kind, _ in self._tasks)

    async def step(self, name: str, work: Callable[..., Awaitable[_T]], *values: Any) -> _T:
        """Take a step of the workflow that calls this; its result is recorded.

        Where it was recorded before a crash, it is not taken again.
        """

        async def observed() -> _T:
            self._observer(f"{name}:begin")
            result = await work(*values)
            self._observer(f"{name}:end")
            return result

        result = await DBOS.run_step_async({"name": name}, observed)
        self._observer(f"{name}:recorded")
        return result

    async def _run(self, place: _Place, work: Work, values: tuple[Any, ...]) -> None:
        task = asyncio.current_task()
        if task is None or place in self._tasks:  # adopted late, and begun anew meanwhile
            return
        self._tasks[place] = task
        self._expected.pop(place, None)
        try:
            await work(place[1], *values)
            self._failures.pop(place, None)
        except Exception as problem:  # noqa: BLE001 - it is told, and tried again later
            self._failed(place, problem)
        finally:
            self._tasks.pop(place, None)

    def _failed(self, place: _Place, problem: Exception) -> None:
        known = self._failures.get(place)
        count = 1 if known is None else known.count + 1
        pause = min(_FIRST_PAUSE * 2 ** (count - 1), _LONGEST_PAUSE)
        self._failures[place] = _Failures(count, self._clock() + pause)
        # What is no error of ours was not thought of: where it arose is worth knowing.
        self._log.warning(
            "failed",
            workflow="/".join(place),
            problem=f"{type(problem).__name__}: {problem}",
            exc_info=not isinstance(problem, WinzeError),
        )


def _place(workflow_id: str) -> _Place:
    name, _, rest = workflow_id.partition("/")
    return name, rest.rpartition("/")[0]
