"""What stands before every endpoint: limits of size, time and rate, and headers of safety.

Nothing of a single request is logged: neither who asked (an address) nor for what (a URL names
accounts and requests). What remains is counted by class of endpoint and status, in the metrics. An
operator who wants more than that has to put it in front of the node, and answer for it.
"""

import asyncio
import math
import time
from collections.abc import Iterable
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..metrics import Metrics
from .incoming import IncomingBody, too_large
from .problems import PROBLEM_TYPE, RETRY_AFTER, Problem, busy, internal
from .rates import RateLimiter
from .settings import ApiSettings, EndpointClass

_log = structlog.get_logger(__name__)

_SAFETY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""Answers are data: no browser shall show or run them, or tell others where it was."""

_CLASSES: Final = (
    ("/v1/sync/", EndpointClass.BULK),
    ("/v1/keys/", EndpointClass.BULK),
    ("/v1/screening", EndpointClass.SCREENING),
)
_KEPT: Final = frozenset({b"allow", b"content-range", b"vary"})


def endpoint_class(scope: Scope) -> EndpointClass:
    """The class of the endpoint that is asked for."""
    path = scope["path"]
    if path == "/v1/requests" and scope["method"] == "POST":
        return EndpointClass.REQUESTS
    return next((kind for start, kind in _CLASSES if path.startswith(start)), EndpointClass.LIGHT)


class Guard:
    """The ASGI middleware that does it."""

    def __init__(self, app: ASGIApp, settings: ApiSettings, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics
        self._limiter = RateLimiter(settings.rates, settings.max_clients)
        self._unanswered: set[_Answer] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have it answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind = endpoint_class(scope)
        body = IncomingBody(receive, self._settings)
        answer = _Answer(send, self._settings, self._metrics, kind, self._unanswered)
        try:
            self._admit(scope, kind)
            await self._answer(scope, body, answer)
        except ClientDisconnect:
            pass
        except Problem as problem:
            await body.linger()
            await answer.tell(problem)
        except Exception as error:  # noqa: BLE001 - nobody else would answer
            _log.exception("an answer failed", endpoint=kind, error=type(error).__name__)
            await answer.tell(internal())
        finally:
            self._unanswered.discard(answer)

    async def _answer(self, scope: Scope, body: IncomingBody, answer: "_Answer") -> None:
        timer = asyncio.timeout(self._settings.answer_timeout)
        answer.timer = timer
        try:
            async with timer:
                await self._app(scope, body.receive, answer.send)
        except TimeoutError:
            if not timer.expired():
                raise
            if not answer.started:
                raise busy("the node is too slow just now: ask again", "too_slow") from None

    def _admit(self, scope: Scope, kind: EndpointClass) -> None:
        settings = self._settings
        if len(self._unanswered) > settings.max_unanswered:
            raise busy("the node has its hands full: ask again", wait=1)
        client = scope["client"]
        if wait := self._limiter.admit(kind, client[0] if client else ""):
            raise Problem(
                429,
                f"too many requests of the class {kind}: wait for {math.ceil(wait)} s",
                headers={RETRY_AFTER: str(math.ceil(wait))},
            )
        if len(scope["raw_path"]) + len(scope["query_string"]) > settings.max_url:
            raise Problem(414, f"a URL has {settings.max_url} characters at most")
        _check_headers(scope["headers"], settings)


def _check_headers(headers: Iterable[tuple[bytes, bytes]], settings: ApiSettings) -> None:
    size = 0
    for name, value in headers:
        size += len(name) + len(value)
        if name == b"content-length" and int(value[:20]) > settings.max_body:
            raise too_large(settings)
    if size > settings.max_headers:
        raise Problem(431, f"headers take {settings.max_headers} bytes at most")


class _Answer:
    """What the client is sent, with headers of safety, and never an error in another form."""

    timer: asyncio.Timeout

    def __init__(
        self,
        send: Send,
        settings: ApiSettings,
        metrics: Metrics,
        kind: EndpointClass,
        unanswered: "set[_Answer]",
    ) -> None:
        """Be among the `unanswered` until the answer begins: who reads slowly keeps nobody out."""
        self._send, self._settings, self._metrics, self._kind = send, settings, metrics, kind
        self._unanswered = unanswered
        self._unanswered.add(self)
        self._began = time.perf_counter()
        self._replaced = False
        self.started = False

    async def send(self, message: Message) -> None:
        """Pass on a part of the answer."""
        if self._replaced:
            return
        loop = asyncio.get_running_loop()
        self.timer.reschedule(loop.time() + self._settings.send_timeout)
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            if message["status"] >= 400 and not _is_problem(headers):  # noqa: PLR2004
                await self._replace(message["status"], headers)
                return
            message = {**message, "headers": self._start(message["status"], headers)}
        await self._send(message)

    async def tell(self, problem: Problem) -> None:
        """Answer with `problem`, or break off an answer that has begun."""
        if self.started:
            return
        response = problem.response()
        headers = self._start(problem.status, response.raw_headers)
        await self._send(
            {"type": "http.response.start", "status": problem.status, "headers": headers}
        )
        await self._send({"type": "http.response.body", "body": problem.body})

    async def _replace(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """A library answered with an error of its own form."""
        kept = {name.decode(): value.decode() for name, value in headers if name in _KEPT}
        self._replaced = True
        await self.tell(Problem(status, "this cannot be answered", headers=kept))

    def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        self.started = True
        self._unanswered.discard(self)
        self._metrics.answers.labels(self._kind, status).inc()
        self._metrics.answer_time.labels(self._kind).observe(time.perf_counter() - self._began)
        if not any(name == b"cache-control" for name, _ in headers):
            headers = [*headers, (b"cache-control", b"no-store")]
        return [*headers, *_SAFETY]


def _is_problem(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(
        name == b"content-type" and value.startswith(PROBLEM_TYPE.encode())
        for name, value in headers
    )
