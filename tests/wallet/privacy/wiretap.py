"""Stands between a wallet and whom it asks, passes everything on, and writes down what is asked."""

import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, web
from aiohttp.test_utils import RawTestServer

_HOPS = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}
_OF_A_CONNECTION = {"Host"}


@dataclass(frozen=True)
class Said:
    """One question, byte for byte, but for a number that counts the questions of a program."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Wiretap:
    """Listens for as long as it is entered."""

    target: str
    said: list[Said] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._session = ClientSession(auto_decompress=False)
        self._server = RawTestServer(self._pass_on)
        await self._server.start_server()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        await self._server.close()
        await self._session.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    @property
    def port(self) -> int:
        assert self._server.port is not None
        return self._server.port

    def heard(self) -> list[Said]:
        """What was said since the last time."""
        said, self.said = self.said, []
        return said

    async def _pass_on(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        headers = tuple((k, v) for k, v in request.headers.items() if k not in _OF_A_CONNECTION)
        self.said.append(Said(request.method, request.path_qs, headers, _uncounted(body)))
        kept = {k: v for k, v in request.headers.items() if k.lower() not in _HOPS}
        async with self._session.request(
            request.method, f"{self.target}{request.path_qs}", data=body or None, headers=kept
        ) as answer:
            content = await answer.read()
            named = {"Content-Encoding", "Content-Type", "Retry-After"} & set(answer.headers)
            told = {name: answer.headers[name] for name in named}
            return web.Response(status=answer.status, body=content, headers=told)


def _uncounted(body: bytes) -> bytes:
    """JSON-RPC counts its questions: without that."""
    if not body.startswith((b"{", b"[")):
        return body
    form: Any = json.loads(body)
    for each in form if isinstance(form, list) else [form]:
        each.pop("id", None)
    return json.dumps(form, sort_keys=True).encode()
