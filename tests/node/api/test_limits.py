"""What is too large, too slow or too much ends, and the rest goes on."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import urlsplit

import aiohttp
import pytest
from starlette.types import Message, Receive, Scope, Send

from tests.chains import eventually
from tests.node.api.ports import FakeNode
from tests.node.api.sending import JSON, get, post
from winze.node.api import ApiSettings, listening, url_of
from winze.node.api.guard import Guard
from winze.node.errors import CannotListen
from winze.node.metrics import Metrics
from winze.wire import RelayRequest, RequestStatus

LIMIT = 64 * 1024


@pytest.fixture
def settings() -> ApiSettings:
    return ApiSettings(
        rates={},
        header_timeout=0.5,
        body_timeout=0.3,
        answer_timeout=0.6,
        max_unanswered=4,
    )


async def raw(address: str, *parts: bytes, pause: float = 0) -> bytes:
    """What comes back on a connection of its own, until the server closes or resets it."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    reading = asyncio.create_task(read_to_the_end(reader))
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
    async with asyncio.timeout(10):
        found = await reading
    writer.close()
    return found


async def read_to_the_end(reader: asyncio.StreamReader) -> bytes:
    found = b""
    with suppress(ConnectionError):
        while part := await reader.read(1000):
            found += part
    return found


def head(path: str = "/v1/status", *headers: str, method: str = "GET") -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: node", "Connection: close", *headers)
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def code_of(answer: bytes) -> str:
    assert b"content-type: application/problem+json" in answer.lower()
    body = answer.partition(b"\r\n\r\n")[2]
    code = json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])["code"]
    assert isinstance(code, str)
    return code


@pytest.mark.parametrize("path", ["/v1/requests", "/v1/screening"])
async def test_a_body_has_a_largest_size(client: aiohttp.ClientSession, path: str) -> None:
    for size, status in ((LIMIT, 400), (LIMIT + 1, 413)):
        assert (await post(client, path, b" " * size))[0] == status


