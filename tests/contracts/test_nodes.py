"""Several nodes behind one connection: who is asked, when the next one is, and what is told."""

import asyncio
import json
import logging
import os
import signal
import tempfile
import traceback
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.chains import anvil_program, eventually
from winze.contracts import (
    ChainUnreachable,
    RpcError,
    Web3,
    connect,
    connected,
    disconnect,
    request,
    rotate,
)
from winze.contracts.nodes import place_of
from winze.devnet import Anvil

SECRETS = "user:hunter2@", "/v3/5ec2e7", "?key=5ec2e7"


class Server:
    """Answers every request in the way that a test wants, and counts them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []
        self.status = 200
        self.body: object = None
        """Sent instead of an answer, where it is set."""
        self.patient = asyncio.Event()
        """Set while it answers at all."""
        self.patient.set()
        self.url = ""

    async def serve(self, request: web.BaseRequest) -> web.Response:
        question = json.loads(await request.read())
        self.asked.append(question["method"])
        await self.patient.wait()
        answer = {"jsonrpc": "2.0", "id": question["id"], "result": self.name}
        body = answer if self.body is None else self.body
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(status=self.status, body=text)


@asynccontextmanager
async def servers(count: int = 2) -> AsyncIterator[list[Server]]:
    """So many servers; their URLs hold credentials in every place that has room for some."""
    made = [Server(f"0x{number}") for number in range(count)]
    user, path, query = SECRETS
    async with AsyncExitStack() as stack:
        for each in made:
            opened = await stack.enter_async_context(RawTestServer(each.serve))
            each.url = f"http://{user}127.0.0.1:{opened.port}{path}{query}"
            stack.callback(each.patient.set)
        yield made


def closed_port() -> str:
    """Where nobody listens."""
    return "http://user:hunter2@127.0.0.1:1/v3/5ec2e7?key=5ec2e7"


async def ask(w3: Web3, method: str = "eth_chainId") -> str:
    return str(await request(w3, "asking", method))


async def test_the_first_node_is_asked_as_long_as_it_answers() -> None:
    async with servers() as (one, two), connected(one.url, two.url) as w3:
        assert [await ask(w3) for _ in range(3)] == ["0x0"] * 3
        assert two.asked == []


async def test_a_node_that_is_not_there_is_passed_over() -> None:
    async with servers(1) as (one,), connected(closed_port(), one.url) as w3:
        assert await ask(w3) == "0x0"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503])
async def test_a_node_that_answers_with_an_error_of_http_is_passed_over(status: int) -> None:
    async with servers() as (one, two), connected(one.url, two.url) as w3:
        one.status = status
        assert await ask(w3) == "0x1"
        # It stays so: the one that failed is not asked again for as long as the other answers.
        one.status = 200
        assert await ask(w3) == "0x1"
        assert (len(one.asked), len(two.asked)) == (1, 2)


@pytest.mark.parametrize(
    "body", [b"hello", b"", b"\xff", b"[" * 10**5, [], 7], ids=lambda body: repr(body)[:20]
)
async def test_a_node_that_speaks_no_json_rpc_is_passed_over(body: object) -> None:
    async with servers() as (one, two), connected(one.url, two.url) as w3:
        one.body = body
        assert await ask(w3) == "0x1"


async def test_a_node_that_takes_too_long_is_passed_over() -> None:
    async with servers() as (one, two), connected(one.url, two.url, timeout=0.2) as w3:
        one.patient.clear()
        assert await ask(w3) == "0x1"


@pytest.mark.parametrize("code", [429, -32005])
async def test_a_node_that_was_asked_too_much_is_passed_over(code: int) -> None:
    async with servers() as (one, two), connected(one.url, two.url) as w3:
        one.body = {"jsonrpc": "2.0", "id": 0, "error": {"code": code, "message": "slow down"}}
        assert await ask(w3) == "0x1"
        two.body = one.body
        with pytest.raises(RpcError, match="slow down") as refused:
            await ask(w3)
        assert not isinstance(refused.value, ChainUnreachable)


async def test_another_refusal_is_an_answer() -> None:
    async with servers() as (one, two), connected(one.url, two.url) as w3:
        one.body = {"jsonrpc": "2.0", "id": 0, "error": {"code": -32000, "message": "no"}}
        with pytest.raises(RpcError, match="no"):
            await ask(w3)
        assert two.asked == []


async def test_when_all_fail_each_was_asked_twice_and_the_first_is_asked_next() -> None:
    async with servers() as (one, two), connected(one.url, two.url) as w3:
        one.status = two.status = 503
        with pytest.raises(ChainUnreachable, match=r"asking: no chain answers at .* status 503"):
            await ask(w3)
        assert (len(one.asked), len(two.asked)) == (2, 2)
        one.status = two.status = 200
        assert await ask(w3) == "0x0"


async def test_a_single_node_is_asked_again() -> None:
    async with servers(1) as (one,), connected(one.url) as w3:
        one.status = 503
        with pytest.raises(ChainUnreachable):
            await ask(w3)
        assert len(one.asked) == 2


@pytest.mark.parametrize("method", ["anvil_mine", "evm_increaseTime"])
async def test_what_must_not_happen_twice_is_asked_once(method: str) -> None:
    async with servers() as (one, two), connected(one.url, two.url) as w3:
        one.status = 503
        with pytest.raises(ChainUnreachable):
            await ask(w3, method)
        assert (len(one.asked), len(two.asked)) == (1, 0)


async def test_a_node_that_lied_is_left() -> None:
    async with servers(3) as made, connected(*(each.url for each in made)) as w3:
        asked = []
        for _ in range(4):
            asked.append(await ask(w3))
            rotate(w3)
        assert asked == ["0x0", "0x1", "0x2", "0x0"]


async def test_questions_that_fail_at_the_same_time_leave_a_node_once() -> None:
    async with servers(3) as made, connected(*(each.url for each in made)) as w3:
        made[0].status = 503
        made[0].patient.clear()

        async def all_are_heard() -> bool:
            return len(made[0].asked) == len(asking)

        asking = [asyncio.ensure_future(ask(w3)) for _ in range(10)]
        assert await eventually(all_are_heard)
        made[0].patient.set()
        assert await asyncio.gather(*asking) == ["0x1"] * 10
        assert made[2].asked == []


async def test_a_question_that_fails_late_does_not_bring_the_next_node_back() -> None:
    async with servers(3) as made, connected(*(each.url for each in made)) as w3:
        made[0].status = 503
        made[0].patient.clear()
        asking = asyncio.ensure_future(ask(w3))

        async def it_is_heard() -> bool:
            return bool(made[0].asked)

        assert await eventually(it_is_heard)
        rotate(w3)
        rotate(w3)
        made[0].patient.set()
        assert await asking == "0x2"


async def test_a_connection_to_no_node_is_none() -> None:
    with pytest.raises(ChainUnreachable, match="none was given"):
        connect()


async def test_a_closed_connection_opens_again() -> None:
    async with servers(1) as (one,):
        w3 = connect(one.url)
        await disconnect(w3)
        assert await ask(w3) == "0x0"
        await disconnect(w3)


# -- what is never told ---------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["absent", "status", "json", "slow", "no url"])
async def test_no_error_no_log_and_no_picture_shows_credentials(
    trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with servers() as (one, two):
        urls = [one.url, two.url]
        for each in (one, two):
            each.status = 503 if trouble == "status" else 200
            each.body = b"hello" if trouble == "json" else None
            if trouble == "slow":
                each.patient.clear()
        if trouble == "absent":
            urls = [closed_port(), closed_port()]
        if trouble == "no url":
            urls = ["http://user:hunter2@[5ec2e7", "user:hunter2@5ec2e7"]
        async with connected(*urls, timeout=0.2) as w3:
            with pytest.raises(ChainUnreachable) as told:
                await ask(w3)
            rotate(w3)
            shown = f"{w3.provider!r} {w3.provider} {w3.provider.current}"
    trace = "".join(traceback.format_exception(told.value))
    problem: BaseException | None = told.value
    while problem is not None:  # also what a log of the context would show
        trace += repr(problem)
        problem = problem.__context__
    ours = [each for each in caplog.records if each.name != "aiohttp.access"]  # not the servers'
    logged = "".join(f"{each.getMessage()}{each.args}" for each in ours)
    assert "the node at" in logged
    for text in (shown, trace, logged):
        assert "hunter2" not in text
        assert "5ec2e7" not in text


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("https://user:hunter2@node.example/v3/key?a=b#c", "https://node.example"),
        ("https://[::1]:8545/key", "https://[::1]:8545"),
        ("http://node.example:99999999/key", "an address that is no URL"),
        ("hunter2", "an address that is no URL"),
    ],
)
def test_a_place_is_scheme_host_and_port(url: str, place: str) -> None:
    assert place_of(url) == place


# -- real nodes -----------------------------------------------------------------------------------


@pytest.mark.chain
async def test_when_a_node_is_killed_the_other_one_answers() -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = Anvil(anvil_program(), Path(folder) / "first")
        second = Anvil(anvil_program(), Path(folder) / "second")
        async with second, first, connected(second.url) as w3:
            await request(w3, "making the second one higher", "anvil_mine", hex(500))
            async with connected(first.url, second.url) as both:
                assert int(await ask(both, "eth_blockNumber"), 16) < 500
                rotate(both)
                assert int(await ask(both, "eth_blockNumber"), 16) >= 500
                rotate(both)
                assert first._process is not None
                os.killpg(first._process.pid, signal.SIGKILL)
                assert int(await ask(both, "eth_blockNumber"), 16) >= 500
                assert await both.eth.chain_id == 31337
