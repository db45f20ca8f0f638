"""Where people hand in what they want done: a node over HTTP, or whatever stands in its place."""

import asyncio
import json
from types import TracebackType
from typing import Protocol, Self

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector

from winze.wire import Quote, RelayRequest, RequestStatus

PATIENCE = ClientTimeout(total=20)
OK, ACCEPTED, NOT_FOUND, TOO_MANY, UNAVAILABLE = 200, 202, 404, 429, 503


class Refusal(Exception):
    """The desk does not take a request; `code` is the stable word that says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class Unreachable(Exception):
    """Nobody is there, or not ready; later somebody may be."""


class Desk(Protocol):
    """What people know of a node."""

    async def quote(self) -> Quote:
        """What it asks.

        Raises:
            Unreachable: nobody answers.
        """

    async def submit(self, request: RelayRequest) -> RequestStatus:
        """Hand a request in, perhaps once more.

        Raises:
            Refusal: it is not taken.
            Unreachable: nobody answers; it may have been taken all the same.
        """

    async def status(self, request_id: str) -> RequestStatus | None:
        """What became of a request; None where the desk knows no such.

        Raises:
            Unreachable: nobody answers.
        """


class NodeBroken(AssertionError):
    """A node answered with what it must never answer: an error of its own."""


class HttpDesk:
    """A node's API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: ClientSession

    async def __aenter__(self) -> Self:
        self._session = ClientSession(connector=TCPConnector(force_close=True), timeout=PATIENCE)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _value: object, _trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def quote(self) -> Quote:
        """See `Desk`."""
        return Quote.from_json((await self.ask("GET", "/v1/fees"))[1])

    async def submit(self, request: RelayRequest) -> RequestStatus:
        """See `Desk`."""
        return await self.submit_text(request.to_json())

    async def submit_text(self, text: str) -> RequestStatus:
        """Hand in whatever a text says."""
        status, body = await self.ask("POST", "/v1/requests", text)
        if status not in {OK, ACCEPTED}:
            problem = json.loads(body)
            raise Refusal(problem.get("code", str(status)), problem.get("detail", body))
        return RequestStatus.from_json(body)

    async def status(self, request_id: str) -> RequestStatus | None:
        """See `Desk`."""
        status, body = await self.ask("GET", f"/v1/requests/{request_id}")
        return None if status == NOT_FOUND else RequestStatus.from_json(body)

    async def ready(self) -> bool:
        """Whether it serves."""
        try:
            return (await self.ask("GET", "/v1/health/ready"))[0] == OK
        except Unreachable:
            return False

    async def read(self, path: str) -> bytes:
        """Bulk data.

        Raises:
            Unreachable: nobody answers, or not with that.
        """
        try:
            async with self._session.get(self.url + path) as response:
                response.raise_for_status()
                return await response.read()
        except (ClientError, TimeoutError, OSError) as problem:
            raise Unreachable(f"{path}: {type(problem).__name__}: {problem}") from problem

    async def ask(self, method: str, path: str, text: str | None = None) -> tuple[int, str]:
        """The HTTP status and body.

        Raises:
            Unreachable: nobody answers, or says that it cannot now.
            NodeBroken: it says that something went wrong inside it.
        """
        headers = {"Content-Type": "application/json"} if text is not None else {}
        try:
            async with self._session.request(
                method, self.url + path, data=text, headers=headers
            ) as response:
                return await self._read(response)
        except (ClientError, TimeoutError, asyncio.IncompleteReadError, OSError) as problem:
            raise Unreachable(f"{method} {path}: {type(problem).__name__}: {problem}") from problem

    async def _read(self, response: ClientResponse) -> tuple[int, str]:
        body = await response.text()
        if response.status in {UNAVAILABLE, TOO_MANY}:
            raise Unreachable(f"{response.status}: {body}")
        if response.status > UNAVAILABLE or response.status in {500, 501, 502}:
            raise NodeBroken(f"{response.method} {response.url}: {response.status} {body}")
        return response.status, body
