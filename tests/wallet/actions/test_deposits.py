"""Deposits of the connected wallet, on a real chain: made once, whatever happens on the way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.wallet.actions.harbour import (
    SEED,
    STRANGER,
    WALLET,
    FakeScreener,
    Harbour,
    KeyConnection,
    Killed,
    WindowConnection,
    harbour,
)
from winze.contracts import ContractCall, eth_balance, is_known, nonce_of, request
from winze.devnet import funded_account, set_balance
from winze.protocol import (
    DEV,
    ETHER,
    FAST,
    MAIN_ACCOUNT,
    MAIN_PROFILE,
    EthAddress,
    Field,
    Profile,
    Seconds,
    Timestamp,
    Wei,
)
from winze.wallet import Intent, IntentKind, IntentState, Journal, SentTransaction
from winze.wallet.actions import Turns
from winze.wallet.actions.deposit_plans import lock_text
from winze.wallet.actions.deposits import Deposits
from winze.wallet.actions.sending import ASKED, BEHIND, DECLINED, OCCUPIED, REPLACED, UNANSWERED
from winze.wallet.errors import DepositRefused, NodeMisbehaves, NotEnoughEther, ScreeningRefused

ONE = Wei(ETHER)
MINE, DEPOSIT, TOP_UP = IntentKind.MINE, IntentKind.DEPOSIT, IntentKind.TOP_UP

pytestmark = pytest.mark.chain

BOTH = [pytest.param(DEV, id="dev"), pytest.param(FAST, id="fast", marks=pytest.mark.long)]
"""Without confirmations, and with two."""


@pytest.fixture
async def port(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Harbour]:
    async with harbour(tmp_path, getattr(request, "param", DEV)) as found:
        yield found


def is_over(intent: Intent) -> bool:
    return intent.state.over


def has_hash(intent: Intent) -> bool:
    return bool(intent.transactions) and intent.transactions[-1].hash is not None


async def begun(port: Harbour, deposits: Deposits, kind: IntentKind = MINE) -> Intent:
    account = MAIN_ACCOUNT if kind is DEPOSIT else 3
    return deposits.begin(await deposits.plan(kind, account, ONE, await port.holdings()))


async def deposited(port: Harbour) -> int:
    """How many deposits the pool has seen."""
    await port.holdings()
    return sum(type(each.logged.event).__name__ == "Deposited" for each in port.follower.records())


# -- the ordinary way --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("port", "kind"),
    [(DEV, DEPOSIT), (DEV, TOP_UP), (FAST, MINE)],
    ids=["deposit", "top-up", "mine"],
    indirect=["port"],
)
async def test_a_deposit_is_planned_made_and_found_on_the_chain(
    port: Harbour, kind: IntentKind
) -> None:
    deposits = port.deposits()
    intent = await begun(port, deposits, kind)
    assert (intent.state, intent.deposit_number) == (IntentState.PLANNED, 0)
    intent = await port.carried(deposits, intent, is_over)
    assert (intent.state, intent.reason) == (IntentState.DONE, "")
    (own,) = (await port.holdings()).of_account(intent.account)
    assert (own.note.value, own.note.mineable, own.number) == (ONE, kind is MINE, 0)
    assert intent.settled_at
    assert port.journal().get(intent.id) == intent
    assert await deposits.advance(intent, await port.holdings()) == intent


async def test_a_plan_says_what_it_costs_and_brings_and_holds_what_happens(port: Harbour) -> None:
    deposits = port.deposits()
    address = KeyConnection(port.chain).address
    plan = await deposits.plan(MINE, 3, ONE, await port.holdings())
    assert (plan.lock, plan.points) == ("20~50 Seconds", 4)
    assert plan.issuance > 0
    assert plan.total == ONE + plan.cost.likely
    assert plan.most == ONE + plan.cost.most
    before = await eth_balance(port.chain.w3, address)
    await port.carried(deposits, deposits.begin(plan), is_over)
    paid = before - await eth_balance(port.chain.w3, address) - ONE
    assert plan.cost.likely / 2 < paid < plan.cost.most
    assert await deposited(port) == 1


async def test_a_plan_that_begins_twice_is_one_intent(port: Harbour) -> None:
    deposits = port.deposits()
    plan = await deposits.plan(MINE, 3, ONE, await port.holdings())
    assert deposits.begin(plan) == deposits.begin(plan)
    assert len(port.journal().intents()) == 1


async def test_numbers_go_up_while_deposits_are_on_their_way(port: Harbour) -> None:
    deposits = port.deposits()
    plans = [await deposits.plan(DEPOSIT, MAIN_ACCOUNT, ONE, await port.holdings()) for _ in "123"]
    intents = [deposits.begin(plan) for plan in plans]
    assert [each.deposit_number for each in intents] == [0, 1, 2]
    for each in intents:
        await port.carried(deposits, each, is_over)
    assert [own.number for own in (await port.holdings()).notes] == [0, 1, 2]


# -- what is refused ----------------------------------------------------------------------------


async def test_what_the_pool_would_refuse_is_refused_before(port: Harbour) -> None:

    deposits, pool = port.deposits(), port.chain.pool

    async def refused(kind: IntentKind, account: int, amount: int, why: str) -> None:
        with pytest.raises(DepositRefused, match=why):
            await deposits.plan(kind, account, amount, await port.holdings())

    await refused(MINE, 3, ETHER + 1, "cannot mine; choose one of")
    await refused(DEPOSIT, MAIN_ACCOUNT, 0, "more than 0")
    await refused(DEPOSIT, MAIN_ACCOUNT, 2**96, "less than")
    await refused(TOP_UP, MAIN_ACCOUNT, 5, "not one for top_up")
    await refused(MINE, MAIN_ACCOUNT, ETHER, "not one for mine")
    await refused(DEPOSIT, 3, 5, "not one for deposit")
    await port.send(pool.set_caps(Wei(ETHER - 1), Wei(2**96 - 1)))
    await refused(MINE, 3, ETHER, f"may be {ETHER - 1} wei at most")
    await port.send(pool.set_caps(ONE, Wei(ETHER - 1)))
    await refused(MINE, 3, ETHER, f"{ETHER - 1} fit in")
    await port.send(pool.set_caps(ONE, ONE))
    await deposits.plan(MINE, 3, ONE, await port.holdings())
    await port.send(pool.set_paused(paused=True))
    await refused(MINE, 3, ETHER, "paused")
    assert port.journal().intents() == []


async def test_amount_and_gas_have_to_be_there(port: Harbour) -> None:

    deposits = port.deposits()
    plan = await deposits.plan(MINE, 3, ONE, await port.holdings())
    address = EthAddress(funded_account(WALLET).address)
    for balance in (ETHER - 1, ETHER, ETHER + plan.cost.most // 2):
        await set_balance(port.chain.w3, address, Wei(balance))
        with pytest.raises(NotEnoughEther, match="are missing; nothing was sent") as told:
            await deposits.plan(MINE, 3, ONE, await port.holdings())
        assert (told.value.available, told.value.amount) == (balance, ETHER)
        assert told.value.missing == ETHER + told.value.gas - balance > 0
    await set_balance(port.chain.w3, address, Wei(ETHER + 2 * plan.cost.most))
    await deposits.plan(MINE, 3, ONE, await port.holdings())


async def test_an_account_mines_once(port: Harbour) -> None:

    deposits = port.deposits()
    plan = await deposits.plan(MINE, 3, ONE, await port.holdings())
    intent = await begun(port, deposits)
    for again in (plan, None):
        with pytest.raises(DepositRefused, match="mines already"):
            deposits.begin(again or await deposits.plan(MINE, 3, ONE, await port.holdings()))
    await port.carried(deposits, intent, is_over)
    with pytest.raises(DepositRefused, match="mines already"):
        await deposits.plan(MINE, 3, ONE, await port.holdings())


async def test_what_became_impossible_after_the_plan_fails_and_nothing_is_sent(
    port: Harbour,
) -> None:
    deposits = port.deposits()
    intent = await begun(port, deposits)
    await port.send(port.chain.pool.set_paused(paused=True))
    intent = await deposits.advance(intent, await port.holdings())
    assert intent.state is IntentState.FAILED
    assert "deposits paused" in intent.reason
    assert intent.transactions == ()
    await port.send(port.chain.pool.set_paused(paused=False))
    assert (await begun(port, deposits)).deposit_number == 0
    assert await deposited(port) == 0


# -- screening ----------------------------------------------------------------------------------


async def test_a_screened_network_gets_a_permit_that_was_looked_at(port: Harbour) -> None:
    await port.screened()
    screener = FakeScreener(port.chain)
    deposits = port.deposits(permits=screener)
    intent = await port.carried(deposits, await begun(port, deposits), is_over)
    assert intent.state is IntentState.DONE
    inner = SEED.account(3).deposit_note(0, ONE, mineable=True).inner
    assert set(screener.asked) == {(KeyConnection(port.chain).address, ONE, inner)}


async def test_who_is_not_let_in_is_told_in_the_words_of_the_screener(port: Harbour) -> None:

    await port.screened()
    for permits, error, words in (
        (None, DepositRefused, "connect to a node"),
        (
            FakeScreener(port.chain, refuses="deposit_refused"),
            ScreeningRefused,
            "Deposits that fail to meet AML standards cannot be accepted; nothing was sent",
        ),
        (FakeScreener(port.chain, refuses="not_offered"), DepositRefused, "ask another node"),
        (FakeScreener(port.chain, signer=STRANGER), NodeMisbehaves, "ask another node"),
        (FakeScreener(port.chain, lifetime=Seconds(0)), NodeMisbehaves, "another node"),
    ):
        deposits = port.deposits(permits=permits)
        with pytest.raises(error, match=words):
            await deposits.plan(MINE, 3, ONE, await port.holdings())
    allowed = port.deposits(permits=FakeScreener(port.chain))
    intent = await begun(port, allowed)
    refusing = port.deposits(permits=FakeScreener(port.chain, refuses="deposit_refused"))
    intent = await refusing.advance(intent, await port.holdings())
    assert intent.state is IntentState.FAILED
    assert "AML" in intent.reason
    assert await deposited(port) == 0


# -- killed, with a key here --------------------------------------------------------------------

POINTS = ["before preparing", "prepared", "before sending", "sent"]


@pytest.mark.parametrize("port", BOTH, indirect=True)
@pytest.mark.parametrize("dies", POINTS)
async def test_killed_at_any_point_one_deposit_is_made(port: Harbour, dies: str) -> None:
    deposits = port.deposits(KeyConnection(port.chain, dies=dies))
    intent = await begun(port, deposits)
    with pytest.raises(Killed, match=dies):
        await deposits.advance(intent, await port.holdings())
    again = port.deposits()
    (left,) = port.journal().intents()
    intent = await port.carried(again, left, is_over)
    assert intent.state is IntentState.DONE
    assert await deposited(port) == 1
    assert await nonce_of(port.chain.w3, KeyConnection(port.chain).address, "latest") == 1


@pytest.mark.parametrize("kind", [MINE, TOP_UP, DEPOSIT])
async def test_what_another_machine_deposited_is_not_deposited_again(
    port: Harbour, kind: IntentKind
) -> None:
    here, there = port.deposits(), port.deposits(journal=Journal(None, SEED))
    planned, other = await begun(port, here, kind), await begun(port, there, kind)
    other = await port.carried(there, other, is_over)
    assert (other.state, other.deposit_number) == (IntentState.DONE, planned.deposit_number)
    planned = await here.advance(planned, await port.holdings())
    assert (planned.state, planned.transactions) == (IntentState.FAILED, ())
    assert "another machine" in planned.reason
    assert await deposited(port) == 1


async def test_an_old_version_of_an_intent_sends_nothing_again(port: Harbour) -> None:
    connection = KeyConnection(port.chain)
    deposits = port.deposits(connection)
    planned = await begun(port, deposits)
    holdings = await port.holdings()
    await port.chain.hold()
    for _ in range(3):
        await deposits.advance(planned, holdings)
    await port.chain.let_go()
    assert connection.prepared == 1
    await port.carried(deposits, planned, is_over)
    assert await deposited(port) == 1


async def test_two_that_advance_at_once_send_one_transaction_each(port: Harbour) -> None:
    connection = KeyConnection(port.chain)
    deposits = port.deposits(connection)
    first, second = [await begun(port, deposits, DEPOSIT) for _ in "12"]
    holdings = await port.holdings()
    steps = [deposits.advance(each, holdings) for each in (first, second, first, second)]
    await asyncio.gather(*steps)
    assert connection.prepared == 2
    for each in (first, second):
        await port.carried(deposits, each, is_over)
    assert await deposited(port) == 2


async def test_a_transaction_that_was_dropped_is_sent_again(port: Harbour) -> None:
    deposits = port.deposits()
    intent = await begun(port, deposits)
    await port.chain.hold()
    intent = await deposits.advance(intent, await port.holdings())
    await request(port.chain.w3, "dropping", "anvil_dropTransaction", intent.transactions[0].hash)
    intent = await deposits.advance(intent, await port.holdings())
    assert "sent again" in intent.reason
    await port.chain.let_go()
    intent = await port.carried(port.deposits(), intent, is_over)
    assert intent.state is IntentState.DONE
    assert await deposited(port) == 1


async def test_a_transaction_that_waits_too_long_is_replaced_by_a_dearer_one(
    port: Harbour,
) -> None:
    deposits = port.deposits()
    intent = await begun(port, deposits)
    await port.chain.hold()
    holdings = await port.holdings()
    intent = await deposits.advance(intent, holdings)
    counts = []
    for seconds in (0, 59, 60, 61, 119, 120, 121):
        late = replace(holdings, now=Timestamp(holdings.now + seconds))
        intent = await deposits.advance(intent, late)
        counts.append(len(intent.transactions))
    assert counts == [1, 1, 2, 2, 2, 2, 3]
    assert {each.nonce for each in intent.transactions} == {0}
    assert len({each.hash for each in intent.transactions}) == 3
    await port.chain.let_go()
    intent = await port.carried(port.deposits(), intent, is_over)
    assert intent.state is IntentState.DONE
    (own,) = (await port.holdings()).notes
    assert "0x" + own.happened.transaction.hex() == intent.transactions[-1].hash
    assert await deposited(port) == 1


@pytest.mark.parametrize("port", BOTH, indirect=True)
async def test_a_nonce_that_was_used_otherwise_ends_it(port: Harbour) -> None:
    deposits = port.deposits(KeyConnection(port.chain, dies="before sending"))
    intent = await begun(port, deposits)
    with pytest.raises(Killed):
        await deposits.advance(intent, await port.holdings())
    await port.send(_elsewhere(port), WALLET)
    (intent,) = port.journal().intents()
    again = port.deposits()
    intent = await port.carried(again, intent, is_over)
    assert (intent.state, intent.reason) == (IntentState.FAILED, REPLACED)
    # Its number is free, and what is found under it is the new one's.
    other = await begun(port, again)
    assert other.deposit_number == 0
    await port.carried(again, other, is_over)
    assert (await again.advance(intent, await port.holdings())).state is IntentState.FAILED
    assert await deposited(port) == 2


def _elsewhere(port: Harbour) -> ContractCall:
    return port.chain.pool.deposit(Field(7), ONE, mine=False)


async def test_a_permit_that_grew_too_old_is_not_sent_again(port: Harbour) -> None:
    await port.screened()
    screener = FakeScreener(port.chain)
    deposits = port.deposits(KeyConnection(port.chain, dies="before sending"), screener)
    intent = await begun(port, deposits)
    with pytest.raises(Killed):
        await deposits.advance(intent, await port.holdings())
    await port.chain.clock.advance(Seconds(screener.lifetime + 60))
    (intent,) = port.journal().intents()
    intent = await port.carried(port.deposits(permits=screener), intent, is_over)
    assert intent.state is IntentState.FAILED
    assert "permit expired; nothing was sent" in intent.reason
    assert await port.chain.nonce(KeyConnection(port.chain).address) == 0
    assert await deposited(port) == 0


async def test_a_deposit_that_its_block_refused_fails_with_the_reason(port: Harbour) -> None:
    deposits = port.deposits()
    intent = await begun(port, deposits)
    await port.chain.hold()
    intent = await deposits.advance(intent, await port.holdings())
    fields = port.chain.pool.set_paused(paused=True).fields(EthAddress(funded_account(0).address))
    dear = {"gas": hex(500_000), "maxPriorityFeePerGas": hex(10**11), "maxFeePerGas": hex(10**12)}
    await request(port.chain.w3, "pausing", "eth_sendTransaction", {**fields, **dear})
    await port.chain.let_go()
    intent = await port.carried(deposits, intent, is_over)
    assert intent.state is IntentState.FAILED
    assert "reverted in transaction" in intent.reason
    assert "nothing but its gas" in intent.reason


async def test_what_the_chain_takes_back_is_watched_again(port: Harbour) -> None:
    deposits = port.deposits()
    intent = await port.carried(deposits, await begun(port, deposits), is_over)
    holdings = await port.holdings()
    gone = replace(holdings, notes=())
    older = replace(gone, now=Timestamp(intent.settled_at - 1))
    assert await deposits.advance(intent, older) == intent
    intent = await deposits.advance(intent, gone)
    assert (intent.state, intent.settled_at) == (IntentState.LEAVING, 0)
    intent = await port.carried(deposits, intent, is_over)
    assert intent.state is IntentState.DONE


async def test_what_cannot_be_asked_is_waited_for(port: Harbour) -> None:
    await port.screened()
    deposits = port.deposits(permits=FakeScreener(port.chain))
    intent = await begun(port, deposits)
    mute = port.deposits(permits=FakeScreener(port.chain, refuses="busy"))
    intent = await mute.advance(intent, await port.holdings())
    assert intent.state is IntentState.PLANNED
    assert "(busy)" in intent.reason
    intent = await port.carried(deposits, intent, is_over)
    assert intent.state is IntentState.DONE


# -- a wallet elsewhere -------------------------------------------------------------------------


async def test_a_wallet_elsewhere_deposits_too(port: Harbour) -> None:
    window = WindowConnection(port.chain.w3)
    deposits = port.deposits(window)
    intent = await port.carried(deposits, await begun(port, deposits), is_over)
    assert intent.state is IntentState.DONE
    assert intent.transactions[0].raw is None
    assert (window.asked, await deposited(port)) == (1, 1)


async def test_who_declines_has_sent_nothing(port: Harbour) -> None:
    deposits = port.deposits(WindowConnection(port.chain.w3, answers="no"))
    for _ in range(3):
        intent = await port.carried(deposits, await begun(port, deposits), is_over)
        assert (intent.state, intent.reason) == (IntentState.FAILED, DECLINED)
        assert intent.deposit_number == 0
    assert await deposited(port) == 0


@pytest.mark.parametrize("port", BOTH, indirect=True)
async def test_killed_after_the_owner_confirmed_it_is_found(port: Harbour) -> None:
    deposits = port.deposits(WindowConnection(port.chain.w3, answers="sent"))
    intent = await begun(port, deposits)
    with pytest.raises(Killed):
        await deposits.advance(intent, await port.holdings())
    window = WindowConnection(port.chain.w3)
    (left,) = port.journal().intents()
    assert left.transactions[0].hash is None
    intent = await port.carried(port.deposits(window), left, is_over)
    assert intent.state is IntentState.DONE
    assert (window.asked, await deposited(port)) == (0, 1)


async def test_killed_while_it_waits_for_its_block_it_is_waited_for(port: Harbour) -> None:
    deposits = port.deposits(WindowConnection(port.chain.w3, answers="sent"))
    intent = await begun(port, deposits)
    await port.chain.hold()
    with pytest.raises(Killed):
        await deposits.advance(intent, await port.holdings())
    again = port.deposits(WindowConnection(port.chain.w3))
    holdings = await port.holdings()
    for later in range(3):
        now = Timestamp(holdings.now + 600 * later)
        intent = await again.advance(intent, replace(holdings, now=now))
        assert intent.state is IntentState.LEAVING
    await port.chain.let_go()
    intent = await port.carried(again, intent, is_over)
    assert intent.state is IntentState.DONE


async def test_an_open_window_holds_nothing_up_and_no_other_is_opened(port: Harbour) -> None:
    window = WindowConnection(port.chain.w3, decided=asyncio.Event())
    deposits = port.deposits(window, turns=Turns(soon=0.05))
    first, second = await begun(port, deposits), await begun(port, deposits, DEPOSIT)
    first = await port.carried(deposits, first, lambda each: each.reason == ASKED)
    holdings = await port.holdings()
    for later in range(3):
        soon = replace(holdings, now=Timestamp(holdings.now + 600 * later))
        first, second = [await deposits.advance(each, soon) for each in (first, second)]
        assert (first.state, first.reason) == (IntentState.LEAVING, ASKED)
        assert (second.state, second.reason) == (IntentState.PLANNED, OCCUPIED)
    assert window.asked == 1
    window.decided.set()
    for intent in (first, second):
        over = await port.carried(deposits, intent, is_over)
        assert (over.state, over.reason) == (IntentState.DONE, "")
    assert (window.asked, await deposited(port)) == (2, 2)


async def test_what_a_key_here_signs_has_left_however_slow_the_chain_is(port: Harbour) -> None:
    class Slow(KeyConnection):
        async def send(self, call: ContractCall, prepared: SentTransaction) -> SentTransaction:
            await asyncio.sleep(0.3)
            return await super().send(call, prepared)

    deposits = port.deposits(Slow(port.chain), turns=Turns(soon=0))
    intent = await deposits.advance(await begun(port, deposits), await port.holdings())
    assert await is_known(port.chain.w3, "looking", intent.transactions[0].hash or "")
    assert (await port.carried(deposits, intent, is_over)).state is IntentState.DONE


async def test_whoever_stops_with_an_open_window_finds_what_became_of_it(port: Harbour) -> None:
    window, turns = WindowConnection(port.chain.w3, decided=asyncio.Event()), Turns(soon=0.05)
    deposits = port.deposits(window, turns=turns)
    intent = await port.carried(
        deposits, await begun(port, deposits), lambda each: each.reason == ASKED
    )
    await turns.close()
    await window.confirm()
    again = WindowConnection(port.chain.w3)
    intent = await port.carried(port.deposits(again), intent, is_over)
    assert intent.state is IntentState.DONE
    assert (again.asked, await deposited(port)) == (0, 1)


@pytest.mark.parametrize("port", BOTH, indirect=True)
async def test_a_window_that_nobody_answered_is_given_up_and_never_opened_again(
    port: Harbour,
) -> None:
    window = WindowConnection(port.chain.w3, answers="killed")
    deposits = port.deposits(window)
    intent = await begun(port, deposits)
    with pytest.raises(Killed):
        await deposits.advance(intent, await port.holdings())
    again = port.deposits(window)
    intent = await port.carried(again, intent, is_over)
    assert (intent.state, intent.reason) == (IntentState.FAILED, UNANSWERED)
    assert window.asked == 1
    # Its owner begins anew, and only then confirms the old window as well.
    window.answers = "yes"
    late, other = window.window, await begun(port, again)
    assert other.deposit_number == 1
    await port.carried(again, other, is_over)
    window.window = late
    await window.confirm()
    intent = await port.carried(again, intent, lambda each: each.state is IntentState.DONE)
    assert [own.number for own in (await port.holdings()).of_account(3)] == [1, 0]


@pytest.mark.parametrize(("ahead", "known"), [(1, True), (16, True), (17, False)])
async def test_a_chain_that_goes_on_while_it_is_read_keeps_no_one_waiting(
    port: Harbour, ahead: int, *, known: bool
) -> None:
    window = WindowConnection(port.chain.w3, answers="killed")
    intent = await begun(port, deposits := port.deposits(window))
    with pytest.raises(Killed):
        await deposits.advance(intent, await port.holdings())
    again = port.deposits(window)
    for _ in range(10):
        read = await port.holdings()
        await port.pass_blocks(ahead)
        intent = await again.advance(intent, read)
        if intent.state.over:
            break
    assert intent.reason == (UNANSWERED if known else BEHIND)


async def test_what_else_the_wallet_sends_does_not_pass_for_an_answer(port: Harbour) -> None:
    window = WindowConnection(port.chain.w3, answers="killed")
    deposits = port.deposits(window)
    intent = await begun(port, deposits)
    with pytest.raises(Killed):
        await deposits.advance(intent, await port.holdings())
    # Another transaction takes the nonce, and ours, confirmed after it, waits for its block.
    await port.send(_elsewhere(port), WALLET)
    await port.chain.hold()
    await window.confirm()
    again = port.deposits(window)
    holdings = await port.holdings()
    for later in range(3):
        now = Timestamp(holdings.now + 600 * later)
        intent = await again.advance(intent, replace(holdings, now=now))
        assert intent.state is IntentState.LEAVING
    await port.chain.let_go()
    intent = await port.carried(again, intent, is_over)
    assert intent.state is IntentState.DONE
    assert window.asked == 1


@pytest.mark.parametrize(
    ("profile", "text"), [(DEV, "20~50 Seconds"), (FAST, "2~5 Minutes")], ids=["dev", "fast"]
)
def test_a_lock_is_told_in_its_own_unit(profile: Profile, text: str) -> None:

    assert lock_text(profile) == text
    assert lock_text(MAIN_PROFILE) == "2~5 Days"
