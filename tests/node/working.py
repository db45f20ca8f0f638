"""Workflows on a database of their own, in this process or in one that kills itself."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.node.databases import database_url, opened
from winze.node.workflows import PROOFS, Work, Workflows

STEPS: Final = ("first", "second")
DONE: Final = "done"


@asynccontextmanager
async def launched(
    folder: Path,
    work: Mapping[str, Work],
    *,
    queued: Sequence[str] = (),
    at_once: int = 2,
    seen: list[str] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Workflows]:
    """An engine that runs these kinds of work."""
    opened(folder).dispose()
    moments = [] if seen is None else seen
    workflows = Workflows(database_url(folder), moments.append, at_once, clock)
    for name, each in work.items():
        workflows.add(name, each, queue=PROOFS if name in queued else None)
    await workflows.launch()
    try:
        yield workflows
    finally:
        await workflows.close()


async def _main(folder: Path, moment: str) -> None:
    """Take some steps, each of which leaves a line; die at `moment` as if the power had failed."""
    diary = folder / "diary"
    ended = asyncio.Event()

    def note(line: str) -> None:
        with diary.open("a") as stream:
            stream.write(line + "\n")

    def observe(passed: str) -> None:
        if passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    async def step(name: str, value: str) -> str:
        note(f"{name} {value}")
        return f"{value}+"

    async def work(key: str, value: str) -> None:
        for name in STEPS:
            value = await workflows.step(f"{key}:{name}", step, name, value)
        note(f"{DONE} {value}")
        ended.set()

    workflows = Workflows(database_url(folder), observe, 1)
    workflows.add("work", work)
    await workflows.launch()
    await workflows.ensure("work", "key", "value")
    await ended.wait()
    await workflows.close()


def run(folder: Path, moment: str) -> None:
    """Take some steps and die at `moment`, or go on where an earlier process died."""
    asyncio.run(_main(folder, moment))
