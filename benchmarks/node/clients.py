"""Clients of a node, many at a time, over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from time import perf_counter
from typing import Final, Self, TypeVar

import aiohttp

from benchmarks.errors import NotAsPlanned

_POLL: Final = 0.1
_READY: Final = 120.0

_T = TypeVar("_T")
_R = TypeVar("_R")


class Clients:
    """So many clients, each on a connection of its own, who ask one thing after the other."""

    def __init__(self, url: str, count: int) -> None:
        self._url, self._count = url, count
        self._http: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        connections = aiohttp.TCPConnector(limit=self._count)
        self._http = aiohttp.ClientSession(connector=connections, auto_decompress=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def each(
        self, things: Iterable[_T], do: Callable[[_T], Awaitable[_R]]
    ) -> tuple[float, list[_R]]:
        """Do something with each thing, as many at a time as there are clients.

        Returns:
            The seconds that it took together, and what came out, in the order of being done.
        """
        left = iter(things)
        done: list[_R] = []

        async def work() -> None:
            # One iterator for all: who is free takes the next.
            for thing in left:
                result = await do(thing)
                done.append(result)

        begun = perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(self._count):
                group.create_task(work())
        return perf_counter() - begun, done

    async def get(self, path: str, encoding: str = "identity") -> bytes:
        """The body that is answered, as it came over the wire.

        Raises:
            NotAsPlanned: the answer is no 200.
        """
        headers = {"Accept-Encoding": encoding}
        async with self._http.get(self._url + path, headers=headers) as answer:
            return await _body(answer, 200)

    async def post(self, path: str, body: bytes, expected: int) -> bytes:
        """What is answered to a body of JSON.

        Raises:
            NotAsPlanned: the answer has another status.
        """
        headers = {"Content-Type": "application/json"}
        async with self._http.post(self._url + path, data=body, headers=headers) as answer:
            return await _body(answer, expected)

    async def ready(self) -> None:
        """Wait until the node serves whatever is asked.

        Raises:
            NotAsPlanned: it does not within two minutes.
        """
        async with asyncio.timeout(_READY):
            while True:
                with suppress(NotAsPlanned):
                    await self.get("/v1/health/ready")
                    await self.get("/v1/fees")
                    return
                await asyncio.sleep(_POLL)


async def _body(answer: aiohttp.ClientResponse, expected: int) -> bytes:
    body = await answer.read()
    if answer.status != expected:
        raise NotAsPlanned(f"{answer.url.path} answered {answer.status}: {body[:500]!r}")
    return body
