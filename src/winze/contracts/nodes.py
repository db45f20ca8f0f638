"""Several nodes of one chain behind one connection: when one fails, the next is asked.

Addresses of nodes often hold credentials, so of an address no more than scheme, host and port ever
stands in a message, a log or a picture; errors of the HTTP library, which quote all of it, go no
further than here.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final, cast
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientResponseError, ClientSession, ClientTimeout
from web3.providers.async_base import AsyncJSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from .errors import ChainUnreachable
from .proxy import PROXY_ERRORS, Proxy, connector

_ROUNDS: Final = 2
"""How often all nodes are asked before a question is given up."""

_PAUSE: Final = 0.2
"""Seconds between two rounds: a server that closes idle connections is asked again at once."""

_REPEATABLE: Final = ("eth_", "net_", "web3_")
"""What may be asked again without knowing whether it was heard the first time. To send a signed
transaction twice does no harm either; to make a private chain's block twice would."""

_BUSY: Final = frozenset({429, -32005})
"""Error codes that say that this node was asked too much."""

_FAILURES: Final = (
    *(ClientError, OSError, TimeoutError, ValueError, RecursionError),
    *PROXY_ERRORS,
)
"""What asking can end with that says nothing of the question."""

_log = logging.getLogger(__name__)


class Nodes(AsyncJSONBaseProvider):
    """Asks the nodes at some addresses: always the same one, until it fails or lies."""

    def __init__(self, urls: Sequence[str], timeout: float, proxy: Proxy | None = None) -> None:
        """Nothing is asked yet.

        Args:
            urls: Where the nodes answer JSON-RPC over HTTP; the first is asked first.
            timeout: Seconds that one node has for one answer.
            proxy: Through what they are asked; None asks directly.
        """
        super().__init__()
        if not urls:
            raise ChainUnreachable("a connection needs the address of a node; none was given")
        self._urls, self._timeout, self._proxy = tuple(urls), timeout, proxy
        self._current = 0
        self._sessions: dict[Proxy | None, ClientSession] = {}

    def __repr__(self) -> str:
        return f"Nodes({', '.join(map(place_of, self._urls))})"

    __str__ = __repr__

    @property
    def current(self) -> str:
        """The place of the node that is asked."""
        return place_of(self._urls[self._current])

    def rotate(self) -> None:
        """Ask the next node from now on: this one has failed, or what it says cannot be."""
        self._leave(self._current, "is not trusted")

    async def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """The answer of the first node that has one.

        Raises:
            ChainUnreachable: none has.
        """
        (answer,) = await self._hear(self.encode_rpc_request(method, params), [method])
        return answer

    async def make_batch_request(
        self, batch_requests: list[tuple[RPCEndpoint, Any]]
    ) -> list[RPCResponse] | RPCResponse:
        """The answers to several questions, in the questions' order.

        A node that does not answer several at once tells one error instead.

        Raises:
            ChainUnreachable: no node has them.
        """
        data = self.encode_batch_rpc_request(batch_requests)
        answers = await self._hear(data, [method for method, _ in batch_requests])
        return answers if len(answers) == len(batch_requests) else answers[0]

    async def _hear(self, data: bytes, methods: Sequence[str]) -> list[RPCResponse]:
        """As many answers as there are questions in `data`, or a single error."""
        count = len(self._urls)
        repeatable = all(method.startswith(_REPEATABLE) for method in methods)
        turns = count * _ROUNDS if repeatable else 1
        failure, busy = "", None
        for turn in range(turns):
            if turn and turn % count == 0:
                await asyncio.sleep(_PAUSE)
            asked = self._current
            try:
                answers = await self._ask(self._urls[asked], data, len(methods))
            except _FAILURES as problem:
                failure = self._explained(problem)
            else:
                if not any(map(_is_busy, answers)):
                    return answers
                busy, failure = answers, "asks for fewer questions"
            self._leave(asked, failure)
        # Raised out here, the error does not carry the library's along, which quotes the address.
        if busy is not None:
            return busy
        places = ", ".join(map(place_of, self._urls))
        raise ChainUnreachable(f"no chain answers at {places} (the last one {failure})")

    async def disconnect(self) -> None:
        """Close what is open; another request would open it again."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def _ask(self, url: str, data: bytes, questions: int) -> list[RPCResponse]:
        # Nobody sends us elsewhere: it might be around the proxy.
        session = self._session(url)
        async with session.post(url, data=data, allow_redirects=False) as response:
            answer = json.loads(await response.read())
        if isinstance(answer, dict) and (questions == 1 or "error" in answer):
            return [cast("RPCResponse", answer)]
        if not isinstance(answer, list) or not _are_answers(answer, questions):
            raise json.JSONDecodeError("no answers", "", 0)  # as good as none
        return sorted(answer, key=itemgetter("id"))  # they come in any order

    def _session(self, url: str) -> ClientSession:
        proxy = self._proxy if self._proxy is not None and self._proxy.carries(url) else None
        if proxy not in self._sessions:
            self._sessions[proxy] = ClientSession(
                connector=connector("rpc", proxy),
                timeout=ClientTimeout(total=self._timeout),
                headers={"Content-Type": "application/json"},
                raise_for_status=True,
            )
        return self._sessions[proxy]

    def _leave(self, node: int, why: str) -> None:
        """Go on to the next node, unless another request has done so already."""
        if node != self._current or len(self._urls) == 1:
            return
        left = self.current
        self._current = (node + 1) % len(self._urls)
        _log.warning("the node at %s %s; asking %s", left, why, self.current)

    def _explained(self, problem: Exception) -> str:
        match problem:
            case ClientResponseError(status=status):
                return f"answers with HTTP status {status}"
            case TimeoutError():
                return f"does not answer within {self._timeout:g} s"
            case json.JSONDecodeError() | UnicodeDecodeError():
                return "does not speak JSON"
            case _:
                return f"cannot be asked: {type(problem).__name__}"


def place_of(url: str) -> str:
    """The scheme, host and port of an address, without what else it holds."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None:
        return "an address that is no URL"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _are_answers(answers: list[Any], questions: int) -> bool:
    """Whether a list answers so many questions that were asked in one message."""
    numbers = {each.get("id") for each in answers if isinstance(each, dict)}
    return 1 < questions == len(numbers) == len(answers) and all(
        isinstance(number, int) for number in numbers
    )


def _is_busy(answer: RPCResponse) -> bool:
    error = answer.get("error")
    return isinstance(error, dict) and error.get("code") in _BUSY