async def test_a_body_without_a_length_is_counted_while_it_comes(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    async def chunks(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 1024):
            yield b" " * 1024
        yield b" " * (size % 1024)

    for size, status in ((LIMIT, 400), (LIMIT + 1, 413), (10 * LIMIT, 413)):
        async with client.post("/v1/requests", data=chunks(size), headers=JSON) as answer:
            assert answer.status == status
            assert answer.headers["Content-Type"] == "application/problem+json"
    assert node.intake.submitted == []


async def test_a_length_that_is_announced_is_believed_at_once(address: str) -> None:
    """Also where nobody would read the body: it would come in for ever."""
    for method in ("POST", "GET"):
        announced = head("/v1/requests", "Content-Length: 9999999999", method=method)
        answer = await raw(address, announced)
        assert (status_of(answer), code_of(answer)) == (413, "body_too_large")


async def test_a_slow_body_is_given_up(address: str) -> None:
    for length in ("Content-Length: 1000", "Transfer-Encoding: chunked"):
        post_head = head("/v1/requests", "Content-Type: application/json", length, method="POST")
        answer = await raw(address, post_head, *[b"1\r\n{\r\n"] * 20, pause=0.1)
        assert (status_of(answer), code_of(answer)) == (408, "body_too_slow")


async def test_slow_headers_are_given_up(address: str) -> None:
    assert await raw(address) == b""
    assert await raw(address, b"GET /v1/status HTTP/1.1\r\n", b"Host: n", pause=0.2) == b""
    first = b"GET /v1/health/live HTTP/1.1\r\nHost: node\r\n\r\n"
    answer = await raw(address, first, *[b"G", b"E", b"T", b" "] * 3, pause=0.1)
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_a_url_has_a_largest_size(client: aiohttp.ClientSession) -> None:
    for size, status in ((2048, 404), (2049, 414)):
        assert (await get(client, "/".ljust(size, "a")))[0] == status
        query = "/v1/status?".ljust(size + 1, "a")  # the question mark counts for nothing
        assert (await get(client, query))[0] == {404: 200}.get(status, status)


@pytest.mark.parametrize("size", [16_000, 17_000, 17_500, 20_000, 200_000])
async def test_headers_have_a_largest_size(address: str, size: int) -> None:
    answer = await raw(address, head("/v1/status", f"X-Long: {'a' * size}"))
    if answer or size < 18_000:  # a connection may be reset before the answer is read
        assert status_of(answer) in ([200] if size == 16_000 else [400, 431])


HEADERS = (
    *("If-None-Match", "Accept-Encoding", "Range", "If-Range", "Content-Type", "Accept"),
    *("Origin", "Cookie", "Authorization", "X-Forwarded-For"),
)

GARBAGE = [
    b"\r\n\r\n",
    b"\0" * 100 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50,
    b"GET\r\n\r\n",
    b"GET /v1/status\r\n\r\n",
    b"GET /v1/status HTTP/1.1\r\n\r\n",
    b"GET /v1/sta\xfftus HTTP/1.1\r\nHost: node\r\n\r\n",
    b"GET /v1/status HTTP/1.1\r\nHost: node\r\nBad Header: 1\r\n\r\n",
    b"GET /v1/status HTTP/1.1\r\nHost: node\r\n: 1\r\n\r\n",
    b"GET /v1/status HTTP/1.1\r\nHost: node\r\nX: a\x00b\r\n\r\n",
    b"POST /v1/requests HTTP/1.1\r\nHost: node\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/requests HTTP/1.1\r\nHost: node\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST /v1/requests HTTP/1.1\r\nHost: node\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


async def test_garbage_is_answered_with_a_problem_and_closed(address: str) -> None:
    for garbage in GARBAGE:
        answer = await raw(address, garbage)
        if answer:  # what has not become a request by then is closed without a word
            assert 400 <= status_of(answer) < 500, garbage
            assert b"application/problem+json" in answer


async def test_garbage_does_not_fill_the_log(address: str, logged: io.StringIO) -> None:
    upgrade = head("/v1/status", "Connection: Upgrade", "Upgrade: websocket")
    before = logged.getvalue()
    for garbage in (*GARBAGE, upgrade):
        await raw(address, garbage)
    assert logged.getvalue() == before


async def test_bodies_that_break_their_own_form_hurt_nobody(
    address: str, client: aiohttp.ClientSession
) -> None:
    start = head(
        "/v1/requests",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        method="POST",
    )
    for body in (
        b"zz\r\n\r\n",
        b"5\r\nabc",
        b"ffffffffffffffffffff\r\n",
        b"-1\r\n",
        b"1\r\nab\r\n",
    ):
        answer = await raw(address, start, body)
        assert not answer or status_of(answer) in {400, 408}
    assert (await get(client, "/v1/status"))[0] == 200


async def test_odd_headers_are_no_error_of_ours(client: aiohttp.ClientSession) -> None:
    odd = (
        "\xff\xfe",
        "'; drop table --",
        "%00",
        "q=;q=;,,,;",
        "*" * 500,
        "W/",
        '"',
        "bytes=-",
        "0",
    )
    for value in odd:
        for name in HEADERS:
            for url in ("/v1/sync/memos", "/v1/keys/claim/verifying", "/v1/network"):
                status, _, _ = await get(client, url, **{name: value})
                assert status < 500, (name, value)


JSON_OF_100 = ("Content-Type: application/json", "Content-Length: 100")


async def test_a_client_that_leaves_is_no_error(
    address: str, node: FakeNode, logged: io.StringIO
) -> None:
    place = urlsplit(address)
    begun = head("/v1/requests", *JSON_OF_100, method="POST")
    for cut in (b"GET /", begun, *[begun + b"{"] * 10):
        _, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(cut)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.2)
    assert status_of(await raw(address, head())) == 200
    assert "failed" not in logged.getvalue()
    assert node.intake.submitted == []


class SlowIntake:
    """Takes its time, and counts who waits."""

    def __init__(self) -> None:
        self.waiting = 0
        self.most = 0
        self.go_on = asyncio.Event()

    async def submit(self, request: RelayRequest) -> RequestStatus:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            await self.go_on.wait()
        finally:
            self.waiting -= 1
        raise AssertionError(request.id)

    async def status(self, request_id: str) -> RequestStatus | None:
        raise AssertionError(request_id)


async def test_an_answer_that_takes_too_long_is_given_up(
    client: aiohttp.ClientSession, node: FakeNode, request_: RelayRequest
) -> None:
    slow = SlowIntake()
    node.intake.submit = slow.submit  # type: ignore[method-assign]
    status, headers, body = await post(client, "/v1/requests", request_.to_json())
    assert (status, headers["Retry-After"]) == (503, "5")
    assert json.loads(body)["code"] == "too_slow"
    assert slow.waiting == 0


async def test_who_reads_slowly_keeps_nobody_out(settings: ApiSettings) -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    begun, told = asyncio.Semaphore(0), []

    async def to_slow_reader(message: Message) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])
            begun.release()
        else:
            await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.request"}

    guard = Guard(answer, settings, Metrics())
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "client": None}
    scope.update(raw_path=b"/", query_string=b"", headers=[])
    many = 3 * settings.max_unanswered
    tasks = []
    for _ in range(many):
        tasks.append(asyncio.create_task(guard(scope, receive, to_slow_reader)))
        await begun.acquire()
    assert told == [200] * many
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_an_address_that_is_taken_is_refused(address: str) -> None:
    port = urlsplit(address).port
    assert port is not None
    with (
        pytest.raises(CannotListen, match=f"cannot be served at 127.0.0.1, port {port}"),
        listening("127.0.0.1", port),
    ):
        pass


