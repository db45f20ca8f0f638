"""People get what they want of a desk that does its work, and notice one that does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from tests.networks import network
from tests.node.faults.accounts import Wrong
from tests.node.faults.clerk import Clerk, honest
from tests.node.faults.village import Village
from winze.devnet import funded_account
from winze.protocol import EthAddress
from winze.wire import RelayRequest, RequestState, RequestStatus

pytestmark = pytest.mark.chain

CLERKS_KEY = EthAddress(funded_account(1).address)


@asynccontextmanager
async def village(
    tell: Callable[[RequestStatus], RequestStatus | None] = honest,
    executes: Callable[[RelayRequest], bool] = lambda _: True,
) -> AsyncIterator[Village]:
    async with network() as devnet:
        found = await Village.found(devnet, [], [CLERKS_KEY], users=2)
        clerk = Clerk(found.place, tell, executes)
        found.hand_in_at([clerk])
        building = asyncio.create_task(_build(clerk))
        try:
            yield found
        finally:
            building.cancel()
            with suppress(asyncio.CancelledError):
                await building


async def _build(clerk: Clerk) -> None:
    while True:
        await clerk.build()
        await asyncio.sleep(0.2)


async def test_everybody_gets_what_they_want() -> None:
    async with village() as found:
        await found.arrive(sessions=2, purses=4)
        found.want(1, "cancel")
        await found.until_matured()
        assert len(found.want(6, "withdraw", "redeposit", "give", "pay", "pay_a_refuser")) == 6
        await found.pursue()
        await found.until_proved()
        assert found.want(1, "claim")
        await found.check()


@pytest.mark.parametrize("lie", ["forgotten", "never done", "done elsewhere", "never executed"])
async def test_a_desk_that_lies_is_noticed(lie: str) -> None:
    def tell(status: RequestStatus) -> RequestStatus | None:
        match lie:
            case "forgotten":
                return None
            case "never done":
                return replace(status, state=RequestState.FAILED)
            case "done elsewhere":
                return replace(status, transaction=bytes(32))
        return status

    async with village(tell, lambda _: lie != "never executed") as found:
        await found.arrive()
        assert found.want(1, "pay")
        with pytest.raises(Wrong):
            await found.check(8)
