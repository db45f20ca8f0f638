"""A node in a process of its own, seen from outside: where it answers, and what it holds.

`python -m benchmarks.node.processes TASK OPTIONS` is the inside: it says where it answers, and
ends when its standard input does.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from benchmarks.errors import NotAsPlanned
from winze.devnet import funded_account
from winze.node import NodeKeys, NodeService, configure_logs, load_config

from .served import serve_synthetic

_RESIDENT: Final = re.compile(r"^VmRSS:\s*(\d+) kB$", re.MULTILINE)
_KILOBYTE: Final = 1024
_STOPPING: Final = 60.0
_RELAYER: Final = 1


@dataclass(frozen=True)
class Running:
    """A process that serves."""

    url: str
    """Where it answers."""

    pid: int

    seconds: float
    """From its start to its first answer."""

    found: Mapping[str, float]
    """What it measured itself."""

    def resident(self) -> int:
        """The bytes that it holds in memory."""
        found = _RESIDENT.search(Path(f"/proc/{self.pid}/status").read_text("utf-8"))
        return int(found[1]) * _KILOBYTE if found else 0


@asynccontextmanager
async def running(task: str, log: Path, options: Mapping[str, Any]) -> AsyncIterator[Running]:
    """A process that does `task` (`node` or `synthetic`), until this ends.

    Raises:
        NotAsPlanned: it ended before it served; `log` says why.
    """
    begun = perf_counter()
    arguments = ("-m", __spec__.name, task, json.dumps(options))
    with log.open("wb") as stream:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stream,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = await process.stdout.readline()
        if not line:
            said = await asyncio.to_thread(log.read_text, "utf-8", "replace")
            raise NotAsPlanned(f"the {task} did not start: {said[-2000:]}")
        told = json.loads(line)
        seconds = perf_counter() - begun
        yield Running(told.pop("url"), process.pid, seconds, told)
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOPPING)
        except TimeoutError:
            process.kill()
            await process.wait()


# -- inside ---------------------------------------------------------------------------------------


async def _node(options: Mapping[str, Any], stop: asyncio.Event) -> None:
    config = load_config(None, {}, options)
    configure_logs(config.log.format, config.log.level)
    key = funded_account(_RELAYER)
    keys = NodeKeys(relayer=key, builder=key, distributor=key)
    async with NodeService(config, keys) as node:
        _say(url=node.url)
        await node.run_until(stop)


async def _synthetic(options: Mapping[str, Any], stop: asyncio.Event) -> None:
    async with serve_synthetic(**options) as (url, found):
        _say(url=url, **found)
        await stop.wait()


_TASKS: Final[Mapping[str, Callable[[Mapping[str, Any], asyncio.Event], Awaitable[None]]]] = {
    "node": _node,
    "synthetic": _synthetic,
}


def _say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


async def _main(task: str, options: str) -> None:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        watching = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        watching.add_done_callback(lambda _: stop.set())
        stack.callback(watching.cancel)
        await _TASKS[task](json.loads(options), stop)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
