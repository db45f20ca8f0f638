"""Whether a destination is a contract is asked only where nobody learns who asks."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.chains import deployed_chain
from tests.socks import SocksServer
from winze.contracts import Proxy, connected, request
from winze.protocol import EthAddress
from winze.wallet import WarningCode, contract_warnings, is_contract, may_ask

HERE, THERE = "http://127.0.0.1:8545", "https://rpc.example"
TOR = Proxy("127.0.0.1", 9050)
SPARING = Proxy("127.0.0.1", 9050, spare_loopback=True)
SOMEBODY = EthAddress("0x" + "c0" * 20)


@pytest.mark.parametrize(
    ("rpcs", "proxy", "may"),
    [
        *(((HERE,), None, True), ((THERE,), None, False), ((HERE, THERE), None, False)),
        *(((HERE,), TOR, True), ((THERE,), TOR, True), ((HERE, THERE), TOR, True)),
        *(((HERE,), SPARING, True), ((HERE, THERE), SPARING, True)),
    ],
)
def test_only_this_machine_or_a_proxy_may_be_asked(
    rpcs: tuple[str, ...],
    proxy: Proxy | None,
    may: bool,  # noqa: FBT001
) -> None:
    assert may_ask(rpcs, proxy) is may


async def test_a_provider_is_not_asked_directly() -> None:
    # Nobody could be: the name leads nowhere. The answer comes without trying.
    assert await is_contract(SOMEBODY, ["http://chain.invalid"]) is None
    assert await is_contract(SOMEBODY, []) is None


@pytest.mark.chain
async def test_a_contract_is_known_from_an_account() -> None:
    async with deployed_chain() as chain:
        assert await is_contract(chain.network.pool, [chain.url]) is True
        assert await is_contract(SOMEBODY, [chain.url]) is False


async def test_nobody_who_answers_is_no_answer() -> None:
    assert await is_contract(SOMEBODY, ["http://127.0.0.1:1"]) is None


async def test_the_question_has_a_circuit_of_its_own() -> None:
    async def serve(asked: web.BaseRequest) -> web.Response:
        question = json.loads(await asked.read())
        answer = {"jsonrpc": "2.0", "id": question["id"], "result": "0x6001"}
        return web.Response(text=json.dumps(answer))

    async with RawTestServer(serve) as server, SocksServer() as socks:
        assert server.port is not None
        socks.names = {"chain.invalid": server.port}
        proxy, url = Proxy.parse(socks.url), "http://chain.invalid"
        async with connected(url, proxy=proxy) as w3:
            await request(w3, "asking", "eth_getBalance", SOMEBODY, "latest")
            assert await is_contract(SOMEBODY, [url], proxy) is True
    assert len({user for user, _, _ in socks.passed}) == 2


@pytest.mark.parametrize(
    ("found", "codes"),
    [(True, [WarningCode.CONTRACT]), (None, [WarningCode.PERHAPS_CONTRACT]), (False, [])],
)
def test_what_is_known_of_it_is_told(found: bool | None, codes: list[WarningCode]) -> None:  # noqa: FBT001
    warnings = contract_warnings(found)
    assert [each.code for each in warnings] == codes
    for each in warnings:
        assert "able to receive ETH" in each.text
        assert "withdrawable" in each.text
