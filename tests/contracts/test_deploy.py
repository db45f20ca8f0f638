"""Deploying a network, and holding a chain against its description."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncJSONBaseProvider

from tests.chains import Chain, Deployed, bare_chain, deployed_chain, made_up_deployment
from winze.contracts import (
    ChainUnreachable,
    ContractCall,
    ContractName,
    DeploymentFailed,
    InvalidCall,
    ItxToken,
    NetworkDescription,
    Relay,
    Sender,
    Sent,
    UnsupportedChain,
    Verifier,
    WrongNetwork,
    compiled,
    connected,
    deploy,
    deployment_call,
    fetch_logs,
    predicted_addresses,
    require_features,
)
from winze.devnet import funded_account
from winze.protocol import DEPTH, FAST, GENESIS, ChainBlock, EthAddress, Wei, empty_root

pytestmark = pytest.mark.chain


def test_addresses_are_those_that_every_local_chain_gives() -> None:
    places = predicted_addresses(EthAddress(funded_account(0).address), 0)
    first, second = list(places.values())[:2]
    assert list(places) == list(ContractName)
    assert first == "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    assert second == "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"


async def test_all_contracts_stand_where_the_description_says_and_know_each_other() -> None:
    async with deployed_chain() as chain:
        network, w3 = chain.network, chain.w3
        places = {name: network.address(name) for name in ContractName}
        pool, rewards = chain.pool, chain.rewards
        itx, relay = ItxToken(w3, network.itx), Relay(w3, network.relay)
        assert await pool.rewards() == await relay.rewards() == network.rewards
        assert await rewards.pool() == await relay.pool() == network.pool
        assert await rewards.itx() == network.itx
        assert await itx.minter() == network.rewards
        assert await pool.transfer_verifier() == places[ContractName.TRANSFER_VERIFIER]
        assert await pool.block_verifier() == places[ContractName.BLOCK_VERIFIER]
        assert await rewards.verifier() == places[ContractName.CLAIM_VERIFIER]


async def test_the_contracts_hold_the_profile_and_the_deployer_owns_the_pool() -> None:
    async with deployed_chain() as chain:
        pool, rewards = chain.pool, chain.rewards
        bounds = (FAST.seal_interval_min, FAST.seal_interval_max)
        assert await pool.owner() == chain.sender(0).address
        assert await pool.root() == empty_root(DEPTH)
        assert await pool.seal_interval() == FAST.seal_interval
        assert await pool.seal_interval_bounds() == bounds
        assert await rewards.genesis() == GENESIS
        assert await rewards.period_seconds() == FAST.period
        assert (await rewards.lock_min(), await rewards.lock_range()) == (
            FAST.lock_min,
            FAST.lock_range,
        )
        for name, signals in (("transfer", 7), ("claim", 6), ("block", 8)):
            place = chain.network.address(ContractName(f"{name}_verifier"))
            assert await Verifier(chain.w3, place).public_inputs() == signals


async def test_the_description_fits_the_chain_it_was_made_on() -> None:
    async with deployed_chain() as chain:
        network = chain.network
        assert network.chain_id == 31_337
        assert (network.profile, network.genesis) == (FAST, GENESIS)
        assert 0 < network.deployment_block <= await chain.clock.height()
        for contract in network.contracts.values():
            code = bytes(await chain.w3.eth.get_code(contract.address))
            assert keccak(code).hex() == contract.code_hash
        await network.check(chain.w3)


async def test_the_first_event_is_not_before_the_deployment_block() -> None:
    async with deployed_chain() as chain:
        now = await chain.clock.height()
        places = [contract.address for contract in chain.network.contracts.values()]
        logs = await fetch_logs(chain.w3, places, ChainBlock(0), now)
        assert logs
        assert logs == await fetch_logs(chain.w3, places, chain.network.deployment_block, now)


def elsewhere(network: NetworkDescription, name: ContractName, **changes: Any) -> Any:
    changed = replace(network.contracts[name], **changes)
    return replace(network, contracts={**network.contracts, name: changed})


async def test_another_chain_or_other_code_is_refused() -> None:
    async with deployed_chain() as chain:
        network = chain.network
        with pytest.raises(WrongNetwork, match="chain 1;"):
            await replace(network, chain_id=1).check(chain.w3)
        with pytest.raises(WrongNetwork, match=r"relay .* other code"):
            await elsewhere(network, ContractName.RELAY, code_hash="0" * 64).check(chain.w3)
        with pytest.raises(WrongNetwork, match=r"itx .* no code"):
            await elsewhere(
                network, ContractName.ITX, address=EthAddress.from_bytes(b"\x07" * 20)
            ).check(chain.w3)


async def test_a_second_network_of_the_same_deployer_stands_elsewhere() -> None:
    async with deployed_chain() as chain:
        other = await deploy(chain.sender(0), made_up_deployment())
        assert other.pool != chain.network.pool
        await other.check(chain.w3)
        await chain.network.check(chain.w3)


class Distracted(Sender):
    """A key that something else sends from, once, in the midst of a deployment."""

    async def submit(self, call: ContractCall) -> Sent:
        if call.action == "deploying pool":
            await (
                await super().submit(ContractCall("paying", self.address, b"", Wei(1)))
            ).receipt()
        return await super().submit(call)


async def test_a_nonce_that_something_else_took_is_noticed() -> None:
    async with bare_chain() as chain:
        with pytest.raises(DeploymentFailed, match="pool was to stand at"):
            await deploy(Distracted(chain.w3, funded_account(0)), made_up_deployment())


def test_a_constructor_with_other_arguments_is_refused() -> None:
    with pytest.raises(InvalidCall, match="deploying relay takes 2 values, not 1"):
        deployment_call(compiled("relay"), EthAddress.zero())


async def test_a_chain_without_transient_storage_is_refused() -> None:
    async with bare_chain(hardfork="shanghai") as chain:
        with pytest.raises(UnsupportedChain, match="transient storage"):
            await deploy(chain.sender(0), made_up_deployment())
        assert await chain.nonce(chain.sender(0).address) == 0


async def test_the_oldest_evm_that_our_contracts_are_compiled_for_is_accepted() -> None:
    async with bare_chain(hardfork="cancun") as chain:
        await require_features(chain.w3)


class Bent(AsyncJSONBaseProvider):
    """A chain that answers like the one behind it, except where `bend` changes the answer."""

    def __init__(self, chain: Chain, bend: Callable[[str, Any, Any], Any]) -> None:
        super().__init__()
        self._behind, self._bend = chain.w3.provider, bend

    async def make_request(self, method: Any, params: Any) -> Any:
        return self._bend(method, params, await self._behind.make_request(method, params))


def is_pairing(method: str, params: Any) -> bool:
    return method == "eth_call" and int(params[0].get("to", "0x0"), 16) == 8


def asks_for_block_hash(method: str, params: Any) -> bool:
    return method == "eth_call" and params[0]["data"].startswith("0x435f52")


def no_pairing(method: str, params: Any, answer: Any) -> Any:
    return {**answer, "result": "0x"} if is_pairing(method, params) else answer


def limited_pairing(method: str, params: Any, answer: Any) -> Any:
    error = {"code": -32000, "message": "execution reverted"}
    without = {key: value for key, value in answer.items() if key != "result"}
    return {**without, "error": error} if is_pairing(method, params) else answer


def other_hash(method: str, params: Any, answer: Any) -> Any:
    if not asks_for_block_hash(method, params):
        return answer
    return {**answer, "result": answer["result"][:66] + "00" * 32}


@pytest.mark.parametrize(
    ("bend", "message"),
    [
        (no_pairing, "19 pairs"),
        (limited_pairing, "19 pairs"),
        (other_hash, "nobody could work out what a draw gave"),
    ],
)
async def test_a_chain_that_lacks_something_is_refused(
    bend: Callable[[str, Any, Any], Any], message: str
) -> None:
    async with bare_chain() as chain:
        w3: Any = AsyncWeb3(Bent(chain, bend))
        with pytest.raises(UnsupportedChain, match=message):
            await require_features(w3)


async def test_a_chain_with_its_first_block_only_is_asked_to_wait() -> None:
    def young(method: str, params: Any, answer: Any) -> Any:
        if not asks_for_block_hash(method, params):
            return answer
        return {**answer, "result": "0x" + "00" * 64}

    async with bare_chain() as chain:
        w3: Any = AsyncWeb3(Bent(chain, young))
        with pytest.raises(UnsupportedChain, match="wait for the next"):
            await require_features(w3)


async def test_a_chain_that_does_not_answer_is_not_called_unsupported() -> None:
    async with bare_chain() as chain:
        url = chain.url
    async with connected(url) as w3:
        with pytest.raises(ChainUnreachable):
            await require_features(w3)


async def test_the_code_of_each_contract_has_the_size_that_was_foretold() -> None:
    async with deployed_chain() as chain:
        assert isinstance(chain, Deployed)
        for name, contract in chain.network.contracts.items():
            code = bytes(await chain.w3.eth.get_code(contract.address))
            assert len(code) == compiled(name.source).size
