"""A node killed at every step that it ever takes, and started again: nothing is lost, and nothing
happens twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from tests.node.faults.stage import Stage, stage
from tests.node.faults.village import PURSE, STAKE
from winze.protocol import (
    HASH_WINDOW,
    Claimed,
    Distributed,
    Field,
    Period,
    Redrawn,
    Timestamp,
    period_at,
    period_start,
)

pytestmark = [pytest.mark.chain, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

SOON, PATIENCE, LONG = 60.0, 240.0, 3600.0
"""Seconds to wait for a step that may come, for one that must, and for all the work."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def play(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("crashes")) as found:
        await found.village.arrive(sessions=2, purses=4)
        yield found


async def relay(play: Stage) -> None:
    """Have a payment relayed, and what it leaves in the ledger proved."""
    play.village.want(1, "pay")
    await play.village.pursue(LONG)
    await play.village.until_proved(LONG)


async def redraw(play: Stage) -> None:
    """Have the chain forget a draw before its block is proved."""
    redrawn, place = await play.count(Redrawn), play.village.place
    user = play.village.population.users[0]
    async with play.proxy.down():
        await play.village.population.deposit([(user, user.main, PURSE, False)])
        opened = await place.pool.open_block()
        await play.devnet.clock.reach(Timestamp(opened.due))
        await place.sender(user.number).send(place.pool.seal())
        await play.devnet.clock.mine(HASH_WINDOW + 3)
    await play.until(Redrawn, redrawn)
    await play.village.until_proved(LONG)


async def distribute(play: Stage) -> None:
    """Have a claim made, and its period end."""
    village = play.village
    await village.population.mine(STAKE)
    await village.until_proved(LONG)
    await village.until_matured()
    village.want(1, "withdraw")
    await village.pursue(LONG)
    await village.until_proved(LONG)
    assert village.want(1, "claim")
    await village.pursue(LONG)
    network = play.devnet.network
    length = network.profile.period
    now = period_at(await play.devnet.clock.now(), network.genesis, length)
    distributed = await play.count(Distributed)
    await play.devnet.clock.reach(Timestamp(period_start(Period(now + 1), network.genesis, length)))
    await play.until(Distributed, distributed)


WORK: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    "redraw": redraw,
    "distribute": distribute,
}
"""What has a node take the steps of a workflow, where relaying a payment does not."""


async def test_killed_at_every_step(play: Stage) -> None:
    steps = await _steps(play)
    for work in (relay, redraw, distribute):
        chosen = [step for step in steps if WORK.get(step.partition(":")[0], relay) is work]
        assert chosen, f"nothing is shown by {work.__name__}"
        async with _again_and_again(play, work):
            for step in chosen:
                # It goes on with what the one before left behind, and is killed in its turn.
                await play.node.crash_at(step)
                assert await play.node.until_gone(PATIENCE), f"{step} never came"
            await play.node.restart()
        await play.check()
    await _all_is_distributed(play)


async def test_killed_while_following_what_an_earlier_life_sent(play: Stage) -> None:
    followed = 0
    async with _again_and_again(play, relay):
        for moment in ("begin", "end", "recorded"):
            await play.node.crash_at("relay:broadcast:end")
            assert await play.node.until_gone(PATIENCE)
            await play.node.crash_at(f"follow:follow:{moment}")
            followed += await play.node.until_gone(SOON)
        await play.node.restart()
    assert followed
    await play.check()


@asynccontextmanager
async def _again_and_again(
    play: Stage, work: Callable[[Stage], Awaitable[None]]
) -> AsyncIterator[None]:
    """Have work to do for the node meanwhile, and see its end."""
    enough = asyncio.Event()

    async def go_on() -> None:
        while not enough.is_set():
            await _fill_purses(play)
            await work(play)

    working = asyncio.create_task(go_on())
    try:
        yield
        enough.set()
        await working
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _steps(play: Stage) -> list[str]:
    """Every step that a node takes on a day without accidents."""
    await play.node.crash_at("never")
    await play.node.until_ready()
    for work in (relay, redraw, distribute):
        await work(play)
    await play.check()
    seen = dict.fromkeys(play.node.steps.read_text().split())
    # Only what nobody follows is followed: whether that comes is a matter of moments.
    return [step for step in seen if not step.startswith("follow:")]


async def _fill_purses(play: Stage) -> None:
    village = play.village
    if any(len(user.purse()) < 2 for user in village.population.users):
        await village.population.fill_purses(PURSE, 4)
        await village.until_proved(LONG)


async def _all_is_distributed(play: Stage) -> None:
    place = play.village.place
    await place.follower.sync()
    network = play.devnet.network
    now = period_at(place.now, network.genesis, network.profile.period)
    for record in place.follower.records():
        event = record.logged.event
        if isinstance(event, Claimed) and event.period < now:
            assert await place.rewards.distributed(Field(event.claim_id)), event
