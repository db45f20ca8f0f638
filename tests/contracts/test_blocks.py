"""Chain blocks as they are read: what went through, what did not, and why."""

import pytest

from tests.chains import Deployed, deployed_chain
from winze.contracts import (
    NO_REASON,
    OUT_OF_GAS,
    ContractCall,
    MinedBlock,
    Transaction,
    fetch_block,
    request,
    why_reverted,
)
from winze.protocol import ChainBlock, Field, Wei

pytestmark = pytest.mark.chain

ETHER = Wei(10**18)


async def force(chain: Deployed, call: ContractCall, gas: int = 500_000) -> Transaction:
    """Send a call that nobody simulated."""
    await chain.force(call, gas=gas)
    block = await newest(chain)
    (transaction,) = block.transactions
    return transaction


async def newest(chain: Deployed) -> MinedBlock:
    block = await fetch_block(chain.w3, await chain.clock.height())
    assert block is not None
    return block


async def test_a_transaction_is_read_with_all_that_it_asked_for() -> None:
    async with deployed_chain() as chain:
        before = await newest(chain)
        call = chain.pool.deposit(Field(5), ETHER, mine=True)
        receipt = await chain.sender(1).send(call)
        block = await newest(chain)
        assert (block.number, block.parent) == (before.number + 1, before.hash)
        assert block.hash == receipt.block_hash
        assert block.timestamp == await chain.clock.now()
        (found,) = block.transactions
        assert (found.sender, found.to) == (chain.sender(1).address, chain.pool.address)
        assert (found.data, found.value) == (call.data, ETHER)
        assert found.succeeded
        assert found.receipt == receipt


async def test_a_deployment_is_to_nobody() -> None:
    async with deployed_chain() as chain:
        block = await fetch_block(chain.w3, chain.network.deployment_block)
        assert block is not None
        assert block.transactions[0].to is None
        assert block.transactions[0].receipt.created is not None


async def test_what_the_chain_does_not_have_is_nothing() -> None:
    async with deployed_chain() as chain:
        assert await fetch_block(chain.w3, ChainBlock(await chain.clock.height() + 1)) is None
        await chain.clock.mine()
        assert (await newest(chain)).transactions == ()


async def test_a_reverted_transaction_is_read_with_its_reason() -> None:
    async with deployed_chain() as chain:
        found = await force(chain, chain.pool.seal())
        assert not found.succeeded
        assert found.receipt.logs == ()
        assert await why_reverted(chain.w3, found) == "pool: nothing to seal"


@pytest.mark.parametrize("gas", [22_000, 40_000, 60_000])
async def test_a_transaction_without_enough_gas_says_so(gas: int) -> None:
    async with deployed_chain() as chain:
        found = await force(chain, chain.pool.deposit(Field(5), ETHER, mine=True), gas)
        if not found.succeeded:
            assert await why_reverted(chain.w3, found) == OUT_OF_GAS
        assert found.succeeded == (gas == 60_000)


async def test_a_refusal_of_the_language_has_no_reason() -> None:
    async with deployed_chain() as chain:
        call = ContractCall("", chain.pool.address, chain.pool.seal().data, Wei(1))
        assert await why_reverted(chain.w3, await force(chain, call)) == NO_REASON


async def test_a_refusal_that_came_of_its_own_block_cannot_be_repeated() -> None:
    async with deployed_chain() as chain:
        await chain.sender(1).send(chain.pool.deposit(Field(5), ETHER, mine=True))
        await chain.clock.advance(chain.network.profile.seal_interval)
        await chain.hold()
        data = {**chain.pool.seal().fields(chain.sender(1).address), "gas": hex(500_000)}
        for _ in range(2):
            await request(chain.w3, "forcing", "eth_sendTransaction", data)
        await chain.clock.mine()
        sealed, refused = (await newest(chain)).transactions
        assert (sealed.succeeded, refused.succeeded) == (True, False)
        assert await why_reverted(chain.w3, refused) is None
