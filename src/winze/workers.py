"""Work in processes of their own, for what would keep one core busy for long.

A worker learns what to do from its standard input and ends with it, so none is left behind when
whoever started it is killed; and secrets pass through pipes alone.
"""

import asyncio
import os
import pickle
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final, TypeVar, cast

_Result = TypeVar("_Result")

_SIZE_BYTES: Final = 8
_MOST: Final = 8


class Workers:
    """Processes that are started when they are first needed."""

    def __init__(self, count: int | None = None) -> None:
        """Nothing runs yet.

        Args:
            count: How many processes; by default one for each core, but not more than 8.
        """
        self._count = count or min(os.cpu_count() or 1, _MOST)
        self._starting: asyncio.Task[list[Process]] | None = None

    def start(self) -> asyncio.Task[list[Process]]:
        """Let them come up meanwhile; what they need takes half a second to be imported."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        return self._starting

    async def map(
        self,
        function: Callable[..., _Result],
        items: Iterable[tuple[Any, ...]],
        done: Callable[[int], object] = int,
    ) -> list[_Result]:
        """`function` of each item's values, in their order; it is one that a module defines.

        Args:
            function: What is done; its results and errors have to be picklable, too.
            items: With what. Each is one message, so let it be worth a tenth of a second or more.
            done: Told how many are done, after each.

        Raises:
            Exception: whatever the function raises; the workers are stopped then.
        """
        jobs = list(enumerate(items))
        results: dict[int, _Result] = {}
        waiting = iter(jobs)

        async def serve(process: Process) -> None:
            for number, item in waiting:
                results[number] = await _ask(process, function, item)
                done(len(results))

        try:
            async with asyncio.TaskGroup() as group:
                for process in await self.start():
                    group.create_task(serve(process))
        except BaseExceptionGroup as failed:
            await self.close()  # one of them may be left with half a message
            raise failed.exceptions[0] from None
        except BaseException:
            await self.close()
            raise
        return [results[number] for number, _ in jobs]

    async def close(self) -> None:
        """Stop the processes; they start again when they are needed."""
        starting, self._starting = self._starting, None
        if starting is not None:
            for process in await starting:
                if process.returncode is None:
                    process.kill()
                await process.wait()

    async def _start(self) -> list[Process]:
        # A session of their own: what interrupts us at a terminal is for us to pass on.
        command = (sys.executable, "-m", __name__)
        return [
            await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, start_new_session=True
            )
            for _ in range(self._count)
        ]


async def _ask(
    process: Process, function: Callable[..., _Result], item: tuple[Any, ...]
) -> _Result:
    asked, answers = cast("StreamWriter", process.stdin), cast("StreamReader", process.stdout)
    asked.write(_framed((function, item)))
    await asked.drain()
    size = int.from_bytes(await answers.readexactly(_SIZE_BYTES), "big")
    # What our own child answers.
    fine, answer = pickle.loads(await answers.readexactly(size))  # noqa: S301
    if not fine:
        raise answer
    result: _Result = answer
    return result


def _framed(message: object) -> bytes:
    content = pickle.dumps(message)
    return len(content).to_bytes(_SIZE_BYTES, "big") + content


# -- inside a worker ------------------------------------------------------------------------------


def _messages(stream: BinaryIO) -> Iterator[bytes]:
    while head := stream.read(_SIZE_BYTES):
        yield stream.read(int.from_bytes(head, "big"))


def _serve(asked: BinaryIO, answers: BinaryIO) -> None:
    for message in _messages(asked):
        try:
            function, item = pickle.loads(message)  # noqa: S301 - what our own parent asks
            answer = True, function(*item)
        except Exception as problem:  # noqa: BLE001 - it is raised where the work was asked for
            answer = False, problem
        answers.write(_framed(answer))
        answers.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
