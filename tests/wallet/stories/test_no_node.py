"""The node is gone: everything goes on with the chain alone (docs/protocol.md §7)."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.camp import Camp, new_address
from tests.wallet.stories.telling import LONG_DAYS, can, held, itx, matured, until
from winze.protocol import ETHER, Wei
from winze.wallet import Button, IntentState, SessionState, Wallet
from winze.wallet.errors import NoRelayer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

AMOUNT = Wei(ETHER // 10)
STRANGER = 4
"""Whose key sends what shall not be linked with the depositor."""


def special(_: Path) -> Mapping[str, Any]:
    """The day closes when the story says so."""
    return {"profile": LONG_DAYS}


async def test_two_wallets_mine_withdraw_and_claim_after_the_node_has_gone(town: Camp) -> None:
    async with town.wallet("ann", 0, direct=True) as ann:
        await matured(town, ann, AMOUNT)
        await town.node.__aexit__()
        async with town.wallet("ben", 1, direct=True, nodes=()) as ben:
            await asyncio.gather(
                ann_goes_on_without_the_node_she_began_with(town, ann),
                ben_has_never_known_a_node(town, ben),
            )
    async with town.wallet("ben", 1, sender=STRANGER, direct=True, nodes=()) as ben:
        await ben_has_a_stranger_send_for_him(town, ben)


async def ann_goes_on_without_the_node_she_began_with(town: Camp, ann: Wallet) -> None:
    home, rewards = new_address(), new_address()
    with pytest.raises(NoRelayer):
        await ann.propose.withdraw(0, home, rewards)
    await ann.carry_out(await ann.propose.withdraw(0, home, rewards, relayed=False))
    assert await held(town, home) == [AMOUNT]
    await prove(ann, 0)
    await until(ann, lambda: can(ann.session(0), Button.CLAIM))
    await ann.carry_out(await ann.propose.claim(0, relayed=False))
    assert ann.session(0).state is SessionState.COMPLETED
    assert ann.session(0).rewards == rewards


async def ben_has_never_known_a_node(town: Camp, ben: Wallet) -> None:
    session = await ben.mine(AMOUNT)
    assert session.state is SessionState.DEPOSIT_PROCESSING
    await prove(ben, session.number)
    started = await ben.wait(session.number, SessionState.MINING, SessionState.READY)
    assert started.maturity is not None
    await town.devnet.clock.reach(started.maturity)
    await ben.wait(session.number, SessionState.READY)


async def ben_has_a_stranger_send_for_him(town: Camp, ben: Wallet) -> None:
    home, rewards = new_address(), new_address()
    before = await held(town, ben.identity.address)
    await ben.carry_out(await ben.propose.withdraw(0, home, rewards, relayed=False))
    assert await held(town, home) == [AMOUNT]
    await prove(ben, 0)
    await until(ben, lambda: can(ben.session(0), Button.CLAIM))
    await ben.carry_out(await ben.propose.claim(0, relayed=False))
    assert ben.session(0).state is SessionState.COMPLETED
    assert await held(town, ben.identity.address) == before
    await town.skip(LONG_DAYS.period)
    await until(ben, lambda: can(ben.session(0), Button.DISTRIBUTE))
    proposal = await ben.propose.distribute(0)
    (warning,) = proposal.warnings
    assert "with that of another claim of the same day" in warning.text
    await ben.carry_out(proposal)
    assert await held(town, ben.identity.address) == before
    assert ben.session(0).minted is not None
    assert await itx(town, rewards) == [ben.session(0).estimate]


async def prove(wallet: Wallet, number: int) -> None:
    """Seal, draw and prove the blocks that hold a session's notes and their spends oneself."""
    done = await wallet.carry_out(wallet.propose.build(number))
    assert done.state is IntentState.DONE
