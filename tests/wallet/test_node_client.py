"""A wallet asks a node, and believes nothing that a node would not say.

That it understands a real node is shown in `tests/node/api`.
"""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
import zstandard
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.node.api.ports import FakeIntake
from tests.wire.requests import BOTH
from winze.protocol import EthAddress, Field, Wei
from winze.wallet import (
    NodeBusy,
    NodeClient,
    NodeMisbehaves,
    NodeRefused,
    NodeUnreachable,
)
from winze.wire import RowKind

MOST = 4 << 20
"""Bytes of the longest answer that is read."""

# -- what is no node ------------------------------------------------------------------------------


@dataclass
class Impostor:
    """Answers everything in the same way."""

    body: bytes = b"{}"
    status: int = 200
    encoding: str = "identity"
    later: str = ""

    async def answer(self, asked: web.BaseRequest) -> web.StreamResponse:
        await asked.read()
        headers = {"Content-Encoding": self.encoding, "Location": "/elsewhere"}
        headers["Retry-After"] = self.later
        return web.Response(status=self.status, body=self.body, headers=headers)


@asynccontextmanager
async def facing(impostor: Impostor) -> AsyncIterator[NodeClient]:
    async with RawTestServer(impostor.answer) as server:
        url = f"http://user:hunter2@127.0.0.1:{server.port}/5ec2e7"
        async with NodeClient(url) as client:
            yield client


QUESTIONS: list[Callable[[NodeClient], object]] = [
    NodeClient.network,
    NodeClient.fees,
    NodeClient.sync_state,
    lambda client: client.submit(BOTH),
    lambda client: client.request_status(BOTH.id),
    lambda client: client.permit(EthAddress("0x" + "d1" * 20), Wei(5), Field(7)),
    lambda client: client.page(RowKind.TRANSFERS, 0, 5),
]
NONSENSE = [b"", b"{}", b"[]", b"7", b"null", b"\xff", b"{", b'{"kinds": 5}', b"[" * 10**5]


@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: repr(body[:20]))
async def test_an_answer_that_makes_no_sense_is_told(
    ask: Callable[[NodeClient], object], body: bytes
) -> None:
    for status in (200, 404, 500):
        async with facing(Impostor(body, status)) as client:
            with pytest.raises(NodeMisbehaves, match="ask another node"):
                await ask(client)  # type: ignore[misc]


@pytest.mark.parametrize("body", [b"[]", b"7", b"null"], ids=repr)
async def test_a_status_is_an_object(body: bytes) -> None:
    async with facing(Impostor(body)) as client:
        with pytest.raises(NodeMisbehaves):
            await client.status()


@pytest.mark.parametrize("status", [201, 203, 301, 302, 307])
async def test_a_node_sends_nobody_elsewhere(status: int) -> None:
    known = await FakeIntake().submit(BOTH)
    async with facing(Impostor(known.to_json().encode(), status)) as client:
        with pytest.raises(NodeMisbehaves, match=f"HTTP status {status}"):
            await client.request_status(BOTH.id)


async def test_the_status_of_another_request_is_no_answer() -> None:
    other = await FakeIntake().submit(replace(BOTH, transfer=replace(BOTH.transfer, fee=1)))  # type: ignore[type-var]
    async with facing(Impostor(other.to_json().encode())) as client:
        for asked in (client.submit(BOTH), client.request_status(BOTH.id)):
            with pytest.raises(NodeMisbehaves):
                await asked


@pytest.mark.parametrize(
    "changes",
    [{"rows": 5, "final": 6}, {"rows": -1, "final": -1}, {"rows": "x"}, {"rows": None}],
    ids=str,
)
async def test_impossible_extents_are_no_answer(changes: dict[str, object]) -> None:
    extent = {"rows": 6, "final": 5} | changes
    kinds = {kind.name.lower(): {"rows": 6, "final": 5} for kind in RowKind}
    good = {"generation": 1, "kinds": kinds}
    async with facing(Impostor(json.dumps(good).encode())) as client:
        assert (await client.sync_state()).cursor is None
    bad = good | {"kinds": kinds | {"transfers": extent}}
    async with facing(Impostor(json.dumps(bad).encode())) as client:
        with pytest.raises(NodeMisbehaves):
            await client.sync_state()


@pytest.mark.parametrize(
    "cursor", [{}, {"number": -1, "hash": "0x00", "timestamp": 5}, {"number": 1, "hash": 5}, 7]
)
async def test_an_impossible_cursor_is_no_answer(cursor: object) -> None:
    kinds = {kind.name.lower(): {"rows": 6, "final": 5} for kind in RowKind}
    form = {"generation": 1, "kinds": kinds, "cursor": cursor}
    async with facing(Impostor(json.dumps(form).encode())) as client:
        with pytest.raises(NodeMisbehaves):
            await client.sync_state()


