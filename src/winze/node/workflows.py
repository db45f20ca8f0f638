"""Durable workflows: what was begun goes on where it stopped, whatever stopped it.

DBOS records every step of a workflow in the node's own database, and begins again, after a crash,
with the first step that is not recorded. A step may so be taken twice, and must not mind. What has
to be done at all is found out anew from the chain and our tables, again and again, by those who call
`ensure`; so nothing hangs on a workflow's having ended well.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, ParamSpec, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandleAsync

from winze.protocol import WinzeError

PROOFS: Final = "proofs"
"""The queue of proofs: machines that share the database share it."""

_NAME: Final = "winze-node"
_EXECUTOR: Final = "node"
"""What DBOS knows this node by; fixed, so that it finds its own work again."""

_VERSION: Final = "1"
"""What it knows the workflows' code by: to be raised when their steps change."""

_QUEUE_POLL: Final = 0.25
_ADOPTED: Final = 60.0
"""Seconds within which DBOS takes up what an earlier process left, or it is begun anew."""

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_STOPPING: Final = 5

_P = ParamSpec("_P")
_T = TypeVar("_T")

Observer = Callable[[str], None]
"""Told the name of each moment of a workflow as it passes: `relay:prepare:begin`."""

Work = Callable[..., Awaitable[None]]
"""A workflow: its first argument is its key, all of them are kept in the database."""


@dataclass
class _Failures:
    count: int = 0
    until: float = 0.0


@dataclass(frozen=True)
class _Kind:
    work: Callable[..., Any]
    queue: str | None


class Workflows:
    """The workflows of one node; one object a process."""

    def __init__(self, database_url: str, observer: Observer, proofs_at_once: int) -> None:
        self._url, self._observer, self._at_once = database_url, observer, proofs_at_once
        self._kinds: dict[str, _Kind] = {}
        self._running: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._begun: dict[tuple[str, str], float] = {}
        self._failures: dict[tuple[str, str], _Failures] = {}
        self._log = structlog.get_logger("workflows")

    def add(self, name: str, work: Work, *, queue: str | None = None) -> None:
        """Make a kind of workflow known, before `launch`."""

        async def run(key: str, *values: Any) -> None:
            await self._run((name, key), work, values)

        self._kinds[name] = _Kind(DBOS.workflow(name=name)(run), queue)
