"""A node that people use while everything around it breaks: nobody loses a wei, or has to wait for
ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
import pytest_asyncio

from tests.node.faults import harm
from tests.node.faults.proxy import Asked
from tests.node.faults.stage import Stage, stage

pytestmark = [pytest.mark.chain, pytest.mark.asyncio(loop_scope="module")]

SEND = harm.SEND


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def play(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("faults")) as found:
        await found.village.arrive(sessions=3, purses=6)
        yield found


async def test_everybody_gets_what_they_want(play: Stage) -> None:
    village = play.village
    village.want(1, "cancel")
    await village.until_matured()
    assert len(village.want(5, "withdraw", "redeposit", "give", "pay_a_refuser")) == 5
    await village.pursue()
    await village.until_proved()
    assert village.want(1, "claim")
    await village.check()


async def test_killed_after_the_chain_took_a_batch_and_before_it_knows(play: Stage) -> None:
    async def kill(_: Asked) -> None:
        await play.node.kill()

    play.village.want(2, "pay")
    with play.proxy.suffering(harm.first(1, harm.after(SEND, kill))):
        pursuing = asyncio.create_task(play.village.pursue())
        assert await play.node.until_gone(60)
        await play.node.start()
        await pursuing
    await play.village.check()


async def test_transactions_are_dropped_lost_and_doubled(play: Stage) -> None:
    faults = [harm.drop_transaction, harm.only(harm.lose_the_answer, SEND), harm.send_twice]
    with ExitStack() as suffering:
        for fault in faults:
            only_once = harm.only(harm.first(1, fault), SEND)
            suffering.enter_context(play.proxy.suffering(only_once))
        play.village.want(3, "pay", "give")
        await play.village.check()
