"""The chain's time, as the node saw it last."""

import pytest

from tests.chain.fakes import FakeChain, FakeSource
from winze.node.chain_clock import ChainClock
from winze.node.errors import NotReady


async def test_before_the_chain_was_read_nobody_knows_the_time() -> None:
    chain = FakeChain()
    clock = ChainClock(FakeSource(chain))
    with pytest.raises(NotReady):
        clock.now()
    clock.head = await clock.latest()
    assert clock.now() == chain.blocks[-1].header.timestamp


async def test_the_newest_block_is_asked_for_and_the_time_stays_until_it_is_set() -> None:
    chain = FakeChain()
    clock = ChainClock(FakeSource(chain))
    clock.head = await clock.latest()
    before = clock.now()
    chain.mine()
    assert (await clock.latest()).number == chain.head
    assert clock.now() == before
