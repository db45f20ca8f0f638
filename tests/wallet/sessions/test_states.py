"""The state table of docs/flows.md, each row with both sides of its boundaries."""

from dataclasses import replace

import pytest

from tests.wallet.sessions.scenes import (
    FEE,
    INTERVAL,
    LOCK,
    NOBODY,
    POOL,
    REWARDS,
    TENTH,
    TERMS,
    Scene,
    matured,
    mining,
    withdrawn,
)
from tests.wallet.worlds import STRANGER
from winze.protocol import MAIN_ACCOUNT, Wei
from winze.wallet import IntentKind, IntentState, SentTransaction, SessionState, StepName, StepState

LEAVING, PLANNED = IntentState.LEAVING, IntentState.PLANNED
SPENDING = [IntentKind.WITHDRAW, IntentKind.CANCEL, IntentKind.REDEPOSIT]


def state(scene: Scene, terms: object = None) -> SessionState:
    return scene.session(terms or TERMS).state  # type: ignore[arg-type]


# -- Deposit Processing -------------------------------------------------------------------------


@pytest.mark.parametrize("how_far", [PLANNED, LEAVING, IntentState.DONE])
def test_a_deposit_that_was_asked_for_is_shown_at_once(how_far: IntentState) -> None:
    scene = Scene()
    sent = (SentTransaction(1), SentTransaction(1, "0xab"))
    scene.write(IntentKind.MINE, 3, how_far, amount=TENTH, transactions=sent)
    shown = scene.session(number=3)
    assert (shown.badge, shown.amount) == ("Deposit Processing", TENTH)
    assert shown.deposited is None
    assert shown.transactions == ("0xab",)


def test_a_deposit_that_failed_is_no_session() -> None:
    scene = Scene()
    scene.write(IntentKind.MINE, 3, IntentState.FAILED, amount=TENTH)
    assert scene.sessions() == []


def test_a_deposit_is_processed_until_its_block_is_proved() -> None:
    scene = Scene()
    scene.mine()
    scene.seal()
    assert state(scene) is SessionState.DEPOSIT_PROCESSING
    scene.prove()
    assert state(scene) is SessionState.MINING


def test_what_mines_nothing_is_no_session() -> None:
    scene = Scene()
    scene.deposit(0, TENTH)
    scene.deposit(MAIN_ACCOUNT, TENTH)
    scene.prove()
    assert scene.sessions() == []


# -- Mining in Progress, Ready to Claim ---------------------------------------------------------


def test_a_session_is_locked_until_a_second_before_its_maturity_and_ready_at_it() -> None:
    scene = mining()
    scene.now += LOCK - 1
    shown = scene.session()
    assert (shown.badge, shown.remaining) == ("Mining in Progress", 1)
    scene.now += 1
    shown = scene.session()
    assert (shown.badge, shown.remaining) == ("Ready to Claim", 0)
    scene.now += 100
    assert scene.session().remaining == 0


def test_what_is_only_planned_changes_no_state() -> None:
    scene = mining()
    scene.write(IntentKind.CANCEL, state=PLANNED)
    assert state(scene) is SessionState.MINING
    scene = matured()
    scene.write(IntentKind.WITHDRAW, state=PLANNED)
    scene.write(IntentKind.REDEPOSIT, state=PLANNED, onward=1)
    assert state(scene) is SessionState.READY
    assert len(scene.sessions()) == 1


# -- Withdrawal Processing ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", SPENDING)
def test_what_is_handed_over_and_not_executed_is_withdrawal_processing(kind: IntentKind) -> None:
    scene = matured()
    intent = scene.write(kind, recipient=STRANGER, amount=TENTH)
    assert scene.session().badge == "Withdrawal Processing"
    scene.settle(intent, IntentState.FAILED)
    assert state(scene) is SessionState.READY


def test_what_is_handed_over_can_be_executed_up_to_its_deadline_and_not_a_second_later() -> None:
    scene = matured()
    scene.write(IntentKind.WITHDRAW, deadline=scene.holdings.now)
    assert state(scene) is SessionState.WITHDRAWAL_PROCESSING
    scene.now += 1
    assert state(scene) is SessionState.READY


