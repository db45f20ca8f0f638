"""The HTTP server under the API: uvicorn, with patience that ends and errors of our form."""

import asyncio
from typing import Any, ClassVar, Final

import h11
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .problems import PROBLEM_TYPE, Problem, busy
from .settings import ApiSettings

_CROWDED: Final = 2


def server_config(app: FastAPI, settings: ApiSettings, **options: Any) -> uvicorn.Config:
    """How uvicorn serves `app`; `options`, such as host and port, are uvicorn's own."""
    return uvicorn.Config(
        app,
        http=type("Protocol", (_Protocol,), {"settings": settings}),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        h11_max_incomplete_event_size=settings.max_headers + settings.max_url,
        **options,
    )


class _Protocol(H11Protocol):
    """A connection on which a client has to say soon what it wants.

    uvicorn limits how long a connection idles between requests, but waits for ever for the first
    one, and for the rest of headers that have begun.
    """

    settings: ClassVar[ApiSettings]

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take up a connection, unless there are too many: then only to say so."""
        super().connection_made(transport)
        if len(self.connections) > self.settings.max_connections:
            self.app = _crowded
        if len(self.connections) > _CROWDED * self.settings.max_connections:
            transport.abort()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching it."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; the time for the headers begins with their first byte, not with each."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._deadline is None:
            self._watch()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """Answer what is no HTTP."""
        problem = Problem(400, "this is no valid HTTP/1.1, or its headers are too large")
        headers = [("content-type", PROBLEM_TYPE), ("connection", "close")]
        for event in (
            h11.Response(status_code=problem.status, headers=headers),
            h11.Data(data=problem.body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        self._deadline = self.loop.call_later(self.settings.header_timeout, self._give_up)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


async def _crowded(scope: Scope, receive: Receive, send: Send) -> None:
    problem = busy("the node has too many connections: ask again, or another node")
    problem.headers["Connection"] = "close"
    await problem.response()(scope, receive, send)
