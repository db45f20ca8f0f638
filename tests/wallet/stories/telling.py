"""What stories are told with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Final

from tests.wallet.camp import Camp
from winze.contracts import ItxToken, eth_balance, request
from winze.protocol import DEV, EthAddress, Itx, Seconds, Wei
from winze.wallet import Button, Intent, Session, SessionState, Wallet

Story = Callable[[Camp], Awaitable[None]]

LONG_DAYS: Final = replace(DEV, period=Seconds(3600))
"""Days that do not close while a story is told, unless it lets them."""

LONG_LOCKS: Final = replace(LONG_DAYS, lock_min=Seconds(3600))
"""Nor is any lock over then."""

PATIENCE: Final = 900.0
"""Seconds after which a story that does not go on has failed."""


def title(story: Story) -> str:
    """What a story is called."""
    return str(getattr(story, "__name__", story))


async def until(wallet: Wallet, holds: Callable[[], bool]) -> None:
    """Carry everything on until something holds."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await wallet.step()
            if holds():
                return
            await asyncio.sleep(wallet.pace)


async def all_are(wallet: Wallet, *states: SessionState) -> Sequence[Session]:
    """All sessions, the oldest first, as soon as they are in one of these states."""
    await until(wallet, lambda: all(each.state in states for each in wallet.sessions()))
    return sorted(wallet.sessions(), key=lambda each: each.number)


async def mined(wallet: Wallet, *amounts: int) -> Sequence[Session]:
    """Sessions of these amounts, whose locks have begun."""
    for amount in amounts:
        await wallet.begin(await wallet.propose.mine(Wei(amount)))
    return await all_are(wallet, SessionState.MINING, SessionState.READY)


async def matured(town: Camp, wallet: Wallet, *amounts: int) -> Sequence[Session]:
    """Sessions of these amounts, whose locks are over."""
    sessions = await mined(wallet, *amounts)
    await town.devnet.clock.reach(max(each.maturity for each in sessions if each.maturity))
    return await all_are(wallet, SessionState.READY)


async def over(wallet: Wallet, *intents: Intent) -> Sequence[Intent]:
    """The last versions of intents, once they are over."""

    def newest() -> list[Intent]:
        return [found for each in intents if (found := wallet.journal.get(each.id))]

    await until(wallet, lambda: all(each.state.over for each in newest()))
    return newest()


async def minted(town: Camp, wallet: Wallet) -> None:
    """Let the day close, and wait until all that this wallet claimed is sent."""
    await town.skip(town.devnet.network.profile.period)
    await until(wallet, lambda: all(each.minted for each in wallet.sessions() if each.claimed))


async def held(town: Camp, *accounts: EthAddress) -> list[int]:
    """What the accounts hold, in wei."""
    return [int(await eth_balance(town.devnet.w3, each)) for each in accounts]


async def itx(town: Camp, *accounts: EthAddress) -> list[Itx]:
    """What the accounts hold, in the smallest units of ITX."""
    token = ItxToken(town.devnet.w3, town.devnet.network.itx)
    return [await token.balance_of(each) for each in accounts]


def can(session: Session, button: Button) -> bool:
    """Whether a button is shown and can be pressed."""
    offer = session.offer(button)
    return offer is not None and offer.enabled


@asynccontextmanager
async def standing_still(town: Camp) -> AsyncIterator[None]:
    """The chain makes no block by itself meanwhile: each one is asked for."""
    w3 = town.devnet.w3
    await request(w3, "standing still", "evm_setIntervalMining", 0)
    try:
        yield
    finally:
        await request(w3, "going on", "evm_setIntervalMining", 1)


@asynccontextmanager
async def gas_at(town: Camp, price: int) -> AsyncIterator[None]:
    """Gas costs `price` wei meanwhile, however empty the chain's blocks are."""

    async def keep() -> None:
        while True:
            w3 = town.devnet.w3
            await request(w3, "gas", "anvil_setNextBlockBaseFeePerGas", hex(price))
            await asyncio.sleep(0.2)

    keeping = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