def test_a_redeposit_that_is_handed_over_shows_the_session_it_begins() -> None:
    scene = matured()
    intent = scene.write(IntentKind.REDEPOSIT, onward=5, amount=TENTH)
    assert scene.session().onward == 5
    begun = scene.session(number=5)
    assert (begun.badge, begun.amount) == ("Deposit Processing", TENTH)
    scene.settle(intent, IntentState.FAILED)
    assert len(scene.sessions()) == 1


def test_a_redeposit_that_another_spend_forestalled_begins_nothing() -> None:
    scene = matured()
    scene.write(IntentKind.REDEPOSIT, onward=5, amount=TENTH)
    scene.spend([scene.notes[0]], STRANGER, TENTH)
    assert len(scene.sessions()) == 1


# -- the boundary between Canceled and Claim Processing -----------------------------------------


def spent_at(offset: int, *, proved: bool) -> Scene:
    """Executed so many seconds from the maturity, its block sealed in the same second."""
    scene = mining()
    scene.now += LOCK + offset
    scene.spend([scene.notes[0]], STRANGER, TENTH - 5000, [(0, 5000)], rewards=REWARDS)
    scene.seal()
    if proved:
        scene.prove()
    return scene


def test_a_spend_whose_block_is_dated_a_second_before_the_maturity_is_canceled() -> None:
    assert state(spent_at(-1, proved=False)) is SessionState.WITHDRAWAL_PROCESSING
    assert spent_at(-1, proved=True).session().badge == "Canceled"


def test_a_spend_whose_block_is_dated_exactly_at_the_maturity_earns() -> None:
    unproved = spent_at(0, proved=False)
    assert unproved.session().badge == "Claim Processing"
    assert unproved.session().waits_for == "the withdrawal's block to be proved"
    assert spent_at(0, proved=True).session().badge == "Claim Processing"


@pytest.mark.parametrize(
    ("early", "expected"),
    [(INTERVAL + 1, SessionState.CANCELED), (INTERVAL, SessionState.CLAIM_PROCESSING)],
)
def test_an_early_spend_earns_where_its_block_is_dated_late_enough(
    early: int, expected: SessionState
) -> None:
    # The block dates from its due time, one interval after its first entry.
    scene = mining()
    scene.now += LOCK - early
    scene.spend([scene.notes[0]], STRANGER, TENTH - 5000, [(0, 5000)])
    scene.now += 100
    assert state(scene) is SessionState.WITHDRAWAL_PROCESSING
    scene.prove()
    assert state(scene) is expected


def test_time_that_passes_without_a_chain_block_changes_nothing() -> None:
    scene = mining()
    scene.now += LOCK - 1
    before = scene.session()
    assert before.state is SessionState.MINING
    assert scene.session() == before  # the wall clock went on; nothing here reads it


# -- the claim ----------------------------------------------------------------------------------


def test_completed_is_what_is_claimed_and_nothing_else() -> None:
    scene = withdrawn(left=5000)
    assert state(scene) is SessionState.CLAIM_PROCESSING
    scene.write(IntentKind.CLAIM, state=IntentState.DONE)
    assert state(scene) is SessionState.CLAIM_PROCESSING
    scene.claim(scene.notes[0])
    assert scene.session().badge == "Completed"


def test_another_sessions_claim_completes_nothing() -> None:
    scene = withdrawn(left=5000)
    scene.claim(scene.mine(1))
    assert state(scene) is SessionState.CLAIM_PROCESSING


@pytest.mark.parametrize(
    ("left", "expected"),
    [(FEE - 1, SessionState.UNPAID_CLAIM_FEE), (FEE, SessionState.CLAIM_PROCESSING)],
)
def test_what_is_left_in_the_session_pays_from_exactly_the_fee_on(
    left: int, expected: SessionState
) -> None:
    assert state(withdrawn(left)) is expected


