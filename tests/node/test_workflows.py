"""Workflows: what was begun goes on where it stopped, once at a time, and rests after failures."""

import asyncio
from collections.abc import Awaitable, Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
from dbos import DBOS

from tests.chains import eventually
from tests.node import working
from tests.node.databases import opened
from tests.node.working import DONE, launched
from winze.node.workflows import Workflows

NEVER = "never"
ENDLESS = 120


def run(folder: Path, moment: str) -> int | None:
    """Run, in a process of its own, what dies at `moment`; how it ended."""
    processes = get_context("forkserver")
    processes.set_forkserver_preload([working.__name__])  # so that only the first one imports
    process = processes.Process(target=working.run, args=(folder, moment))
    process.start()
    process.join(ENDLESS)
    return process.exitcode


def test_a_killed_workflow_goes_on_and_takes_no_recorded_step_again(tmp_path: Path) -> None:
    """One workflow, killed again and again; only what was taken and not recorded is retaken."""
    opened(tmp_path).dispose()
    diary = tmp_path / "diary"
    for moment, lines in (
        ("first:end", ["first value"]),
        ("first:recorded", ["first value"]),
        ("second:begin", []),
        ("second:end", ["second value+"]),
        (NEVER, ["second value+", f"{DONE} value++"]),
    ):
        assert run(tmp_path, f"key:{moment}") == (0 if moment == NEVER else -9)
        assert diary.read_text().splitlines() == lines
        diary.write_text("")


class Gate:
    """Work that waits until it is let through."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.open = asyncio.Event()
        self.failing = 0

    async def work(self, key: str) -> None:
        self.begun.append(key)
        await self.open.wait()
        if self.failing:
            self.failing -= 1
            raise ValueError("no")

    def times(self, count: int) -> Callable[[], Awaitable[bool]]:
        """Whether it was begun so often."""

        async def holds() -> bool:
            return len(self.begun) >= count

        return holds


def idle(workflows: Workflows, name: str = "work") -> Callable[[], Awaitable[bool]]:
    """Whether nothing of a kind is under way."""

    async def holds() -> bool:
        return not workflows.active(name)

    return holds


async def recorded() -> int:
    """How many workflows were ever begun, whatever became of them."""
    return len(await DBOS.list_workflows_async())


async def test_a_workflow_is_under_way_once_for_each_key(tmp_path: Path) -> None:
    gate = Gate()
    async with launched(tmp_path, {"work": gate.work}) as workflows:
        for _ in range(3):
            await workflows.ensure("work", "a")
        await workflows.ensure("work", "b")
        assert await eventually(gate.times(2))
        await workflows.ensure("work", "a")
        await asyncio.gather(*(workflows.ensure("work", "b") for _ in range(3)))
        assert sorted(gate.begun) == ["a", "b"]
        assert workflows.active("work") == await recorded() == 2
        gate.open.set()
        assert await eventually(idle(workflows))
        await workflows.ensure("work", "a")
        assert await eventually(gate.times(3))


async def test_what_failed_rests_and_longer_each_time_and_is_begun_again(
    tmp_path: Path,
) -> None:
    clock = Clock()
    gate = Gate()
    gate.open.set()
    gate.failing = 9
    pauses = []
    async with launched(tmp_path, {"work": gate.work}, clock=clock) as workflows:
        for turn in range(1, 10):
            await workflows.ensure("work", "a")
            assert await eventually(gate.times(turn))
            assert await eventually(idle(workflows))
            pause = workflows._failures["work", "a"].until - clock.now
            pauses.append(pause)
            clock.now += pause - 0.01
            await workflows.ensure("work", "a")
            assert await recorded() == turn
            clock.now += 0.02
        await workflows.ensure("work", "a")
        assert await eventually(gate.times(10))
        assert await eventually(idle(workflows))
        assert not workflows._failures
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30])


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_one_that_fails_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    gate = Gate()
    gate.open.set()
    gate.failing = 1
    async with launched(tmp_path, {"work": gate.work}) as workflows:
        await workflows.ensure("work", "a")
        assert await eventually(gate.times(1))
        await workflows.ensure("work", "b")
        assert await eventually(gate.times(2))


async def test_a_queue_runs_so_many_at_once_and_in_the_end_all(tmp_path: Path) -> None:
    gate = Gate()
    async with launched(tmp_path, {"work": gate.work}, queued=["work"], at_once=2) as workflows:
        for key in "abcde":
            await workflows.ensure("work", key)
        assert await eventually(gate.times(2))
        await asyncio.sleep(0.6)  # two polls of the queue
        assert len(gate.begun) == 2
        gate.open.set()
        assert await eventually(gate.times(5))
        assert sorted(gate.begun) == list("abcde")


async def test_what_is_under_way_when_it_is_closed_goes_on_after_the_next_launch(
    tmp_path: Path,
) -> None:
    gate, again = Gate(), Gate()
    async with launched(tmp_path, {"work": gate.work}) as workflows:
        await workflows.ensure("work", "a")
        assert await eventually(gate.times(1))
    again.open.set()
    async with launched(tmp_path, {"work": again.work}):
        assert await eventually(again.times(1))
        assert again.begun == ["a"]


async def test_what_is_in_a_queue_when_it_is_closed_goes_on_after_the_next_launch(
    tmp_path: Path,
) -> None:
    gate, again = Gate(), Gate()
    async with launched(tmp_path, {"work": gate.work}, queued=["work"], at_once=1) as workflows:
        for key in "ab":
            await workflows.ensure("work", key)
        assert await eventually(gate.times(1))
    again.open.set()
    async with launched(tmp_path, {"work": again.work}, queued=["work"], at_once=1):
        assert await eventually(again.times(2))
        assert sorted(again.begun) == ["a", "b"]


async def test_what_an_earlier_process_left_is_not_begun_a_second_time(tmp_path: Path) -> None:
    gate, again = Gate(), Gate()
    async with launched(tmp_path, {"work": gate.work}) as workflows:
        await workflows.ensure("work", "a")
        assert await eventually(gate.times(1))
    async with launched(tmp_path, {"work": again.work}) as workflows:
        await workflows.ensure("work", "a")
        assert await eventually(again.times(1))
        await workflows.ensure("work", "a")
        assert again.begun == ["a"]


async def test_after_it_is_closed_the_loop_can_use_threads_again(tmp_path: Path) -> None:
    async with launched(tmp_path, {"work": Gate().work}):
        assert await asyncio.to_thread(int, 1) == 1
    assert await asyncio.to_thread(int, 2) == 2


async def test_the_moments_of_a_step_are_told_in_order(tmp_path: Path) -> None:
    seen: list[str] = []
    done = asyncio.Event()

    async def step() -> int:
        seen.append("taken")
        return 7

    async def work(_: str) -> None:
        assert await workflows.step("work:step", step) == 7
        done.set()

    async with launched(tmp_path, {"work": work}, seen=seen) as workflows:
        await workflows.ensure("work", "a")
        await asyncio.wait_for(done.wait(), 30)
    assert seen == ["work:step:begin", "taken", "work:step:end", "work:step:recorded"]
