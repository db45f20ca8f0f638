"""The HTTP server under the API: uvicorn, with patience that ends and errors of our form."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar, Final

import h11
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..errors import CannotListen
from .incoming import IncomingBody
from .problems import PROBLEM_TYPE, Problem, busy
from .rates import client_of
from .settings import ApiSettings

_connections = logging.getLogger("uvicorn.error.connections")
# all else is about what clients do, who could fill the disk with it
_connections.addFilter(lambda record: record.exc_info is not None)

_CROWDED: Final = 2
_BACKLOG: Final = 512
_GRACE: Final = 5


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen at an address while the context lasts; port 0 takes any that is free.

    Raises:
        CannotListen: the address is taken, or not of this machine.
    """
    # asyncio sends without delay (TCP_NODELAY) on sockets that say they are TCP, which those of
    # socket.create_server do not: each answer would wait for 40 ms
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            raise CannotListen(host, port, error) from error
        yield listener


def url_of(listener: socket.socket) -> str:
    """The address of what is served at `listener`."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def serving(
    app: FastAPI, settings: ApiSettings, listener: socket.socket
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve `app` while the context lasts, in a task that only ends before if the server fails.

    Signals stay with the node; when the context ends, what is being answered has a few seconds.
    """
    server = _Server(_config(app, settings))
    task = asyncio.create_task(server.serve([listener]), name="api")
    try:
        yield task
    finally:
        server.should_exit = True
        await asyncio.wait([task])


def _config(app: FastAPI, settings: ApiSettings) -> uvicorn.Config:
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
        timeout_graceful_shutdown=_GRACE,
    )


class _Server(uvicorn.Server):
    """A server among the node's other workers, which leaves signals to them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


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
        self.access_log = False  # see the guard; uvicorn decides by what listens to its logger
        self.logger = _connections
        if len(self.connections) > self.settings.max_connections or self._has_too_many():
            self.app = _crowded(self.settings)
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

    def _has_too_many(self) -> bool:
        host = _host_of(self)
        if host in self.settings.trusted_proxies:
            return False
        own = sum(_host_of(each) == host for each in self.connections)
        return own > self.settings.max_client_connections

    def _watch(self) -> None:
        self._deadline = self.loop.call_later(self.settings.header_timeout, self._give_up)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def _host_of(connection: Any) -> str:
    client = connection.client
    return client_of(client[0]) if client else ""


def _crowded(settings: ApiSettings) -> ASGIApp:
    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        await IncomingBody(receive, settings).linger()
        problem = busy("the node has too many connections: ask again, or another node")
        problem.headers["Connection"] = "close"
        await problem.response()(scope, receive, send)

    return tell
