"""Everything that can break around a node, one by one, at every depth; and all of it at random."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from tests.node.faults.misfortune import MAX_DEPTH, MISFORTUNES, spike
from tests.node.faults.soak import soak
from tests.node.faults.stage import Stage, stage
from tests.node.faults.village import PURSE
from winze.contracts import GWEI, ContractEvent
from winze.protocol import Deposited, Proved, Sealed, Transferred

pytestmark = [pytest.mark.chain, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def play(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("matrix")) as found:
        found.village.may_be_moot = True
        await found.village.arrive(sessions=1, purses=4)
        yield found


async def _want(play: Stage, count: int) -> None:
    village = play.village
    if any(len(user.purse()) < count for user in village.population.users):
        await village.population.fill_purses(PURSE, 2 * count)
        await village.until_proved()
    village.want(count, "pay", "give", "pay_a_refuser")


@pytest.mark.parametrize("name", sorted(MISFORTUNES))
async def test_people_are_served_through_a_misfortune(play: Stage, name: str) -> None:
    random = Random(name)  # noqa: S311 - a story, not a secret
    for _ in range(3):
        await _want(play, 2)
        async with play.village.pursuing():
            await asyncio.sleep(random.uniform(0, 4))
            await MISFORTUNES[name](play, random)
    await play.check()


@pytest.mark.parametrize("kind", [Deposited, Transferred, Sealed, Proved])
@pytest.mark.parametrize("depth", range(1, MAX_DEPTH + 1))
async def test_the_chain_takes_back(play: Stage, kind: type[ContractEvent], depth: int) -> None:
    await _want(play, 1)
    before = await play.count(kind)
    async with play.village.pursuing():
        if kind is Deposited:
            await play.village.population.fill_purses(PURSE)
        block = await play.until(kind, before)
        await play.take_back(block, least=depth)
    await play.check()


async def test_what_is_stuck_is_replaced_under_the_same_nonce(play: Stage) -> None:
    await _want(play, 2)
    async with spike(play, 100 * GWEI):
        await play.village.pursue()
    assert play.node.rows("select 1 from versions where number > 0")
    await play.check()


async def test_a_long_soak(tmp_path: Path) -> None:
    seed = secrets.randbelow(2**32)
    print(f"seed {seed}")
    await soak(tmp_path, seed, requests=1_000, tell=print)
