"""Minting: what closed periods earned, once, whoever else mints too."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.relaying.requests import GOOD, claim
from tests.node.town import Town, town
from winze.contracts import DISTRIBUTED_AT_ONCE, ItxToken
from winze.node.distributing import Distributor
from winze.protocol import EthAddress, Field, Period, Timestamp

pytestmark = pytest.mark.chain

FIRST = EthAddress("0x" + "f1" * 20)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as there:
        await end_of_period(there)  # what is claimed now has all of a period before its end
        yield there


def distributor(there: Town) -> Distributor:
    return Distributor(there.chain.w3, there.chain.network, there.index)


async def claims(there: Town, count: int) -> list[Field]:
    """Have so many claims counted."""
    made = [claim(recipient=FIRST) for _ in range(count)]
    for start in range(0, count, 16):
        some = made[start : start + 16]
        await there.send(there.chain.rewards.claim(some, [GOOD] * len(some)))
    return [Field(each.claim_id) for each in made]


async def end_of_period(there: Town, early: int = 0) -> Period:
    """Let the period end, or all of it but some seconds; which it is."""
    network, now = there.chain.network, await there.now()
    length = network.profile.period
    period = (now - network.genesis) // length
    await there.chain.clock.advance_to(Timestamp(network.genesis + (period + 1) * length - early))
    return Period(period)


async def test_claims_are_minted_when_their_period_is_over_and_not_a_second_earlier(
    there: Town,
) -> None:
    made = await claims(there, 3)
    period = await end_of_period(there, early=1)
    minting = distributor(there)
    assert await minting.due(await there.head()) is None
    assert await minting.distribution(period, await there.head()) is None
    await there.chain.clock.mine()
    head = await there.head()
    assert await minting.due(head) == period
    call = await minting.distribution(period, head)
    assert call is not None
    await there.send(call)
    for each in made:
        assert await there.chain.rewards.distributed(each)
    assert await minting.due(await there.head()) is None
    assert await minting.distribution(period, await there.head()) is None


async def test_what_another_one_minted_is_left_out_even_before_it_was_read(there: Town) -> None:
    made = await claims(there, 3)
    period = await end_of_period(there)
    other = there.chain.rewards.distribute(period, made[:1])
    await there.chain.sender(3).send(other)
    minting = distributor(there)
    call = await minting.distribution(period, await there.head())
    assert call is not None
    assert made[0].to_bytes(32) not in call.data
    assert all(each.to_bytes(32) in call.data for each in made[1:])
    await there.chain.sender(3).send(there.chain.rewards.distribute(period, made[1:]))
    assert await minting.due(await there.head()) == period
    assert await minting.distribution(period, await there.head()) is None
    await there.follower.sync()
    assert await minting.due(await there.head()) is None


async def test_so_many_that_one_call_is_not_enough_are_minted_by_several(there: Town) -> None:
    made = await claims(there, DISTRIBUTED_AT_ONCE + 1)
    period = await end_of_period(there)
    minting = distributor(there)
    for count in (DISTRIBUTED_AT_ONCE, 1):
        call = await minting.distribution(period, await there.head())
        assert call is not None
        assert sum(each.to_bytes(32) in call.data for each in made) == count
        await there.send(call)
    assert await minting.due(await there.head()) is None


async def test_a_period_that_was_missed_is_made_up_for_the_oldest_first(there: Town) -> None:
    await claims(there, 1)
    first = await end_of_period(there)
    await claims(there, 1)
    second = await end_of_period(there)
    minting = distributor(there)
    for period in (first, second):
        assert await minting.due(await there.head()) == period
        call = await minting.distribution(period, await there.head())
        assert call is not None
        await there.send(call)
    token = ItxToken(there.chain.w3, there.chain.network.itx)
    assert await token.balance_of(FIRST)
