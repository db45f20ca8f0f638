"""Days that close, a day without a claim, a halving, and a claim months late (protocol §6.3)."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.camp import Camp, new_address
from tests.wallet.stories.telling import LONG_DAYS, can, itx, matured, standing_still, until
from winze.contracts import ItxToken, Rewards
from winze.protocol import (
    DAY,
    ETHER,
    PHASE_DAYS,
    EthAddress,
    Period,
    Timestamp,
    issuance,
    period_start,
)
from winze.wallet import Button, IntentKind, IntentState, SessionState, Wallet

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

HALVED = Period(PHASE_DAYS[0] * DAY // LONG_DAYS.period)
"""The first period of the second phase."""

IDLE, LAST = Period(HALVED - 2), Period(HALVED - 1)
"""The two before it, in whose first people deposit."""


def special(_: Path) -> Mapping[str, Any]:
    """A day or two before the rewards are halved; a genesis is at midnight."""
    days = int(time.time()) // DAY + 2 - PHASE_DAYS[0]
    return {"profile": LONG_DAYS, "genesis": Timestamp(days * DAY)}


async def test_what_is_issued_goes_to_those_who_claim_that_day_and_else_to_nobody(
    town: Camp,
) -> None:
    async with (
        town.wallet("hal", 0) as hal,
        town.wallet("ida", 1) as ida,
        town.wallet("jul", 2) as jul,
    ):
        await reach(town, IDLE)
        await asyncio.gather(*(matured(town, each, ETHER // 10) for each in (hal, ida, jul)))
        for_hal, for_ida, for_jul = (new_address() for _ in range(3))
        assert await period(town) == IDLE
        await reach(town, LAST)
        await hal_claims_on_the_last_day_of_the_phase(town, hal, for_hal)
        await ida_claims_across_the_close(town, ida, for_ida)
        # It is handed over, and the wallet is closed: what follows, nobody carries on.
        await jul.begin(await jul.propose.withdraw(0, new_address(), for_jul))
        await jul.step()
    await reach(town, Period(HALVED + 1))
    async with town.wallet("ida", 1) as ida:
        await until(ida, lambda: ida.session(0).minted is not None)
    whole, half = issuance(LAST, LONG_DAYS.period), issuance(HALVED, LONG_DAYS.period)
    assert whole // 2 == half
    assert await itx(town, for_hal, for_ida, for_jul) == [whole, half, 0]
    assert await supply(town) == whole + half
    await jul_comes_back_months_later(town, for_jul)
    assert await Rewards(town.devnet.w3, town.devnet.network.rewards).total_points(IDLE) == 0


async def hal_claims_on_the_last_day_of_the_phase(
    town: Camp, hal: Wallet, rewards: EthAddress
) -> None:
    assert await supply(town) == 0
    await hal.withdraw(0, new_address(), rewards)
    done = await hal.wait(0, SessionState.COMPLETED)
    assert await period(town) == LAST
    assert done.estimate == issuance(LAST, LONG_DAYS.period)
    assert not done.final


async def ida_claims_across_the_close(town: Camp, ida: Wallet, rewards: EthAddress) -> None:
    """Her claim is handed over on the old day, and executed on the new one, for which it counts."""
    await ida.begin(await ida.propose.withdraw(0, new_address(), rewards))
    await ida.step()
    while not can(ida.session(0), Button.CLAIM):
        await ida.sync()  # and do nothing
        await asyncio.sleep(ida.pace)
    async with standing_still(town):
        await until(ida, lambda: handed_over(ida))
        assert await period(town) == LAST
        assert ida.session(0).state is SessionState.CLAIM_PROCESSING
        await reach(town, HALVED)
    done = await ida.wait(0, SessionState.COMPLETED)
    assert done.estimate == issuance(HALVED, LONG_DAYS.period)


async def jul_comes_back_months_later(town: Camp, rewards: EthAddress) -> None:
    await town.skip(100 * DAY)
    async with town.wallet("jul", 2) as jul:
        await until(jul, lambda: handed_over(jul))
        assert jul.session(0).state is SessionState.CLAIM_PROCESSING
        done = await jul.wait(0, SessionState.COMPLETED)
        late = jul.holdings.claims[next(iter(jul.holdings.claims))].period
        assert late >= HALVED + 100 * DAY // LONG_DAYS.period
        await town.skip(LONG_DAYS.period)
        await until(jul, lambda: jul.session(0).minted is not None)
        assert await itx(town, rewards) == [issuance(late, LONG_DAYS.period)]
        assert done.rewards == rewards


def handed_over(wallet: Wallet) -> bool:
    """Whether the claim has left the machine."""
    claims = (each for each in wallet.journal.intents() if each.kind is IntentKind.CLAIM)
    return any(each.state is IntentState.LEAVING for each in claims)


async def period(town: Camp) -> Period:
    """The present one."""
    return await Rewards(town.devnet.w3, town.devnet.network.rewards).current_period()


async def reach(town: Camp, wanted: Period) -> None:
    """Go to the first second of a period."""
    genesis = town.devnet.network.genesis
    await town.devnet.clock.reach(period_start(wanted, genesis, LONG_DAYS.period))


async def supply(town: Camp) -> int:
    """All ITX there is."""
    return await ItxToken(town.devnet.w3, town.devnet.network.itx).total_supply()
