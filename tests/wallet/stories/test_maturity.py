"""The second at which a session has matured (protocol §6.2): chain time decides, and no other."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.chains import eventually
from tests.wallet.camp import Camp, new_address
from tests.wallet.stories.telling import can, held, itx, mined, minted, standing_still, until
from winze.contracts import Pool, request
from winze.protocol import DAY, DEV, ETHER, EthAddress, Seconds, Timestamp, Wei
from winze.wallet import Button, Intent, IntentState, Session, SessionState, Wallet
from winze.wallet.errors import NotPossible

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

SPREAD = replace(DEV, lock_min=Seconds(60), lock_range=Seconds(DAY), period=DAY)
"""Locks so different that no two sessions mature in the same minute."""

AHEAD = 20
"""Seconds before a maturity at which everything else has to be over."""


def special(_: Path) -> Mapping[str, Any]:
    """Sessions mature one after the other."""
    return {"profile": SPREAD}


async def test_the_block_of_a_spend_decides_to_the_second_and_the_wall_clock_does_not(
    town: Camp,
) -> None:
    async with town.wallet("ann", 0) as ann:
        await ann.begin(await ann.propose.deposit(Wei(ETHER // 100)))  # for the fees
        sessions = await mined(ann, *[ETHER // 10] * 3)
        plots = iter((cancel_a_second_early, cancel_in_time, wait_by_the_wall_clock))
        for session in sorted(sessions, key=maturity_of):
            await town.devnet.clock.reach(Timestamp(maturity_of(session) - AHEAD))
            await next(plots)(town, ann, session)
        await minted(town, ann)
        (earned,) = (each for each in ann.sessions() if each.state is SessionState.COMPLETED)
        assert earned.rewards is not None
        assert earned.estimate > 0
        assert await itx(town, earned.rewards) == [earned.estimate]


async def cancel_a_second_early(town: Camp, ann: Wallet, session: Session) -> None:
    """Its block is dated one second before the maturity: nothing is earned, the ETH is safe."""
    home = await cancel_in_block_of(town, ann, session, Timestamp(maturity_of(session) - 1))
    canceled = await ann.wait(session.number, SessionState.CANCELED)
    assert canceled.estimate == 0
    assert await held(town, home) == [canceled.withdrawn_amount]
    assert not any(can(canceled, each) for each in (Button.CLAIM, Button.TOP_UP, Button.WITHDRAW))
    with pytest.raises(NotPossible, match="no reward"):
        await ann.propose.claim(session.number, new_address())


async def cancel_in_time(town: Camp, ann: Wallet, session: Session) -> None:
    """Its block is dated at the maturity, though it came before: it earned, and can be claimed."""
    home = await cancel_in_block_of(town, ann, session, maturity_of(session))
    earned = await ann.wait(session.number, SessionState.CLAIM_PROCESSING)
    assert await held(town, home) == [earned.withdrawn_amount]
    await until(ann, lambda: can(ann.session(session.number), Button.CLAIM))
    with pytest.raises(NotPossible, match="who was to get"):
        await ann.propose.claim(session.number)
    await ann.begin(await ann.propose.claim(session.number, new_address()))
    await ann.wait(session.number, SessionState.COMPLETED)


async def wait_by_the_wall_clock(town: Camp, ann: Wallet, session: Session) -> None:
    """Without a new block it goes on mining, however late it is; at the very second it is ready."""
    matures = maturity_of(session)
    async with standing_still(town):
        await town.devnet.clock.advance_to(Timestamp(matures - 1))
        await until(ann, lambda: ann.now == matures - 1)
        await asyncio.sleep(2)
        await ann.step()
        late = ann.session(session.number)
        assert (late.state, late.remaining) == (SessionState.MINING, 1)
        with pytest.raises(NotPossible, match="matures in"):
            await ann.propose.withdraw(session.number, new_address(), new_address())
        await town.devnet.clock.advance_to(matures)
        ready = await ann.wait(session.number, SessionState.READY)
        assert ready.remaining == 0
        assert await ann.propose.withdraw(session.number, new_address(), new_address())


async def cancel_in_block_of(
    town: Camp, ann: Wallet, session: Session, moment: Timestamp
) -> EthAddress:
    """Have a session canceled in a block of the ledger that is dated `moment`; to whom."""
    pool, clock, home = (
        Pool(town.devnet.w3, town.devnet.network.pool),
        town.devnet.clock,
        new_address(),
    )
    opened = await pool.open_block()
    assert not opened.notes
    assert not opened.spends
    async with standing_still(town):
        intent = await ann.begin(await ann.propose.cancel(session.number, home))
        await until(ann, lambda: handed_over(ann, intent))
        # The relayer waits for company, by the chain's time; then its batch waits for a block.
        await clock.advance_to(Timestamp(await clock.now() + 2))
        assert await eventually(lambda: is_waiting(town), tries=10_000)
        # A block is due so long after its first entry, and dated then.
        await clock.advance_to(Timestamp(moment - SPREAD.seal_interval))
    return home


def handed_over(wallet: Wallet, intent: Intent) -> bool:
    """Whether it has left the machine."""
    newest = wallet.journal.get(intent.id)
    return newest is not None and newest.state is IntentState.LEAVING


async def is_waiting(town: Camp) -> bool:
    """Whether a transaction waits for the chain's next block."""
    status = await request(town.devnet.w3, "looking", "txpool_status")
    return int(status["pending"], 16) > 0


def maturity_of(session: Session) -> Timestamp:
    """When it matures."""
    assert session.maturity is not None
    return session.maturity
