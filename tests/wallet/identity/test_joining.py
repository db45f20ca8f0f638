"""A network that a node describes is held against the chain before anybody is shown it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.chains import Deployed, deployed_chain
from winze.contracts import ContractName, NetworkDescription, WrongNetwork, network_json
from winze.wallet import NodeClient, NodeUnreachable, described_by

pytestmark = pytest.mark.chain


@pytest.fixture
async def chain() -> AsyncIterator[Deployed]:
    async with deployed_chain() as chain:
        yield chain


@asynccontextmanager
async def describing(network: NetworkDescription) -> AsyncIterator[NodeClient]:
    async def serve(asked: web.BaseRequest) -> web.Response:
        assert asked.path == "/v1/network"
        return web.Response(text=network_json(network))

    async with (
        RawTestServer(serve) as server,
        NodeClient(f"http://127.0.0.1:{server.port}") as client,
    ):
        yield client


async def test_the_first_node_that_answers_describes_it(chain: Deployed) -> None:
    async with NodeClient("http://127.0.0.1:1") as dead, describing(chain.network) as node:
        assert await described_by([dead, node], chain.w3) == chain.network


async def test_what_the_chain_does_not_hold_is_refused(chain: Deployed) -> None:
    contracts = chain.network.contracts
    lie = {ContractName.POOL: replace(contracts[ContractName.POOL], code_hash="ab" * 32)}
    for wrong in (
        replace(chain.network, chain_id=5),
        replace(chain.network, contracts={**contracts, **lie}),
    ):
        async with describing(wrong) as node:
            with pytest.raises(WrongNetwork):
                await described_by([node], chain.w3)


async def test_without_a_node_that_answers_it_is_told(chain: Deployed) -> None:
    async with NodeClient("http://127.0.0.1:1") as dead:
        for nodes in ([], [dead]):
            with pytest.raises(NodeUnreachable):
                await described_by(nodes, chain.w3)
