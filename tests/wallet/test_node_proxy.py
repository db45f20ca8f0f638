"""A node that is asked through a proxy is asked in no other way."""

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.node.relaying.requests import moving
from tests.socks import SocksServer
from winze.contracts import Proxy, RpcError, connected, request
from winze.protocol import EthAddress, Field, Wei
from winze.wallet import NodeClient, NodeMisbehaves, NodeUnreachable


async def nothing(asked: web.BaseRequest) -> web.Response:
    await asked.read()
    return web.Response(text="{}")


async def test_node_and_chain_see_two_visitors() -> None:
    async with RawTestServer(nothing) as server, SocksServer() as socks:
        assert server.port is not None
        socks.names = {"node.invalid": server.port, "chain.invalid": server.port}
        proxy = Proxy.parse(socks.url)
        async with NodeClient("http://node.invalid", proxy=proxy) as node:
            with pytest.raises(NodeMisbehaves):
                await node.fees()
        async with connected("http://chain.invalid", proxy=proxy) as w3:
            with pytest.raises(RpcError):
                await request(w3, "asking", "eth_chainId")
    users = [user.rpartition("-")[0] for user, _, _ in socks.passed]
    assert users == ["winze-node", "winze-rpc"]
    assert [host for _, host, _ in socks.passed] == ["node.invalid", "chain.invalid"]
    assert len({user.rpartition("-")[2] for user, _, _ in socks.passed}) == 2


@pytest.mark.parametrize("proxy", [Proxy("127.0.0.1", 1), Proxy("proxy.invalid", 9050)], ids=str)
async def test_without_the_proxy_the_node_is_not_asked(proxy: Proxy) -> None:
    reached = []

    async def note(asked: web.BaseRequest) -> web.Response:
        reached.append(asked.path)
        return web.Response()

    async with RawTestServer(note) as server:
        node = NodeClient(f"http://127.0.0.1:{server.port}", proxy=proxy)
        with pytest.raises(NodeUnreachable, match="ProxyConnectionError"):
            async with node:
                await node.fees()
    assert reached == []


async def test_what_would_tell_together_whose_a_payout_is_comes_from_different_visitors() -> None:
    async with RawTestServer(nothing) as server, SocksServer() as socks:
        assert server.port is not None
        socks.names = {"node.invalid": server.port}
        first, second = moving(), moving()
        async with NodeClient("http://node.invalid", proxy=Proxy.parse(socks.url)) as node:
            for asked in (
                *(node.fees(), node.submit(first), node.sync_state(), node.submit(second)),
                node.permit(EthAddress("0x" + "d1" * 20), Wei(5), Field(7)),
                *(node.request_status(first.id), node.submit(first), node.fees()),
            ):
                with pytest.raises(NodeMisbehaves):
                    await asked
    # Bulk data, the permit, which names the depositor, and each of both requests.
    assert len(socks.passed) == len({user for user, _, _ in socks.passed}) == 4


async def test_a_node_here_is_asked_directly_only_where_that_is_said() -> None:
    async with RawTestServer(nothing) as server, SocksServer() as socks:
        for spared in (True, False):
            proxy = Proxy.parse(socks.url, spare_loopback=spared)
            async with NodeClient(f"http://127.0.0.1:{server.port}", proxy=proxy) as node:
                with pytest.raises(NodeMisbehaves):
                    await node.fees()
            assert bool(socks.passed) is not spared
