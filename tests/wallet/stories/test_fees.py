"""Who pays the fees, and gas that rises before a claim (protocol §7, docs/flows.md)."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.camp import Camp, new_address
from tests.wallet.stories.telling import (
    LONG_DAYS,
    Story,
    all_are,
    can,
    gas_at,
    held,
    matured,
    over,
    title,
    until,
)
from winze.contracts import GWEI
from winze.protocol import ETHER, Wei
from winze.wallet import (
    Button,
    InsufficientNotes,
    IntentKind,
    IntentState,
    NodeClient,
    SessionState,
    Wallet,
)
from winze.wallet.actions import FeeSource

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

AMOUNT = Wei(ETHER // 10)


def special(_: Path) -> Mapping[str, Any]:
    """The day does not close."""
    return {"profile": LONG_DAYS}


async def ann_pays_from_her_full_main_account(town: Camp) -> None:
    """Then exactly the denomination is withdrawn, which is best for privacy.

    Her one note pays for both sessions: the second waits for what the first leaves of it.
    """
    homes = new_address(), new_address()
    async with town.wallet("ann", 0) as ann:
        await ann.carry_out(await ann.propose.deposit(AMOUNT))
        sessions = await matured(town, ann, AMOUNT, AMOUNT)
        proposals = [
            await ann.propose.withdraw(session.number, home, new_address())
            for session, home in zip(sessions, homes, strict=True)
        ]
        assert {(each.fee_source, each.amount) for each in proposals} == {(FeeSource.MAIN, AMOUNT)}
        await over(ann, *[await ann.begin(each) for each in proposals])
        done = await all_are(ann, SessionState.COMPLETED)
        assert await held(town, *homes) == [AMOUNT, AMOUNT]
        assert [each.rest for each in done] == [0, 0]
        fees = sum(each.fee for each in ann.journal.intents())
        await until(ann, lambda: ann.balance == AMOUNT - fees)


async def ben_pays_from_what_is_left_in_the_session(town: Camp) -> None:
    """And withdraws what is left of it in the end, to the same address as before."""
    home = new_address()
    async with town.wallet("ben", 1) as ben:
        (session,) = await matured(town, ben, AMOUNT)
        top_ups = [await ben.begin(await ben.propose.top_up(session.number)) for _ in range(2)]
        paid = sum(each.amount for each in await over(ben, *top_ups))
        await until(ben, lambda: ben.session(session.number).rest == paid)
        proposal = await ben.propose.withdraw(session.number, home, new_address())
        assert (proposal.fee_source, proposal.amount) == (FeeSource.REST, AMOUNT)
        await ben.carry_out(proposal)
        await ben.wait(session.number, SessionState.COMPLETED)
        await until(ben, lambda: can(ben.session(session.number), Button.REST))
        rest = await ben.propose.rest(session.number)
        assert rest.intent.recipient == home
        before = (await held(town, home))[0]
        await ben.carry_out(rest)
        assert await held(town, home) == [before + rest.amount]
        await until(ben, lambda: ben.session(session.number).rest == 0)
        assert ben.session(session.number).offer(Button.REST) is None


async def cat_redeposits_once_her_main_account_is_no_longer_empty(town: Camp) -> None:
    async with town.wallet("cat", 2) as cat:
        (session,) = await matured(town, cat, AMOUNT)
        rewards = new_address()
        with pytest.raises(InsufficientNotes, match="are missing") as missing:
            await cat.propose.redeposit(session.number, rewards)
        why = missing.value
        assert (why.available, why.needed - why.available) == (0, why.needed)
        assert len(cat.journal.intents()) == 1
        await cat.carry_out(await cat.propose.deposit(Wei(10 * why.needed)))
        await until(cat, lambda: cat.balance == 10 * why.needed)
        await cat.carry_out(await cat.propose.redeposit(session.number, rewards))
        done = await cat.wait(session.number, SessionState.COMPLETED)
        assert (done.destination, done.rewards, done.withdrawn_amount) == (None, rewards, AMOUNT)
        assert done.onward is not None
        again = await cat.wait(done.onward, SessionState.MINING, SessionState.READY)
        assert again.amount == AMOUNT


STORIES = (
    ann_pays_from_her_full_main_account,
    ben_pays_from_what_is_left_in_the_session,
    cat_redeposits_once_her_main_account_is_no_longer_empty,
)


@pytest.mark.parametrize("story", STORIES, ids=title)
async def test_story(told: Mapping[Story, asyncio.Task[None]], story: Story) -> None:
    await told[story]


async def test_gas_rises_before_a_claim_and_again_before_its_top_up_has_settled(
    town: Camp,
) -> None:
    async with town.wallet("dan", 3) as dan:
        async with gas_at(town, GWEI):
            (session,) = await matured(town, dan, AMOUNT)
            number, low = session.number, await claim_fee(town, least=0)
            proposal = await dan.propose.withdraw(number, new_address(), new_address())
            assert proposal.fee_source is FeeSource.PRINCIPAL
            assert proposal.amount == AMOUNT - proposal.fee - 2 * low
            await dan.begin(proposal)
            await dan.step()
        async with gas_at(town, 5 * GWEI):
            higher = await claim_fee(town, least=2 * low + 1)
            await dan.wait(number, SessionState.UNPAID_CLAIM_FEE)
            assert can(dan.session(number), Button.TOP_UP)
            assert not can(dan.session(number), Button.CLAIM)
            assert await top_up(dan, number) == 2 * higher
            assert dan.session(number).top_ups == 1
        async with gas_at(town, 30 * GWEI):
            highest = await claim_fee(town, least=2 * higher + 2 * low + 1)
            await dan.wait(number, SessionState.UNPAID_CLAIM_FEE)
            assert can(dan.session(number), Button.TOP_UP)
            assert await top_up(dan, number) == 2 * highest
            assert dan.session(number).top_ups == 2
            done = await dan.wait(number, SessionState.COMPLETED)
            assert done.claimed is not None
            claims = (each for each in dan.journal.intents() if each.kind is IntentKind.CLAIM)
            (paid,) = (each.fee for each in claims if each.state is IntentState.DONE)
            brought = 2 * (low + higher + highest)
            await until(dan, lambda: dan.session(number).rest == brought - paid)


async def claim_fee(town: Camp, least: int) -> Wei:
    """What the node asks for a claim, as soon as that is so much."""
    async with NodeClient(town.node.url) as client:
        while (fee := (await client.fees()).claim) < least:  # noqa: ASYNC110 - a poll
            await asyncio.sleep(0.2)
    return fee


async def top_up(wallet: Wallet, number: int) -> Wei:
    """Top a session up, until the chain shows that it is on its way; with how much."""
    intent = await wallet.begin(await wallet.propose.top_up(number))
    await wallet.step()
    assert wallet.session(number).state is SessionState.TOP_UP_PROCESSING
    while not any(own.note.value == intent.amount for own in wallet.holdings.of_account(number)):
        await wallet.sync()  # and do nothing
        await asyncio.sleep(wallet.pace)
    return intent.amount