@pytest.mark.parametrize("short", [0, 1])
def test_a_note_of_the_session_and_one_of_the_main_account_pay_together(short: int) -> None:
    scene = withdrawn(left=600)
    scene.deposit(MAIN_ACCOUNT, 400 - short)
    scene.prove()
    assert (state(scene) is SessionState.UNPAID_CLAIM_FEE) == bool(short)


@pytest.mark.parametrize("short", [0, 1])
def test_many_notes_of_the_main_account_pay_after_they_are_merged(short: int) -> None:
    # Three notes are merged in two steps, each of which costs a transfer's 100 wei.
    scene = withdrawn()
    for value in (400, 400, 400 - short):
        scene.deposit(MAIN_ACCOUNT, value)
    scene.prove()
    assert (state(scene) is SessionState.UNPAID_CLAIM_FEE) == bool(short)


def test_a_fee_that_nobody_quotes_or_nobody_takes_leaves_nothing_unpaid() -> None:
    scene = withdrawn()
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE
    assert state(scene, replace(TERMS, claim_fee=None)) is SessionState.CLAIM_PROCESSING
    assert state(scene, replace(TERMS, claim_fee=Wei(0))) is SessionState.CLAIM_PROCESSING


def test_before_its_block_is_proved_a_matured_withdrawal_is_not_unpaid() -> None:
    scene = matured()
    scene.spend([scene.notes[0]], STRANGER, TENTH)
    assert state(scene) is SessionState.CLAIM_PROCESSING
    scene.prove()
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE


def test_change_that_is_coming_is_waited_for() -> None:
    scene = withdrawn()
    other = scene.mine(1)
    scene.prove()
    scene.now += LOCK
    scene.spend([other], STRANGER, TENTH - FEE, [(MAIN_ACCOUNT, FEE)])
    assert state(scene) is SessionState.CLAIM_PROCESSING
    scene.spend([scene.notes[-1]], STRANGER, FEE)
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE


def test_what_a_request_on_its_way_spends_pays_for_nothing_else_but_is_not_missing() -> None:
    scene = withdrawn()
    fund = scene.deposit(MAIN_ACCOUNT, FEE)
    scene.prove()
    scene.write(IntentKind.SEND, MAIN_ACCOUNT, request=scene.request([fund]))
    shown = scene.session()
    assert shown.state is SessionState.CLAIM_PROCESSING
    assert shown.waits_for == "what pays the claim's fee to be proved"


@pytest.mark.parametrize("relayed", [True, False])
def test_a_claim_under_way_is_not_unpaid(relayed: bool) -> None:  # noqa: FBT001
    scene = withdrawn()
    intent = scene.write(IntentKind.CLAIM, state=LEAVING if relayed else PLANNED, relayed=relayed)
    assert state(scene) is SessionState.CLAIM_PROCESSING
    scene.settle(intent, IntentState.FAILED)
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE


def test_a_claim_that_is_only_meant_pays_for_nothing() -> None:
    scene = withdrawn()
    scene.write(IntentKind.CLAIM, state=PLANNED)
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE


# -- Processing Fee Top Up ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [IntentKind.TOP_UP, IntentKind.MOVE])
@pytest.mark.parametrize("how_far", [PLANNED, LEAVING])
def test_a_top_up_that_was_asked_for_is_on_its_way(kind: IntentKind, how_far: IntentState) -> None:
    scene = withdrawn()
    intent = scene.write(kind, state=how_far, amount=FEE, deposit_number=1)
    assert scene.session().badge == "Processing Fee Top Up"
    scene.settle(intent, IntentState.FAILED)
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE


def test_a_top_up_of_another_session_is_none_of_this() -> None:
    scene = withdrawn()
    scene.write(IntentKind.TOP_UP, 1, amount=FEE)
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE


def test_a_top_up_is_processed_until_it_is_proved_and_then_pays() -> None:
    scene = withdrawn()
    scene.deposit(0, FEE)
    assert state(scene) is SessionState.TOP_UP_PROCESSING
    scene.prove()
    assert state(scene) is SessionState.CLAIM_PROCESSING


