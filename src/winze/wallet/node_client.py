"""Asking an operator's node, over HTTP: what a wallet reads in full, and what it hands over.

Nothing that is sent holds a secret, and nothing asks about a single note. A node is not trusted:
what it answers is bounded in size and read strictly, and wallets hold it against the chain.

What would say together whose a payout is goes over connections of its own: bulk data, permits (they
name who deposits), and each request. A proxy gives each of them a circuit of its own; without one,
the address of the internet says it all the same.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Literal, Self

import zstandard
from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
)

from winze.chain import Header
from winze.circuits import Circuit
from winze.contracts import (
    PROXY_ERRORS,
    InvalidNetworkDescription,
    NetworkDescription,
    Proxy,
    SignedPermit,
    connector,
    network_from_json,
    place_of,
)
from winze.protocol import ChainBlock, EthAddress, Field, OutOfRange, Timestamp, Wei
from winze.wire import (
    Bytes,
    Extent,
    Page,
    Quote,
    RelayRequest,
    RequestStatus,
    RowKind,
    Spelling,
    WireError,
    moment,
    read_json,
    read_object,
)

from .errors import NodeBusy, NodeMisbehaves, NodeRefused, NodeUnreachable
from .part_file import PartFile

TIMEOUT: Final = 30.0
"""Seconds that the node has for one answer, if nothing else is said."""

_MOST_BYTES: Final = 4 << 20
"""The longest answer that is read: four times the largest page."""

_MOST_KEY_BYTES: Final = 256 << 20
"""The longest key that is fetched: four times the largest."""

_PIECE: Final = 1 << 16
_JSON: Final = {"Accept-Encoding": "identity"}
_PAGE: Final = {"Accept-Encoding": "zstd"}
_SHOWN: Final = 300
_PERMIT: Final[Mapping[str, Spelling]] = {
    "deadline": moment("The last second at which it holds"),
    "r": Bytes(32, "The signature's first half (EIP-2098)"),
    "vs": Bytes(32, "Its second half, with the parity on top"),
}
_SECONDS: Final = re.compile("[0-9]{1,9}")


KeyRole = Literal["proving", "verifying"]
"""Which key of a pair."""


@dataclass(frozen=True)
class SyncState:
    """What there is of bulk data."""

    generation: int
    """It grows when the chain took something back: then all but final rows are read again."""

    cursor: Header | None
    """The last chain block that the rows stand for; None before the first."""

    extents: Mapping[RowKind, Extent]


class NodeClient:
    """Asks the node at one address; used as `async with NodeClient(url) as node`.

    Every method raises, beside what it says itself:

    Raises:
        NodeUnreachable: nobody answers there.
        NodeBusy: the node asks to come back later.
        NodeRefused: it will not do what it was asked; `code` says why, for programs.
        NodeMisbehaves: its answer is none that a node gives.
    """

    def __init__(self, url: str, *, patience: float = TIMEOUT, proxy: Proxy | None = None) -> None:
        """Nothing is asked yet.

        Args:
            url: Where the node serves its API; without `/v1`.
            patience: Seconds that it has for one answer.
            proxy: Through what it is asked; None asks directly.
        """
        self._url, self._place = url.rstrip("/"), place_of(url)
        self._patience = patience
        self._proxy = proxy if proxy is not None and proxy.carries(url) else None
        self._sessions: dict[str, ClientSession] = {}

    @property
    def place(self) -> str:
        """Where the node is, for messages: without what may be secret in its address."""
        return self._place

    def __repr__(self) -> str:
        return f"NodeClient({self.place})"

    @property
    def url(self) -> str:
        """Where the node serves its API; it may hold a secret, so it is for no message."""
        return self._url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def network(self) -> NetworkDescription:
        """The network that the node serves; to be held against one that is trusted."""
        content = await self._get("network")
        with self._readable():
            return network_from_json(content.decode())

    async def status(self) -> Mapping[str, Any]:
        """How the node stands, as its API describes it."""
        return await self._object("status")

    async def fees(self) -> Quote:
        """What the relayer takes now, and until when."""
        content = await self._get("fees")
        with self._readable():
            return Quote.from_json(content)

    async def submit(self, request: RelayRequest) -> RequestStatus:
        """Hand a request over; the same one as often as one likes.

        Raises:
            NodeRefused: its `code` is a `winze.wire.Rejection`, or says what else is wrong.
        """
        body = request.to_json().encode()
        content = await self._ask("POST", "requests", _JSON, body, apart=request.id)
        return self._status_of(content, request.id)

    async def request_status(self, request_id: str) -> RequestStatus | None:
        """How a request stands; None where the node knows of none."""
        try:
            content = await self._ask("GET", f"requests/{request_id}", _JSON, apart=request_id)
        except NodeRefused as refused:
            if refused.code == "unknown_request":
                return None
            raise
        return self._status_of(content, request_id)

    async def permit(self, depositor: EthAddress, value: Wei, inner: Field) -> SignedPermit:
        """The screener's permit for one deposit, for its user to look at before it is used.

        Raises:
            NodeRefused: `deposit_refused` where the screener does not let it in, `not_offered`
                where the node hands out none.
        """
        asked = {"depositor": str(depositor), "value": str(int(value)), "inner": str(int(inner))}
        body = json.dumps(asked).encode()
        content = await self._ask("POST", "screening", _JSON, body, apart="screening")
        with self._readable():
            form = read_object("permit", read_json(content), tuple(_PERMIT))
            found = {name: each.read(name, form[name]) for name, each in _PERMIT.items()}
            return SignedPermit(Timestamp(found["deadline"]), found["r"], found["vs"])

    async def sync_state(self) -> SyncState:
        """What there is of bulk data."""
        form = await self._object("sync")
        with self._readable():
            kinds, cursor = form["kinds"], form.get("cursor")
            return SyncState(
                generation=int(form["generation"]),
                cursor=None if cursor is None else _header(cursor),
                extents={kind: _extent(kinds[kind.name.lower()]) for kind in RowKind},
            )

    async def page(self, kind: RowKind, first: int, count: int) -> Page:
        """Up to `count` rows from row `first` on; as many as a page holds, and there are."""
        path = f"sync/{kind.name.lower()}?first={int(first)}&count={int(count)}"
        content = await self._ask("GET", path, _PAGE)
        with self._readable():
            return Page.decode(content, kind, first)

    async def key_file(self, circuit: Circuit, role: KeyRole, into: Path, sha256: str) -> None:
        """Fetch a circuit's key into the file `into`, which has the SHA-256 that is pinned.

        What came before a connection broke stands beside it, and is gone on from.

        Raises:
            NodeMisbehaves: the file that the node gives is another one.
            KeyStoreUnusable: it cannot be written.
        """
        part = PartFile(into, sha256)
        if await part.completed():
            return
        await self._fetch(f"keys/{circuit}/{role}", part)
        if not await part.completed():
            part.discard()
            raise self._misbehaves(f"gives another {role} key of {circuit} than is pinned")

    # -- asking ---------------------------------------------------------------------------------

    async def _get(self, path: str) -> bytes:
        return await self._ask("GET", path, _JSON)

    async def _object(self, path: str) -> Mapping[str, Any]:
        content = await self._get(path)
        with self._readable():
            form = json.loads(content)
            if not isinstance(form, dict):
                raise TypeError
            return form

    def _status_of(self, content: bytes, request_id: str) -> RequestStatus:
        with self._readable():
            status = RequestStatus.from_json(content)
            if status.id != request_id:
                raise ValueError
            return status

    def _session(self, apart: str = "") -> ClientSession:
        """Connections for one purpose; the node sees those of another as another visitor's."""
        session = self._sessions.get(apart)
        if session is None:
            # Cookies would let a node know its visitors again.
            session = self._sessions[apart] = ClientSession(
                connector=connector("node", self._proxy),
                cookie_jar=DummyCookieJar(),
                timeout=ClientTimeout(total=self._patience),
                headers={"User-Agent": "winze"},
                auto_decompress=False,
            )
        return session

    async def _ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        apart: str = "",
    ) -> bytes:
        """The content of an answer that says yes; `apart` names connections of its own."""
        sent = dict(headers) if body is None else {**headers, "Content-Type": "application/json"}
        with self._heard() as failures:
            async with self._session(apart).request(
                method, f"{self._url}/v1/{path}", data=body, headers=sent, allow_redirects=False
            ) as response:
                content = await self._content(response)
                status, later = response.status, response.headers.get("Retry-After", "")
        self._require_none(failures)
        if status not in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            raise self._refusal(status, content, later)
        return content

    async def _fetch(self, path: str, part: PartFile) -> None:
        """Append what a node has of a file beyond what is there."""
        begin = part.size
        with self._heard() as failures:
            async with self._session().get(
                f"{self._url}/v1/{path}",
                headers=_JSON | ({"Range": f"bytes={begin}-"} if begin else {}),
                allow_redirects=False,
                timeout=ClientTimeout(sock_connect=self._patience, sock_read=self._patience),
            ) as response:
                status, later = response.status, response.headers.get("Retry-After", "")
                if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                    pieces = response.content.iter_chunked(_PIECE)
                    kept = begin if status == HTTPStatus.PARTIAL_CONTENT else 0
                    if await part.write(pieces, kept, _MOST_KEY_BYTES):
                        return
                    part.discard()
                    raise self._misbehaves(f"answers with more than {_MOST_KEY_BYTES} bytes")
                content = await self._content(response)
        self._require_none(failures)
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.discard()  # the node has no more, and it is another file
        raise self._refusal(status, content, later)

    @contextmanager
    def _heard(self) -> Iterator[list[str]]:
        """Note how a node cannot be reached, for `_require_none` to tell."""
        failures: list[str] = []
        try:
            yield failures
        except TimeoutError:
            failures.append(f"does not answer within {self._patience:g} s")
        except (ClientError, OSError, *PROXY_ERRORS) as problem:
            failures.append(f"cannot be asked: {type(problem).__name__}")

    def _require_none(self, failures: list[str]) -> None:
        # Told outside of `_heard`, without the library's error, which quotes the address.
        for failure in failures:
            raise NodeUnreachable(f"the node at {self._place} {failure}")

    async def _content(self, response: ClientResponse) -> bytes:
        """All of an answer, unpacked, as long as it is no longer than any may be."""
        content = bytearray()
        async for part in response.content.iter_any():
            content += part
            self._check_size(content)
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding == "zstd":
            return self._unpacked(bytes(content))
        if encoding != "identity":
            raise self._misbehaves("packs its answer in a way that nobody asked for")
        return bytes(content)

    def _unpacked(self, packed: bytes) -> bytes:
        try:
            with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
                content = reader.read(_MOST_BYTES + 1)
        except zstandard.ZstdError:
            raise self._misbehaves("packs its answer wrongly") from None
        self._check_size(content)
        return bytes(content)

    def _check_size(self, content: bytes | bytearray) -> None:
        if len(content) > _MOST_BYTES:
            raise self._misbehaves(f"answers with more than {_MOST_BYTES} bytes")

    def _refusal(self, status: int, content: bytes, later: str) -> NodeRefused | NodeMisbehaves:
        """What a node's problem details say."""
        with self._readable(f" (HTTP status {status})"):
            form = json.loads(content)
            code, detail = _line(form["code"]), _line(form["detail"])
        busy = status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
        if not busy:
            return NodeRefused(code, detail)
        return NodeBusy(code, detail, int(later) if _SECONDS.fullmatch(later) else 0)

    @contextmanager
    def _readable(self, what: str = "") -> Iterator[None]:
        """Tell of an answer that cannot be read."""
        try:
            yield
        except (
            *(WireError, InvalidNetworkDescription, OutOfRange),
            *(KeyError, TypeError, ValueError, AttributeError, RecursionError),
        ):
            raise self._misbehaves(f"answers what no node does{what}") from None

    def _misbehaves(self, how: str) -> NodeMisbehaves:
        return NodeMisbehaves(f"what is at {self._place} {how}: ask another node")


def _header(form: Mapping[str, Any]) -> Header:
    return Header(
        ChainBlock(form["number"]),
        bytes.fromhex(form["hash"].removeprefix("0x")),
        Timestamp(form["timestamp"]),
    )


def _extent(form: Mapping[str, Any]) -> Extent:
    rows, final = int(form["rows"]), int(form["final"])
    if not 0 <= final <= rows:
        raise ValueError
    return Extent(rows, final)


def _line(text: str) -> str:
    """A node's words as one line that is not long and commands no terminal."""
    return "".join(each if each.isprintable() else " " for each in text[:_SHOWN])
