"""What is asked through a proxy reaches nobody in any other way."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.socks import SocksServer
from winze.contracts import ChainUnreachable, InvalidProxy, Proxy, connected, is_loopback, request


class Target:
    """A chain that notes from which ports it is asked."""

    def __init__(self) -> None:
        self.peers: list[int] = []
        self.location = ""

    async def serve(self, asked: web.BaseRequest) -> web.Response:
        assert asked.transport is not None
        self.peers.append(asked.transport.get_extra_info("peername")[1])
        if self.location:
            return web.Response(status=307, headers={"Location": self.location})
        answer = {"jsonrpc": "2.0", "id": json.loads(await asked.read())["id"], "result": "0x1"}
        return web.Response(text=json.dumps(answer))


@asynccontextmanager
async def target() -> AsyncIterator[tuple[Target, int]]:
    made = Target()
    async with RawTestServer(made.serve) as server:
        assert server.port is not None
        yield made, server.port


async def test_a_name_is_looked_up_by_the_proxy_alone() -> None:
    async with (
        target() as (asked, port),
        SocksServer({"chain.invalid": port}) as socks,
        connected("http://chain.invalid/", proxy=Proxy.parse(socks.url)) as w3,
    ):
        assert await request(w3, "asking", "eth_chainId") == "0x1"
    assert [each[1:] for each in socks.passed] == [("chain.invalid", 80)]
    assert set(asked.peers) == socks.ports


async def test_loopback_addresses_go_through_it_too() -> None:
    async with target() as (asked, port), SocksServer() as socks:
        url = f"http://127.0.0.1:{port}"
        async with connected(url, proxy=Proxy.parse(socks.url)) as w3:
            await request(w3, "asking", "eth_chainId")
    assert len(asked.peers) == 1
    assert set(asked.peers) == socks.ports


async def test_loopback_addresses_are_spared_only_where_that_is_said() -> None:
    async with target() as (asked, port), SocksServer({"chain.invalid": port}) as socks:
        proxy = Proxy.parse(socks.url, spare_loopback=True)
        async with connected(f"http://127.0.0.1:{port}", proxy=proxy) as w3:
            await request(w3, "asking", "eth_chainId")
        assert (len(asked.peers), socks.passed) == (1, [])
        async with connected("http://chain.invalid", proxy=proxy) as w3:
            await request(w3, "asking", "eth_chainId")
    assert len(socks.passed) == 1


async def test_without_the_proxy_nobody_is_asked() -> None:
    async with target() as (asked, port):
        for dead in (Proxy("127.0.0.1", 1), Proxy("proxy.invalid", 9050)):
            async with connected(f"http://127.0.0.1:{port}", proxy=dead) as w3:
                with pytest.raises(ChainUnreachable, match="ProxyConnectionError"):
                    await request(w3, "asking", "eth_chainId")
    assert asked.peers == []


async def test_a_name_that_the_proxy_does_not_know_is_told_without_the_rest_of_the_url() -> None:
    async with SocksServer() as socks:
        url = "http://user:hunter2@nobody.invalid/5ec2e7"
        async with connected(url, proxy=Proxy.parse(socks.url)) as w3:
            with pytest.raises(ChainUnreachable, match=r"nobody\.invalid") as told:
                await request(w3, "asking", "eth_chainId")
    assert "hunter2" not in str(told.value)
    assert "5ec2e7" not in str(told.value)


async def test_nobody_is_sent_elsewhere() -> None:
    async with target() as (first, port), target() as (second, elsewhere), SocksServer() as socks:
        first.location = f"http://127.0.0.1:{elsewhere}/"
        async with connected(f"http://127.0.0.1:{port}", proxy=Proxy.parse(socks.url)) as w3:
            with pytest.raises(ChainUnreachable):
                await request(w3, "asking", "eth_chainId")
    assert second.peers == []


async def test_two_connections_are_two_visitors() -> None:
    async with target() as (_, port), SocksServer({"chain.invalid": port}) as socks:
        proxy = Proxy.parse(socks.url)
        for _ in range(2):
            async with connected("http://chain.invalid", proxy=proxy) as w3:
                await request(w3, "asking", "eth_chainId")
    first, second = (user for user, _, _ in socks.passed)
    assert first != second
    assert first.startswith("winze-rpc-")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
        ("socks5h://tor.lan:9050/", "socks5h://tor.lan:9050"),
        ("socks5h://[::1]:9050", "socks5h://[::1]:9050"),
    ],
)
def test_an_address_of_a_proxy_is_read(url: str, told: str) -> None:
    assert str(Proxy.parse(url)) == told


@pytest.mark.parametrize(
    "url",
    [
        *("", "127.0.0.1:9050", "socks5://127.0.0.1:9050", "http://127.0.0.1:9050"),
        *("socks5h://127.0.0.1", "socks5h://:9050", "socks5h://127.0.0.1:99999", "socks5h://[:1"),
        *("socks5h://127.0.0.1:0", "socks5h://127.0.0.1:1/x", "socks5h://127.0.0.1:1?x=1"),
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidProxy, match="socks5h://host:port"):
        Proxy.parse(url)


def test_credentials_are_refused_without_quoting_them() -> None:
    with pytest.raises(InvalidProxy, match="user name") as told:
        Proxy.parse("socks5h://me:hunter2@127.0.0.1:9050")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        *(("http://127.0.0.1:8545", True), ("http://127.9.9.9", True), ("http://[::1]:1", True)),
        *(("http://localhost:8545", True), ("http://128.0.0.1", False), ("http://[::2]", False)),
        *(("http://localhost.example", False), ("http://10.0.0.1", False), ("http://[", False)),
        *(("", False), ("http://127.0.0.1.example", False)),
    ],
)
def test_what_is_on_this_machine_is_known(url: str, own: bool) -> None:  # noqa: FBT001
    assert is_loopback(url) is own
