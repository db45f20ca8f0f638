"""Taking turns with the connected wallet, whose owner may take hours to answer.

What is sent by one connection is sent one thing after the other: what is prepared side by side has
the same nonce, and nobody can tell two open windows apart. Nothing else waits for an answer: the
wallet's other work goes on, and each beat looks whether there is one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

_SOON: Final = 2.0
"""Seconds that a beat waits for what is quick where nobody has to be asked."""

_T = TypeVar("_T")


class Turns:
    """What is under way by one connection."""

    def __init__(self, soon: float = _SOON) -> None:
        """Nothing is yet; `soon` is in seconds."""
        self._soon = soon
        self._lock = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    async def taken(self) -> bool:
        """Whether something is being sent, or an owner is asked, and not only for a moment."""
        try:
            async with asyncio.timeout(self._soon), self._lock:
                return False
        except TimeoutError:
            return True

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until nothing else is being sent, and then send."""
        async with self._lock:
            yield

    def under_way(self, key: str) -> bool:
        """Whether what was begun as `key` goes on; what it failed with is raised here, once."""
        task = self._tasks.get(key)
        if task is None or not task.done():
            return task is not None
        del self._tasks[key]
        task.result()
        return False

    async def carry_on(
        self, key: str, work: Callable[[], Awaitable[_T]], *, to_the_end: bool = False
    ) -> _T:
        """The result of what was begun as `key`; it is begun where it is not under way.

        Args:
            key: What it is known by.
            work: Begins it.
            to_the_end: Wait for as long as it takes, since nobody has to be asked.

        Raises:
            TimeoutError: it goes on, without anybody who waits for it: ask again later.
        """
        if key not in self._tasks:
            self._tasks[key] = asyncio.ensure_future(work())
        task = self._tasks[key]
        await asyncio.wait({task}, timeout=None if to_the_end else self._soon)
        if not task.done():
            raise TimeoutError
        if self._tasks.get(key) is task:  # unless somebody else has waited for it too
            del self._tasks[key]
        result: _T = task.result()
        return result

    def stop(self, key: str) -> None:
        """End what was begun as `key`, whose outcome nobody needs any more."""
        task = self._tasks.pop(key, None)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """End what is under way; what the journal holds of it is found out later."""
        tasks = [*self._tasks.values()]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