@pytest.mark.parametrize(
    "changes",
    [{"deadline": -1}, {"deadline": "5"}, {"r": "0x01"}, {"vs": None}, {"more": 1}, {}],
    ids=str,
)
async def test_a_permit_is_read_strictly(changes: dict[str, object]) -> None:
    good = {"deadline": 5, "r": "0x" + "01" * 32, "vs": "0x" + "02" * 32}
    asked = EthAddress("0x" + "d1" * 20), Wei(5), Field(7)
    async with facing(Impostor(json.dumps(good | changes).encode())) as client:
        if not changes:
            assert (await client.permit(*asked)).deadline == 5
            return
        with pytest.raises(NodeMisbehaves):
            await client.permit(*asked)


@pytest.mark.parametrize("beyond", [0, 1])
async def test_no_more_is_read_than_an_answer_may_be_long(beyond: int) -> None:
    # Spaces may stand around JSON: what is too long is so by its size alone.
    status = await FakeIntake().submit(BOTH)
    body = status.to_json().encode()
    body += b" " * (MOST + beyond - len(body))
    for packed, encoding in ((body, "identity"), (zstandard.compress(body), "zstd")):
        async with facing(Impostor(packed, encoding=encoding)) as client:
            if beyond:
                with pytest.raises(NodeMisbehaves, match="more than 4194304 bytes"):
                    await client.request_status(BOTH.id)
            else:
                assert await client.request_status(BOTH.id) == status


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "br", ""])
async def test_what_is_packed_in_another_way_than_was_asked_for_is_no_answer(encoding: str) -> None:
    known = await FakeIntake().submit(BOTH)
    async with facing(Impostor(known.to_json().encode(), encoding=encoding)) as client:
        with pytest.raises(NodeMisbehaves, match="packs its answer"):
            await client.request_status(BOTH.id)


@pytest.mark.parametrize(
    ("later", "after"),
    [("7", 7), ("", 0), ("soon", 0), ("-1", 0), ("9" * 9, 10**9 - 1), ("9" * 5000, 0)],
)
async def test_when_to_come_back_is_told_where_the_node_says_it(later: str, after: int) -> None:
    problem = b'{"code": "busy", "detail": "come back"}'
    async with facing(Impostor(problem, 503, later=later)) as client:
        with pytest.raises(NodeBusy) as told:
            await client.fees()
    assert told.value.after == after


async def test_a_nodes_words_are_one_line_that_commands_no_terminal() -> None:
    words = "\x1b[2J" + "no\nway " * 100
    problem = json.dumps({"code": "c\x07ode", "detail": words}).encode()
    async with facing(Impostor(problem, 422)) as client:
        with pytest.raises(NodeRefused) as told:
            await client.fees()
        assert told.value.code == "c ode"
        assert told.value.detail.startswith(" [2Jno way no way")
        assert len(told.value.detail) == 300
        assert str(told.value).isprintable()


# -- what is not there ----------------------------------------------------------------------------


async def test_a_node_that_does_not_answer_is_told_without_its_credentials() -> None:
    async def never(_: web.BaseRequest) -> web.Response:
        await ended.wait()
        return web.Response()

    ended = asyncio.Event()
    async with RawTestServer(never) as server:
        for place in ("127.0.0.1:1", f"127.0.0.1:{server.port}", "[5ec2e7"):
            url = f"http://user:hunter2@{place}/5ec2e7?key=5ec2e7"
            async with NodeClient(url, patience=0.2) as client:
                with pytest.raises(NodeUnreachable) as told:
                    await client.fees()
                shown = (
                    client.place + repr(client) + "".join(traceback.format_exception(told.value))
                )
                problem: BaseException | None = told.value
                while problem is not None:
                    shown += repr(problem)
                    problem = problem.__context__
                assert "hunter2" not in shown
                assert "5ec2e7" not in shown
        ended.set()


async def test_a_node_learns_nothing_from_the_way_it_is_asked() -> None:
    seen: list[dict[str, str]] = []

    async def answer(asked: web.BaseRequest) -> web.Response:
        seen.append(dict(asked.headers))
        return web.Response(body=b"{}", headers={"Set-Cookie": "visitor=5"})

    async with RawTestServer(answer) as server, NodeClient(f"http://localhost:{server.port}") as it:
        for _ in range(2):
            await it.status()
    assert seen[0] == seen[1]
    assert set(seen[0]) == {"Host", "User-Agent", "Accept-Encoding", "Accept"}
    assert seen[0]["User-Agent"] == "winze"
