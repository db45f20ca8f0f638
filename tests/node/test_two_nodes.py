"""Two operators who know nothing of each other, on one chain: whoever is faster, nothing happens
twice, and when one of them is gone nothing stops."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.node.faults.soak import Soak
from tests.node.faults.stage import Stage, stage

pytestmark = [pytest.mark.chain, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def play(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("two"), nodes=2) as found:
        await found.village.arrive(sessions=1, purses=4)
        found.village.wishes.any_relayer = True
        yield found


async def test_both_have_the_same_requests_and_each_is_executed_once(play: Stage) -> None:
    for errand in play.village.want(4, "pay", "give", "pay_a_refuser"):
        errand.both = True
    await play.check()


async def test_one_is_killed_and_the_other_does_it_all(play: Stage) -> None:
    for errand in play.village.want(3, "pay", "give"):
        errand.both = True
    async with play.village.pursuing():
        await asyncio.sleep(2)
        await play.nodes[0].kill()
        await asyncio.sleep(8)
        await play.nodes[0].start()
    await play.village.until_proved()
    await play.check()


async def test_a_short_soak(play: Stage) -> None:
    await Soak(play, seed=4, requests=12, tell=print).run()