def test_an_address_of_ipv6_is_written_in_brackets() -> None:
    with listening("::1", 0) as listener:
        assert url_of(listener) == f"http://[::1]:{listener.getsockname()[1]}"


async def test_answers_are_sent_without_delay() -> None:
    """Else each would wait until the client acknowledges its head, for 40 ms."""
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw_socket = writer.get_extra_info("socket")
        accepted.set_result(raw_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listening("127.0.0.1", 0) as listener:
        server = await asyncio.start_server(look, sock=listener)
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert await accepted != 0
        writer.close()
        server.close()


async def answers(address: str) -> bool:
    return (await raw(address, head())).startswith(b"HTTP/1.1 200 ")


class TestCrowds:
    """Patience is long here, so that nobody who waits is sent away for being slow."""

    @pytest.fixture
    def settings(self) -> ApiSettings:
        return ApiSettings(
            rates={},
            body_timeout=2,
            answer_timeout=2,
            max_unanswered=4,
            max_connections=20,
            max_client_connections=10,
        )

    async def test_only_so_many_are_worked_on_at_once(
        self, client: aiohttp.ClientSession, node: FakeNode, request_: RelayRequest
    ) -> None:
        slow = SlowIntake()
        node.intake.submit = slow.submit  # type: ignore[method-assign]
        found = await asyncio.gather(
            *(post(client, "/v1/requests", request_.to_json()) for _ in range(12))
        )
        codes = sorted(json.loads(body)["code"] for _, _, body in found)
        assert codes == ["too_slow"] * 4 + ["unavailable"] * 8
        assert slow.most == 4
        assert (await get(client, "/v1/status"))[0] == 200

    async def test_more_connections_than_there_are_places_are_told_so(self, address: str) -> None:
        place = urlsplit(address)
        held = [
            await asyncio.open_connection(
                place.hostname, place.port, local_addr=(f"127.0.0.{host}", 0)
            )
            for host in (2, 3)
            for _ in range(10)
        ]
        answer = await raw(address, head())
        assert (status_of(answer), code_of(answer)) == (503, "unavailable")
        for _, writer in held:
            writer.close()
        assert await eventually(lambda: answers(address))

    async def test_one_client_has_only_so_many_connections(self, address: str) -> None:
        place = urlsplit(address)
        held = [await asyncio.open_connection(place.hostname, place.port) for _ in range(10)]
        answer = await raw(address, head())
        assert (status_of(answer), code_of(answer)) == (503, "unavailable")
        reader, writer = await asyncio.open_connection(
            place.hostname, place.port, local_addr=("127.0.0.2", 0)
        )
        writer.write(head())
        assert status_of(await read_to_the_end(reader)) == 200
        for _, each in (*held, (reader, writer)):
            each.close()

    async def test_who_is_sent_away_may_finish_the_sentence(
        self, address: str, settings: ApiSettings
    ) -> None:
        """A connection that is closed upon unread data is reset, and its answer is lost."""
        place = urlsplit(address)
        held = [await asyncio.open_connection(place.hostname, place.port) for _ in range(10)]
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(head("/v1/requests", "Content-Length: 4", method="POST"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), settings.body_timeout / 2)
        writer.write(b"null")
        answer = await asyncio.wait_for(reader.read(), 5)
        assert (status_of(answer), code_of(answer)) == (503, "unavailable")
        for _, each in (*held, (reader, writer)):
            each.close()

    async def test_who_is_sent_away_does_not_speak_for_ever(self, address: str) -> None:
        place = urlsplit(address)
        held = [await asyncio.open_connection(place.hostname, place.port) for _ in range(10)]
        answer = await raw(address, head("/v1/requests", "Content-Length: 4", method="POST"))
        assert (status_of(answer), code_of(answer)) == (503, "unavailable")
        for _, writer in held:
            writer.close()


class TestOrigins:
    @pytest.fixture
    def settings(self) -> ApiSettings:
        return ApiSettings(rates={}, cors_origins=("https://explorer.example",))

    async def test_pages_of_named_origins_may_ask(self, client: aiohttp.ClientSession) -> None:
        allowed = "Access-Control-Allow-Origin"
        _, headers, _ = await get(client, "/v1/status", Origin="https://explorer.example")
        assert headers[allowed] == "https://explorer.example"
        assert "Access-Control-Allow-Credentials" not in headers
        for origin in ("https://other.example", "http://explorer.example", "null"):
            _, headers, _ = await get(client, "/v1/status", Origin=origin)
            assert allowed not in headers

    async def test_problems_are_readable_there_too(self, client: aiohttp.ClientSession) -> None:
        _, headers, _ = await get(client, "/v1/nothing", Origin="https://explorer.example")
        assert headers["Access-Control-Allow-Origin"] == "https://explorer.example"
