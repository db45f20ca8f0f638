"""The chain's clock jumps forwards, never backwards, and its past can be rewritten."""

import pytest

from tests.chains import bare_chain
from winze.contracts import ChainUnreachable, ContractCall, connected, request
from winze.devnet import ChainControlRefused, Clock
from winze.protocol import EthAddress, Seconds, Timestamp, Wei

pytestmark = pytest.mark.chain


async def test_time_advances_by_what_was_asked() -> None:
    async with bare_chain() as chain:
        before = await chain.clock.now()
        after = await chain.clock.advance(Seconds(86_400))
        assert 86_400 <= after - before < 86_400 + 60
        assert after == await chain.clock.now()


async def test_time_advances_to_the_moment_that_was_asked() -> None:
    async with bare_chain() as chain:
        moment = Timestamp(await chain.clock.now() + 1_000)
        assert await chain.clock.advance_to(moment) == moment


async def test_a_moment_that_is_not_after_the_latest_block_is_refused() -> None:
    async with bare_chain() as chain:
        now = await chain.clock.now()
        for moment in (now, now - 1):
            with pytest.raises(ChainControlRefused, match="is not after it"):
                await chain.clock.advance_to(Timestamp(moment))
        assert await chain.clock.advance_to(Timestamp(now + 1)) == now + 1


async def test_a_moment_is_reached_where_time_is_not_there_yet() -> None:
    async with bare_chain() as chain:
        now = await chain.clock.now()
        for moment in (now - 1, now, now + 1_000):
            await chain.clock.reach(Timestamp(moment))
            assert max(now, moment) <= await chain.clock.now() < max(now, moment) + 60


async def test_the_next_block_bears_the_time_that_was_set_and_time_goes_on_from_there() -> None:
    async with bare_chain() as chain:
        moment = Timestamp(await chain.clock.now() + 500)
        await chain.clock.set_next(moment)
        assert await chain.clock.now() < moment
        sender = chain.sender(1)
        receipt = await sender.send(ContractCall("paying", sender.address, b"", Wei(1)))
        assert (await chain.w3.eth.get_block(receipt.block))["timestamp"] == moment
        await chain.clock.mine()
        assert moment < await chain.clock.now() < moment + 60


async def test_blocks_are_made_at_once_and_a_second_apart() -> None:
    async with bare_chain() as chain:
        height, now = await chain.clock.height(), await chain.clock.now()
        await chain.clock.mine(300)
        assert await chain.clock.height() == height + 300
        assert 299 <= await chain.clock.now() - now < 360


async def test_a_reorganisation_replaces_blocks_and_drops_their_transactions() -> None:
    async with bare_chain() as chain:
        await chain.clock.mine(3)
        sender, stranger = chain.sender(1), EthAddress.from_bytes(b"\x09" * 20)
        receipt = await sender.send(ContractCall("paying", stranger, b"", Wei(5)))
        kept = bytes((await chain.w3.eth.get_block(receipt.block - 2))["hash"])
        await chain.clock.reorganise(2)
        assert await chain.clock.height() == receipt.block
        assert bytes((await chain.w3.eth.get_block(receipt.block))["hash"]) != receipt.block_hash
        assert bytes((await chain.w3.eth.get_block(receipt.block - 2))["hash"]) == kept
        assert int(await request(chain.w3, "", "eth_getBalance", stranger, "latest"), 16) == 0


async def test_a_reorganisation_deeper_than_the_chain_is_refused() -> None:
    async with bare_chain() as chain:
        with pytest.raises(ChainControlRefused, match="reorganising"):
            await chain.clock.reorganise(1_000)


async def test_a_chain_that_is_gone_is_unreachable_rather_than_refusing() -> None:
    async with bare_chain() as chain:
        url = chain.url
    async with connected(url) as w3:
        with pytest.raises(ChainUnreachable):
            await Clock(w3).reorganise(1)
