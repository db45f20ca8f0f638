"""Deposits that are refused, with nothing sent, and the 256th and 257th session (docs/flows.md)."""

from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.camp import FIRST_PERSON, Camp, new_address
from tests.wallet.stories.telling import LONG_LOCKS, held, until
from winze.contracts import Pool
from winze.devnet import funded_account
from winze.protocol import ETHER, MINING_ACCOUNTS, NO_CAP, EthAddress, Wei
from winze.wallet import IntentState, SessionState, Wallet, WalletFull
from winze.wallet.errors import DepositRefused, NotEnoughEther, ScreeningRefused

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

LEAST = Wei(ETHER // 10)
SCREENER = 4
LISTED = 1
"""The person whom the screener does not let in."""


def address_of(person: int) -> EthAddress:
    return EthAddress(funded_account(FIRST_PERSON + person).address)


def special(folder: Path) -> Mapping[str, Any]:
    """The node hands out permits, but not to everybody."""
    listed = folder / "listed"
    listed.write_text(f"{address_of(LISTED)}  # a reason\n")
    return {"profile": LONG_LOCKS, "keys.screener": SCREENER, "screening.lists": (listed,)}


async def refused(town: Camp, wallet: Wallet, proposal: Awaitable[Any]) -> DepositRefused:
    """Why a proposal was refused; nothing was sent for it or written down."""
    before = await held(town, wallet.identity.address), len(wallet.journal.intents())
    with pytest.raises(DepositRefused) as why:
        await proposal
    assert (await held(town, wallet.identity.address), len(wallet.journal.intents())) == before
    return why.value


async def test_wrong_amounts_are_refused(town: Camp) -> None:
    async with town.wallet("ann", 0) as ann:
        for amount in (0, 1, LEAST - 1, LEAST + 1, 2 * ETHER, 1000 * ETHER):
            why = await refused(town, ann, ann.propose.mine(Wei(amount)))
            assert str(why).startswith(f"{int(amount)} wei cannot mine; choose one of")
        held_now = (await held(town, ann.identity.address))[0]
        assert isinstance(
            await refused(town, ann, ann.propose.deposit(Wei(held_now))), NotEnoughEther
        )


async def test_the_screener_lets_in_all_but_the_listed_and_stops_nobody_who_leaves(
    town: Camp,
) -> None:
    pool, owner = Pool(town.devnet.w3, town.devnet.network.pool), town.devnet.owner
    async with town.wallet("bad", LISTED) as bad, town.wallet("ann", 0) as ann:
        before = await bad.mine(LEAST)
        await owner.send(pool.set_screener(address_of(SCREENER - FIRST_PERSON)))
        why = await refused(town, bad, bad.propose.mine(LEAST))
        assert isinstance(why, ScreeningRefused)
        assert str(why).startswith("Deposits that fail to meet AML standards cannot be accepted")
        assert (await ann.mine(LEAST)).state is SessionState.DEPOSIT_PROCESSING
        await bad.wait(before.number, SessionState.MINING)
        home = new_address()
        left = await bad.carry_out(await bad.propose.cancel(before.number, home))
        assert left.state is IntentState.DONE
        assert await held(town, home) == [left.amount]
        await owner.send(pool.set_screener(EthAddress.zero()))
        assert await bad.propose.mine(LEAST)


async def test_a_permit_that_is_refused_after_the_confirmation_ends_the_intent(town: Camp) -> None:
    pool, owner = Pool(town.devnet.w3, town.devnet.network.pool), town.devnet.owner
    async with town.wallet("bad", LISTED) as bad:
        confirmed = await bad.begin(await bad.propose.mine(LEAST))
        await owner.send(pool.set_screener(address_of(SCREENER - FIRST_PERSON)))
        before = await held(town, bad.identity.address)
        await bad.step()
        await owner.send(pool.set_screener(EthAddress.zero()))
        newest = bad.journal.get(confirmed.id)
        assert newest is not None
        assert newest.state is IntentState.FAILED
        assert "AML standards" in newest.reason
        assert await held(town, bad.identity.address) == before


async def test_nothing_is_deposited_while_deposits_are_paused_or_above_a_cap(town: Camp) -> None:
    pool, owner = Pool(town.devnet.w3, town.devnet.network.pool), town.devnet.owner
    async with town.wallet("ann", 0) as ann:
        await owner.send(pool.set_paused(paused=True))
        assert "paused" in str(await refused(town, ann, ann.propose.mine(LEAST)))
        await owner.send(pool.set_paused(paused=False))
        await owner.send(pool.set_caps(LEAST, NO_CAP))
        assert str(int(LEAST)) in str(await refused(town, ann, ann.propose.mine(Wei(ETHER))))
        assert await ann.propose.mine(LEAST)
        (inside,) = await held(town, pool.address)
        await owner.send(pool.set_caps(NO_CAP, Wei(inside + LEAST - 1)))
        assert f"{LEAST - 1} fit in" in str(await refused(town, ann, ann.propose.mine(LEAST)))
        await owner.send(pool.set_caps(NO_CAP, Wei(inside + LEAST)))
        assert (await ann.mine(LEAST)).amount == LEAST
        await owner.send(pool.set_caps(NO_CAP, NO_CAP))


async def test_the_256th_session_begins_and_the_257th_does_not(town: Camp) -> None:
    pool, person = Pool(town.devnet.w3, town.devnet.network.pool), 2
    async with town.wallet("cat", person) as cat:
        await deposit_by_hand(town, cat, person, MINING_ACCOUNTS - 1)
        await until(cat, lambda: len(cat.sessions()) == MINING_ACCOUNTS - 1)
        last = await cat.mine(LEAST)
        assert last.number == MINING_ACCOUNTS - 1
        with pytest.raises(WalletFull, match="256"):
            await cat.propose.mine(LEAST)
        assert len(cat.sessions()) == MINING_ACCOUNTS
        assert (await held(town, pool.address))[0] >= MINING_ACCOUNTS * LEAST


async def deposit_by_hand(town: Camp, wallet: Wallet, person: int, count: int) -> None:
    """The wallet's first sessions, as if another of its machines had made them."""
    pool, sender = (
        Pool(town.devnet.w3, town.devnet.network.pool),
        town.devnet.sender(FIRST_PERSON + person),
    )
    sent = []
    for number in range(count):
        note = wallet.identity.seed.mining(number).deposit_note(0, LEAST, mineable=True)
        sent.append(await sender.submit(pool.deposit(note.inner, LEAST, mine=True)))
    for each in sent:
        await each.receipt()
