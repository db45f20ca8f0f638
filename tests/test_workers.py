"""Work in processes of their own: done in order, its errors told, and nobody left behind."""

import asyncio
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from winze.workers import Workers


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    made = Workers(2)
    yield made
    await made.close()


async def test_results_come_in_the_order_of_the_items(workers: Workers) -> None:
    told: list[int] = []
    items = [(number, 10) for number in range(20)]
    assert await workers.map(operator.add, items, told.append) == [n + 10 for n in range(20)]
    assert told == list(range(1, 21))
    assert await workers.map(operator.add, []) == []


async def test_they_are_other_processes_and_stay_the_same(workers: Workers) -> None:
    first = set(await workers.map(os.getpid, [()] * 8))
    again = set(await workers.map(os.getpid, [()] * 8))
    assert os.getpid() not in first | again
    assert len(first | again) <= 2


async def test_an_error_is_raised_here_and_they_work_again_after(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        await workers.map(operator.truediv, [(1, 1), (1, 0), (1, 1)])
    assert await workers.map(operator.add, [(1, 2)]) == [3]


async def test_whoever_is_cancelled_leaves_none_behind(workers: Workers) -> None:
    (pid,) = set(await Workers.map(workers, os.getpid, [()]))
    working = asyncio.create_task(workers.map(time.sleep, [(60,)] * 2))
    await asyncio.sleep(0.1)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert await workers.map(operator.add, [(1, 2)]) == [3]


async def test_closing_what_never_began_is_nothing(workers: Workers) -> None:
    await workers.close()


def test_they_end_with_whoever_started_them(tmp_path: Path) -> None:
    told = tmp_path / "pids"
    command = [sys.executable, "-m", __spec__.name, str(told)]
    with subprocess.Popen(command) as parent:  # noqa: S603 - ourselves
        assert parent.wait() == -signal.SIGKILL
    pids = [int(line) for line in told.read_text().split()]
    assert pids
    deadline = time.monotonic() + 30
    while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    """Whether a process is there, and more than what is left of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def _die(told: Path) -> None:
    pids = {*await Workers(2).map(os.getpid, [()] * 8)}
    told.write_text(" ".join(map(str, pids)))  # noqa: ASYNC240 - nothing else runs
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(_die(Path(sys.argv[1])))