def test_a_top_up_that_gas_outran_leaves_the_fee_unpaid_whatever_the_journal_says() -> None:
    scene = withdrawn()
    scene.write(IntentKind.TOP_UP, amount=FEE, deposit_number=1)
    scene.deposit(0, FEE)
    scene.prove()
    dearer = replace(TERMS, claim_fee=Wei(FEE + 1))
    assert state(scene, dearer) is SessionState.UNPAID_CLAIM_FEE
    assert scene.session(dearer).top_ups == 1


def test_a_move_from_the_main_account_is_a_top_up() -> None:
    scene = withdrawn()
    fund = scene.deposit(MAIN_ACCOUNT, FEE - 1)
    scene.prove()
    request = scene.request([fund])
    scene.write(IntentKind.MOVE, amount=Wei(FEE - 2), request=request)
    assert scene.session().top_ups == 1
    scene.spend([fund], NOBODY, 0, [(0, FEE - 2)], request=request)
    assert state(scene) is SessionState.TOP_UP_PROCESSING
    assert scene.session().top_ups == 1
    scene.prove()
    assert state(scene) is SessionState.UNPAID_CLAIM_FEE  # executed: the journal is not believed


# -- redeposits ---------------------------------------------------------------------------------


def test_a_redeposit_goes_on_as_a_session_and_is_claimed_like_a_withdrawal() -> None:
    scene = matured()
    scene.deposit(MAIN_ACCOUNT, 5 * FEE)
    scene.prove()
    scene.spend([scene.notes[0], scene.notes[1]], POOL, TENTH, [(MAIN_ACCOUNT, 4 * FEE)], onward=7)
    scene.prove()
    old, new = scene.session(), scene.session(number=7)
    assert (old.state, old.onward, old.destination) == (SessionState.CLAIM_PROCESSING, 7, None)
    assert (new.state, new.amount) == (SessionState.MINING, TENTH)


def test_two_redeposits_in_one_transaction_keep_their_order() -> None:
    scene = Scene()
    for index in (0, 1):
        scene.mine(index)
    scene.prove()
    scene.now += LOCK
    first = scene.spend([scene.notes[1]], POOL, TENTH, onward=9)
    scene.spend([scene.notes[0]], POOL, TENTH, onward=4)
    scene.spends[1] = replace(scene.spends[1], happened=first.happened)
    scene.notes[-1] = replace(scene.notes[-1], happened=first.happened)
    assert [scene.session(number=index).onward for index in (0, 1)] == [4, 9]


# -- the timeline -------------------------------------------------------------------------------


def steps(scene: Scene) -> dict[StepName, StepState]:
    return {step.name: step.state for step in scene.session().timeline}


def progress(scene: Scene) -> tuple[int, int, int]:
    """How many steps are done, under way, and to come."""
    told = list(steps(scene).values())
    order = [StepState.DONE, StepState.NOW, StepState.TO_COME]
    assert told == sorted(told, key=order.index)
    return tuple(told.count(each) for each in order)  # type: ignore[return-value]


def test_the_timeline_goes_on_step_by_step() -> None:
    scene = Scene()
    scene.mine()
    assert progress(scene) == (0, 1, 6)
    scene.prove()
    assert progress(scene) == (1, 1, 5)
    scene.now += LOCK
    assert progress(scene) == (2, 0, 5)
    intent = scene.write(IntentKind.WITHDRAW, recipient=STRANGER, amount=TENTH)
    assert progress(scene) == (2, 1, 4)
    scene.spend([scene.notes[0]], STRANGER, TENTH, rewards=REWARDS)
    scene.settle(intent)
    assert progress(scene) == (4, 1, 2)
    scene.prove()
    scene.claim(scene.notes[0])
    assert progress(scene) == (6, 1, 0)
    scene.now += 600
    scene.mint()
    assert progress(scene) == (7, 0, 0)
    assert len(scene.session().transactions) == 4


def test_a_canceled_session_has_no_step_of_a_reward() -> None:
    scene = spent_at(-1, proved=False)
    assert progress(scene) == (2, 1, 4)
    scene.prove()
    assert progress(scene) == (4, 0, 0)
