"""A key on this machine signs, and what was prepared is sent once however often it is sent."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.chains import Chain, bare_chain
from tests.wallet.worlds import network
from winze.contracts import (
    ContractCall,
    FeePolicy,
    FeesTooHigh,
    InsufficientFunds,
    TransactionError,
    TransactionReverted,
    WrongNetwork,
    current_fees,
    eth_balance,
    gas_limit,
    request,
)
from winze.devnet import funded_account, set_balance
from winze.protocol import EthAddress, Wei
from winze.wallet import LocalConnection, SentTransaction

FRIEND = EthAddress("0x" + "f0" * 20)
GIFT = ContractCall("a gift", FRIEND, b"", Wei(5))

pytestmark = pytest.mark.chain


@pytest.fixture
async def chain() -> AsyncIterator[Chain]:
    async with bare_chain() as chain:
        yield chain


def connection(chain: Chain, index: int = 3) -> LocalConnection:
    return LocalConnection(chain.w3, funded_account(index), network())


async def test_nothing_leaves_before_it_is_sent(chain: Chain) -> None:
    mine = connection(chain)
    prepared = await mine.prepare(GIFT)
    assert await chain.nonce(mine.address) == prepared.nonce == 0
    assert await eth_balance(chain.w3, FRIEND) == 0


async def test_what_was_prepared_is_sent_once_however_often_it_is_sent(chain: Chain) -> None:
    mine = connection(chain)
    prepared = await mine.prepare(GIFT)
    again = connection(chain)  # as after a restart
    for each in (mine, mine, again):
        assert await each.send(GIFT, prepared) == prepared
    assert await eth_balance(chain.w3, FRIEND) == 5
    assert await chain.nonce(mine.address) == 1


async def test_what_waits_for_a_block_is_sent_once_too(chain: Chain) -> None:
    await chain.hold()
    mine = connection(chain)
    prepared = await mine.prepare(GIFT)
    for each in (mine, connection(chain)):
        await each.send(GIFT, prepared)
    await chain.let_go()
    assert await eth_balance(chain.w3, FRIEND) == 5


async def test_the_next_call_takes_the_next_nonce(chain: Chain) -> None:
    await chain.hold()
    mine = connection(chain)
    for nonce in range(3):
        prepared = await mine.prepare(GIFT)
        assert prepared.nonce == nonce
        await mine.send(GIFT, prepared)


async def test_a_node_that_counts_late_is_not_believed(chain: Chain) -> None:
    await chain.hold()
    mine = connection(chain)
    first = await mine.prepare(GIFT)
    await mine.send(GIFT, first)
    mine._last = replace(first, nonce=7)  # the chain knows the transaction, and counts less
    assert (await mine.prepare(GIFT)).nonce == 8


async def test_a_transaction_that_was_dropped_leaves_no_nonce_open(chain: Chain) -> None:
    await chain.hold()
    mine = connection(chain)
    first = await mine.send(GIFT, await mine.prepare(GIFT))
    await request(chain.w3, "dropping", "anvil_dropTransaction", first.hash)
    assert (await mine.prepare(GIFT)).nonce == first.nonce


async def test_what_the_contract_refuses_is_not_prepared(chain: Chain) -> None:
    await request(chain.w3, "placing", "anvil_setCode", FRIEND, "0x5f5ffd")
    with pytest.raises(TransactionReverted):
        await connection(chain).prepare(GIFT)


@pytest.mark.parametrize("missing", [0, 1])
async def test_amount_and_gas_must_be_there(chain: Chain, missing: int) -> None:
    mine = connection(chain)
    fees = await current_fees(chain.w3, FeePolicy())
    needed = GIFT.value + fees.most * await gas_limit(chain.w3, GIFT, mine.address)
    await set_balance(chain.w3, mine.address, Wei(needed - missing))
    if missing:
        with pytest.raises(InsufficientFunds, match="1 are missing"):
            await mine.prepare(GIFT)
    else:
        await mine.send(GIFT, await mine.prepare(GIFT))
        assert await eth_balance(chain.w3, FRIEND) == 5


async def test_fees_above_the_ceiling_are_not_paid(chain: Chain) -> None:
    mine = LocalConnection(chain.w3, funded_account(3), network(), FeePolicy(ceiling=1))
    with pytest.raises(FeesTooHigh):
        await mine.prepare(GIFT)


async def test_another_chain_is_named_beside_the_networks(chain: Chain) -> None:
    elsewhere = replace(network(), chain_id=5)
    mine = LocalConnection(chain.w3, funded_account(3), elsewhere)
    with pytest.raises(WrongNetwork, match=r"chain 5.*chain 31337"):
        await mine.prepare(GIFT)


async def test_what_an_external_wallet_prepared_is_not_sent_a_second_time(chain: Chain) -> None:
    mine = connection(chain)
    with pytest.raises(TransactionError, match="nonce 4"):
        await mine.send(GIFT, SentTransaction(4))
    assert await eth_balance(chain.w3, FRIEND) == 0


async def test_the_key_is_in_no_picture(chain: Chain) -> None:
    key = funded_account(3)
    mine = connection(chain)
    prepared = await mine.prepare(GIFT)
    for picture in (repr(mine), str(mine), repr(prepared)):
        assert bytes(key.key).hex() not in picture
        assert (prepared.raw or "")[2:] not in picture
