"""Stands between a program and its chain, passes on what is asked, and does harm when told to."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

HOST = "127.0.0.1"
MOST_BYTES = 64 << 20
PATIENCE = ClientTimeout(total=120)


@dataclass(frozen=True)
class Asked:
    """One JSON-RPC request."""

    method: str
    params: Sequence[Any]


Answer = Mapping[str, Any]
"""What JSON-RPC answers, without version and id: {"result": ...} or {"error": ...}."""

Forward = Callable[[Asked], Awaitable[Answer]]
Fault = Callable[[Asked, Forward], Awaitable[Answer]]
"""Answers in the chain's place, and may ask it (or the faults after this one) by the second."""


class ConnectionLost(Exception):
    """The client's connection breaks instead of an answer."""


class BadStatus(Exception):
    """The client gets this HTTP status instead of an answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class RpcProxy:
    """Listens on a port of its own for as long as it is entered.

    `asked` holds every request that ever came, `count` how often each method was asked, and the
    `journal` a line of JSON for each.
    """

    def __init__(self, chain: str, journal: Path | None = None) -> None:
        self._chain, self._journal = chain, journal
        self._faults: list[Fault] = []
        self._runner: web.AppRunner | None = None
        self._session: ClientSession
        self._port = 0
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def count(self) -> Counter[str]:
        return Counter(asked.method for asked in self.asked)

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=PATIENCE)
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._hang_up()
        await self._session.close()

    @contextmanager
    def suffering(self, *faults: Fault) -> Iterator[None]:
        """Let these faults happen meanwhile; the first of them meets a request first."""
        self._faults[:0] = faults
        try:
            yield
        finally:
            for fault in faults:
                self._faults.remove(fault)

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Refuse every connection meanwhile; those that are open break."""
        await self._hang_up()
        try:
            yield
        finally:
            await self._listen()

    async def _listen(self) -> None:
        # A client that goes away takes its request with it, and nothing hangs for ever.
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/", self._serve)
        runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
        await runner.setup()
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, self._port))  # the same port again after it was down
        self._port = listening.getsockname()[1]
        await web.SockSite(runner, listening).start()
        self._runner = runner

    async def _hang_up(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(await request.read())
        try:
            if isinstance(asked, list):
                return web.json_response([await self._one(each) for each in asked])
            return web.json_response(await self._one(asked))
        except BadStatus as problem:
            return web.Response(status=problem.status, text=str(problem))
        except (ConnectionLost, ClientError):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)

    async def _one(self, message: Mapping[str, Any]) -> dict[str, Any]:
        asked = Asked(message["method"], message.get("params", []))
        self.asked.append(asked)
        outcome = "unanswered"
        try:
            answer = await self._through(tuple(self._faults), asked)
            outcome = "error" if "error" in answer else "result"
        except Exception as problem:
            outcome = str(problem) or type(problem).__name__
            raise
        finally:
            self._write_down(asked, outcome)
        return {"jsonrpc": "2.0", "id": message.get("id"), **answer}

    async def _through(self, faults: Sequence[Fault], asked: Asked) -> Answer:
        if not faults:
            return await self.ask(asked)
        first, *others = faults

        async def forward(again: Asked) -> Answer:
            return await self._through(others, again)

        return await first(asked, forward)

    async def ask(self, asked: Asked) -> Answer:
        """What the chain itself answers."""
        message = {"jsonrpc": "2.0", "id": 1, "method": asked.method, "params": asked.params}
        async with self._session.post(self._chain, json=message) as response:
            answer = await response.json(content_type=None)
        return {key: answer[key] for key in ("result", "error") if key in answer}

    def _write_down(self, asked: Asked, outcome: str) -> None:
        if self._journal is None:
            return
        line = json.dumps({"method": asked.method, "params": asked.params, "outcome": outcome})
        with suppress(FileNotFoundError), self._journal.open("a") as journal:
            journal.write(line + "\n")


async def sleep_for_ever() -> None:
    """Wait until somebody cancels it."""
    await asyncio.Event().wait()
