"""What can happen to a node at any moment, for a moment: one of these at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from random import Random

from tests.node.faults import harm, lies
from tests.node.faults.proxy import Asked, Fault
from tests.node.faults.stage import Stage
from winze.contracts import GWEI, request
from winze.protocol import Seconds

MAX_DEPTH = 12
"""The deepest reorganisation, in chain blocks."""
SPIKE = 40 * GWEI
HOURS = 3600

Misfortune = Callable[[Stage, Random], Awaitable[None]]


async def killed(stage: Stage, random: Random) -> None:
    """A node dies between two instructions, and is started again some time later."""
    node = random.choice(stage.nodes)
    await node.kill()
    await asyncio.sleep(random.uniform(0, 2))
    await node.start()


async def killed_while_sending(stage: Stage, random: Random) -> None:
    """A node dies when the chain has its transaction and it does not know that yet."""
    place = random.randrange(len(stage.nodes))
    node, proxy = stage.nodes[place], stage.proxies[place]

    async def kill(_: Asked) -> None:
        await node.kill()

    side = random.choice([harm.before, harm.after])
    with proxy.suffering(harm.once(harm.SEND, side(harm.SEND, kill))):
        await node.until_gone(random.uniform(2, 8))
    if not node.running:
        await node.start()


async def stopped(stage: Stage, random: Random) -> None:
    """A node is asked to stop, and started again."""
    node = random.choice(stage.nodes)
    await node.stop()
    await node.start()


async def chain_down(stage: Stage, random: Random) -> None:
    """Nobody answers for the chain."""
    async with random.choice(stage.proxies).down():
        await asyncio.sleep(random.uniform(0.5, 4))


def suffering(*kinds: Callable[[Stage], Fault]) -> Misfortune:
    """One of these faults between a node and its chain, for a few seconds."""

    async def suffered(stage: Stage, random: Random) -> None:
        fault = random.choice(kinds)(stage)
        share = random.choice([0.2, 0.6, 1.0])
        with random.choice(stage.proxies).suffering(harm.sometimes(random, share, fault)):
            await asyncio.sleep(random.uniform(1, 5))

    return suffered


async def reorganised(stage: Stage, random: Random) -> None:
    """The chain takes back its last blocks with all that was in them."""
    await stage.devnet.clock.reorganise(random.randint(1, MAX_DEPTH))


async def clock_jumped(stage: Stage, random: Random) -> None:
    """Nothing happens on the chain for minutes or days."""
    await stage.devnet.clock.advance(Seconds(random.choice([60, HOURS, 50 * HOURS])))


async def database_locked(stage: Stage, random: Random) -> None:
    """Somebody else writes to a node's database for a while."""
    async with random.choice(stage.nodes).database_locked():
        await asyncio.sleep(random.uniform(0.5, 4))


async def disk_full(stage: Stage, random: Random) -> None:
    """A node's files cannot grow for a while."""
    async with random.choice(stage.nodes).disk_full():
        await asyncio.sleep(random.uniform(0.5, 4))


async def gas_is_dear(stage: Stage, random: Random) -> None:
    """The base fee is far above what was reckoned with, for a few blocks."""
    async with spike(stage):
        await asyncio.sleep(random.uniform(1, 6))


@asynccontextmanager
async def spike(stage: Stage, price: int = SPIKE) -> AsyncIterator[None]:
    """Every block asks this base fee meanwhile."""
    w3 = stage.devnet.w3

    async def keep_up() -> None:
        while True:
            await request(w3, "", "anvil_setNextBlockBaseFeePerGas", hex(price))
            await asyncio.sleep(0.2)

    keeping = asyncio.create_task(keep_up())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await request(w3, "", "anvil_setNextBlockBaseFeePerGas", hex(GWEI))


MISFORTUNES: Mapping[str, Misfortune] = {
    "killed": killed,
    "killed while sending": killed_while_sending,
    "stopped": stopped,
    "chain down": chain_down,
    "chain slow": suffering(lambda _: harm.slow(1.5)),
    "chain hangs": suffering(lambda _: harm.hang),
    "chain refuses": suffering(
        lambda _: harm.status(429), lambda _: harm.status(500), lambda _: harm.error()
    ),
    "connections break": suffering(lambda _: harm.lose, lambda _: harm.lose_the_answer),
    "transactions dropped": suffering(lambda _: harm.drop_transaction, lambda _: harm.send_twice),
    "chain lies": suffering(
        lambda _: lies.without_logs(),
        lambda _: lies.with_logs_twice(),
        lambda stage: lies.wrong_states(stage.devnet.network.pool),
        lambda _: lies.foreign_hashes(),
        lambda _: lies.swapped_receipts(),
        lambda _: lies.no_receipts(),
        lambda _: lies.foreign_chain_id(),
    ),
    "chain talks nonsense": suffering(lambda _: lies.nonsense(Random(1))),  # noqa: S311 - a story
    "chain behind": suffering(lambda _: lies.stale_head(3), lambda _: lies.old_head(2)),
    "reorganised": reorganised,
    "clock jumped": clock_jumped,
    "database locked": database_locked,
    "disk full": disk_full,
    "gas is dear": gas_is_dear,
}
