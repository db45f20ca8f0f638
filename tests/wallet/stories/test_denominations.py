"""Each denomination whole, days that are shared, and contracts as destinations (docs/flows.md)."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.evm.assembler import assemble
from tests.wallet.camp import Camp, new_address
from tests.wallet.stories.telling import (
    LONG_DAYS,
    PATIENCE,
    Story,
    all_are,
    can,
    held,
    itx,
    matured,
    minted,
    over,
    title,
    until,
)
from winze.contracts import Pool, request
from winze.protocol import DENOMINATIONS, ETHER, EthAddress, Wei, issuance, share
from winze.wallet import Button, IntentState, SessionState, Wallet

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]


def special(_: Path) -> Mapping[str, Any]:
    """The day closes when a story says so."""
    return {"profile": LONG_DAYS}


ENOUGH = ETHER // 100
"""More than the fees of a day."""

EVERYBODY = asyncio.Barrier(2)
"""Those who share the day: it closes when both have claimed."""


async def ann_mines_each_denomination_and_is_paid_by_points(town: Camp) -> None:
    async with town.wallet("ann", 0) as ann:
        sessions = await matured(town, ann, *DENOMINATIONS)
        assert [each.amount for each in sessions] == list(DENOMINATIONS)
        homes, rewards = ([new_address() for _ in sessions] for _ in range(2))
        for each, home, reward in zip(sessions, homes, rewards, strict=True):
            await ann.begin(await ann.propose.withdraw(each.number, home, reward))
        done = await all_are(ann, SessionState.COMPLETED)
        fees = [each.amount - (each.withdrawn_amount or 0) for each in done]
        assert all(0 < fee < ENOUGH for fee in fees)
        assert await held(town, *homes) == [
            each.amount - fee for each, fee in zip(done, fees, strict=True)
        ]
        await close_the_day(town, ann)
        done = await all_are(ann, SessionState.COMPLETED)
        claims = ann.holdings.claims.values()
        ((period, everybody),) = {(each.period, each.total_points) for each in claims}
        issued = issuance(period, LONG_DAYS.period)
        earned = [share(issued, each, everybody) for each in DENOMINATIONS.values()]
        assert await itx(town, *rewards) == [each.estimate for each in done] == earned


async def ben_has_two_sessions_paid_to_one_address_on_one_day(town: Camp) -> None:
    async with town.wallet("ben", 1) as ben:
        first, second = await matured(town, ben, ETHER // 10, ETHER // 10)
        rewards = new_address()
        for each in (first, second):
            proposal = await ben.propose.withdraw(each.number, new_address(), rewards)
            await ben.begin(proposal)
        await all_are(ben, SessionState.COMPLETED)
        await close_the_day(town, ben)
        one, other = await all_are(ben, SessionState.COMPLETED)
        assert one.final
        assert one.estimate > 0
        assert await itx(town, rewards) == [one.estimate + other.estimate]
        assert ben.portfolio().claimed == one.estimate + other.estimate


CONTRACTS = {
    "accepts": "STOP",
    "refuses": "PUSH0 PUSH0 REVERT",
    "burns gas": "INVALID",
    "accepts with more gas": "CALLVALUE SELFBALANCE SSTORE STOP",
}
"""Destinations with code, by what they do with ETH."""


async def dan_withdraws_to_contracts_of_every_kind(town: Camp) -> None:
    homes = {kind: await place(town, assemble(code)) for kind, code in CONTRACTS.items()}
    homes["re-enters"] = await place_reentrant(town)
    async with town.wallet("dan", 2) as dan:
        deposits = [await dan.begin(await dan.propose.deposit(Wei(ETHER + ENOUGH))) for _ in homes]
        await over(dan, *deposits)
        await until(dan, lambda: dan.balance == len(homes) * (ETHER + ENOUGH))
        begun = [
            await dan.begin(await dan.propose.transfer_out(Wei(ETHER), home))
            for home in homes.values()
        ]
        done = await over(dan, *begun)
        assert {each.state for each in done} == {IntentState.DONE}
        paid = dict(zip(homes, await held(town, *homes.values()), strict=True))
        waiting = {kind: dan.withdrawable(home) for kind, home in homes.items()}
        for kind in homes:
            expected = (ETHER, 0) if kind == "accepts" else (0, ETHER)
            assert (paid[kind], waiting[kind]) == expected, kind
        del homes["accepts"]
        for kind, home in homes.items():
            takes = kind in {"accepts with more gas", "re-enters"}
            assert await pay_out(dan, home) is takes, kind
            assert await held(town, home) == [ETHER if takes else 0], kind


async def pay_out(wallet: Wallet, home: EthAddress) -> bool:
    """Pay out what waits for a contract; whether it takes that, with all the gas there is."""
    (ended,) = await over(wallet, await wallet.begin(await wallet.propose.payout(home)))
    done = ended.state is IntentState.DONE
    await until(wallet, lambda: bool(wallet.withdrawable(home)) is not done)
    return done


async def eve_sees_withdraw_eth_where_her_session_was_refused(town: Camp) -> None:
    home = await place(town, assemble(CONTRACTS["accepts with more gas"]))
    async with town.wallet("eve", 3) as eve:
        (session,) = await matured(town, eve, ETHER // 10)
        await eve.withdraw(session.number, home, new_address())
        (done,) = await all_are(eve, SessionState.COMPLETED)
        assert done.withdrawable == eve.withdrawable(home) == done.withdrawn_amount
        assert can(done, Button.WITHDRAW_ETH)
        assert await held(town, home) == [0]
        await eve.carry_out(await eve.propose.payout(home))
        await until(eve, lambda: not eve.withdrawable(home))
        assert await held(town, home) == [done.withdrawn_amount]
        assert eve.session(session.number).offer(Button.WITHDRAW_ETH) is None


async def close_the_day(town: Camp, wallet: Wallet) -> None:
    """Once everybody has claimed."""
    async with asyncio.timeout(PATIENCE):
        await EVERYBODY.wait()
    await minted(town, wallet)


async def place(town: Camp, code: bytes) -> EthAddress:
    """A contract with this code."""
    address = new_address()
    await request(town.devnet.w3, "placing", "anvil_setCode", address, "0x" + code.hex())
    return address


async def place_reentrant(town: Camp) -> EthAddress:
    """A contract that writes down what it gets, and has itself paid once more."""
    network, address = town.devnet.network, new_address()
    again = Pool(town.devnet.w3, network.pool).withdraw(address, address).data
    size = f"0x{len(again):04x}"
    program = f"""
        CALLVALUE SELFBALANCE SSTORE
        {size} CODE_END PUSH0 CODECOPY
        PUSH0 PUSH0 {size} PUSH0 PUSH0 {network.pool.lower()} GAS CALL STOP
        """
    length = len(assemble(program.replace("CODE_END", "0xff")))
    code = assemble(program.replace("CODE_END", f"0x{length:02x}")) + again
    await request(town.devnet.w3, "placing", "anvil_setCode", address, "0x" + code.hex())
    return address


STORIES = (
    ann_mines_each_denomination_and_is_paid_by_points,
    ben_has_two_sessions_paid_to_one_address_on_one_day,
    dan_withdraws_to_contracts_of_every_kind,
    eve_sees_withdraw_eth_where_her_session_was_refused,
)


@pytest.mark.parametrize("story", STORIES, ids=title)
async def test_story(told: Mapping[Story, asyncio.Task[None]], story: Story) -> None:
    await told[story]
