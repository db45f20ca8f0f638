"""Who pays fees, in which order, and with which notes (protocol §7)."""

from dataclasses import replace

import pytest

from tests.wallet.actions.books import CLAIM_FEE, FEE, HOME, QUOTE, RELAYER, REWARDS, Books
from tests.wallet.worlds import network, seed
from winze.protocol import ETHER, MAIN_ACCOUNT, PrivateAddress, Wei
from winze.wallet import InsufficientNotes
from winze.wallet.actions.planner import CLAIM_FEES_KEPT, Planner
from winze.wallet.actions.plans import FeeSource
from winze.wallet.errors import NeedsMerge, NotPossible, NotYet

BOTH = FEE + CLAIM_FEE


def planner(books: Books, **options: object) -> Planner:
    given = {"quote": QUOTE, **options}
    return Planner(network(), books.seed, books.holdings, **given)  # type: ignore[arg-type]


def values(plan: object) -> list[int]:
    return [own.note.value for own in plan.inputs]  # type: ignore[attr-defined]


# -- withdrawing ------------------------------------------------------------------------------


def test_what_is_left_in_the_sessions_account_pays_first() -> None:
    books = Books()
    books.mined()
    books.note(BOTH, 0)
    books.note(ETHER)
    plan = planner(books).withdraw(0, HOME, REWARDS)
    assert plan.source is FeeSource.REST
    assert plan.payment.amount == ETHER
    assert values(plan) == [ETHER, BOTH]
    assert plan.change == 0
    assert plan.left == CLAIM_FEE


@pytest.mark.parametrize(
    ("held", "source"), [(BOTH - 1, FeeSource.PRINCIPAL), (BOTH, FeeSource.MAIN)]
)
def test_the_main_account_pays_if_it_can_pay_for_the_claim_as_well(
    held: int, source: FeeSource
) -> None:
    books = Books()
    books.mined()
    books.note(held)
    plan = planner(books).withdraw(0, HOME, REWARDS)
    assert plan.source is source
    assert (plan.payment.amount == ETHER) == (source is FeeSource.MAIN)


def test_the_principal_pays_at_last_and_keeps_twice_the_claims_fee_back() -> None:
    books = Books()
    books.mined()
    plan = planner(books).withdraw(0, HOME, REWARDS)
    kept = CLAIM_FEES_KEPT * CLAIM_FEE
    assert plan.source is FeeSource.PRINCIPAL
    assert plan.kept_back == plan.left == kept
    assert plan.payment.amount == ETHER - FEE - kept
    assert plan.change == 0
    assert (plan.payment.recipient, plan.payment.rewards) == (HOME, REWARDS)
    assert (plan.payment.fee, plan.payment.relayer) == (FEE, RELAYER)


@pytest.mark.parametrize(("short", "pays"), [(0, False), (1, True)])
def test_fees_above_the_deposit_are_refused(short: int, pays: bool) -> None:  # noqa: FBT001
    books = Books()
    books.mined(value=FEE + CLAIM_FEES_KEPT * CLAIM_FEE + short)
    if pays:
        assert planner(books).withdraw(0, HOME, REWARDS).payment.amount == 1
    else:
        with pytest.raises(InsufficientNotes):
            planner(books).withdraw(0, HOME, REWARDS)


def test_a_canceled_session_keeps_nothing_back() -> None:
    books = Books()
    books.mined()
    plan = planner(books).cancel(0, HOME)
    assert plan.payment.amount == ETHER - FEE
    assert plan.left == plan.kept_back == 0
    assert plan.payment.rewards.is_zero


def test_without_a_relayer_exactly_the_denomination_is_withdrawn() -> None:
    books = Books()
    books.mined()
    plan = planner(books, quote=None).withdraw(0, HOME, REWARDS)
    assert plan.source is FeeSource.NOBODY
    assert plan.payment.amount == ETHER
    assert plan.payment.fee == 0
    assert plan.payment.relayer.is_zero


def test_a_deposit_whose_block_is_not_proved_waits() -> None:
    books = Books(proved=1)
    books.note(1)
    books.mined()
    with pytest.raises(NotYet, match="wait"):
        planner(books).withdraw(0, HOME, REWARDS)


def test_a_deposit_that_is_spent_cannot_be_spent_again() -> None:
    books = Books()
    books.spend(books.mined())
    with pytest.raises(NotPossible, match="spent already"):
        planner(books).withdraw(0, HOME, REWARDS)


def test_notes_of_other_requests_are_left_alone() -> None:
    books = Books()
    books.mined()
    taken, free = books.note(BOTH), books.note(2 * BOTH)
    plan = planner(books, reserved={taken.position}).withdraw(0, HOME, REWARDS)
    assert plan.inputs[1] is free


def test_another_request_for_the_same_thing_spends_the_same_notes() -> None:
    books = Books()
    books.mined()
    books.note(BOTH)
    before = books.note(2 * BOTH)
    plan = planner(books, preferred={before.position}).withdraw(0, HOME, REWARDS)
    assert plan.inputs[1] is before


def test_two_machines_choose_the_same_notes() -> None:
    books, again = Books(), Books()
    for each, order in ((books, (3, 5, 4)), (again, (3, 5, 4))):
        each.mined()
        for value in order:
            each.note(value * ETHER)
        each.notes.reverse() if each is again else None
    first = planner(books).withdraw(0, HOME, REWARDS)
    second = planner(again).withdraw(0, HOME, REWARDS)
    assert [own.position for own in first.inputs] == [own.position for own in second.inputs]


# -- redepositing -----------------------------------------------------------------------------


def test_a_redeposit_moves_the_whole_deposit_and_takes_its_fee_from_elsewhere() -> None:
    books = Books()
    books.mined()
    books.note(FEE)
    plan = planner(books).redeposit(0, 1, 0, REWARDS)
    again = seed().mining(1).deposit_note(0, Wei(ETHER), mineable=True)
    assert plan.payment.recipient == network().pool
    assert plan.payment.amount == ETHER
    assert plan.payment.inner == again.inner
    assert (plan.onward, plan.deposit_number) == (1, 0)


def test_a_redeposit_without_its_fee_says_how_much_is_missing() -> None:
    books = Books()
    books.mined()
    books.note(FEE - 1)
    with pytest.raises(InsufficientNotes, match="1 are missing"):
        planner(books).redeposit(0, 1, 0, REWARDS)


# -- claiming ---------------------------------------------------------------------------------


@pytest.mark.parametrize("account", [0, MAIN_ACCOUNT])
@pytest.mark.parametrize("missing", [0, 1])
def test_a_claims_fee_comes_from_either_account_or_not_at_all(account: int, missing: int) -> None:
    books = Books()
    mined = books.mined()
    books.spend(mined)
    books.note(CLAIM_FEE - missing, account)
    if missing:
        with pytest.raises(InsufficientNotes):
            planner(books).claim_fee(0)
        return
    plan = planner(books).claim_fee(0)
    assert plan is not None
    assert plan.payment.claim_id == mined.claim_id
    assert plan.payment.fee == CLAIM_FEE
    assert plan.change == account


def test_a_claims_fee_comes_from_both_accounts_together() -> None:
    books = Books()
    books.spend(books.mined())
    books.note(CLAIM_FEE // 2, 0)
    books.note(CLAIM_FEE // 2)
    plan = planner(books).claim_fee(0)
    assert plan is not None
    assert values(plan) == [CLAIM_FEE // 2] * 2
    assert plan.change == 0


def test_three_notes_are_merged_before_they_pay_for_a_claim() -> None:
    books = Books()
    books.spend(books.mined())
    for _ in range(4):
        books.note(CLAIM_FEE // 2 - 1)
    with pytest.raises(InsufficientNotes, match="are missing"):
        planner(books).claim_fee(0)
    # Merging pays where a transfer costs little beside a claim.
    cheap = replace(QUOTE, transfer=Wei(10**12))
    with pytest.raises(NeedsMerge, match="3 notes"):
        planner(books, quote=cheap).claim_fee(0)


def test_nobody_is_paid_for_a_claim_that_one_sends_oneself() -> None:
    books = Books()
    books.spend(books.mined())
    assert planner(books, quote=None).claim_fee(0) is None


# -- the main account -------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [0, 1])
def test_the_main_account_sends_what_it_has_but_for_the_fee(missing: int) -> None:
    books = Books()
    books.note(ETHER)
    amount = Wei(ETHER - FEE + missing)
    receiver = PrivateAddress(seed(2).main.owner, seed(2).viewing.public)
    if missing:
        with pytest.raises(InsufficientNotes, match="1 are missing"):
            planner(books).send(amount, receiver)
        return
    plan = planner(books).send(amount, receiver)
    assert (plan.payment.sent, plan.payment.amount, plan.left) == (amount, 0, 0)


def test_what_is_spread_over_many_notes_is_merged_first() -> None:
    books = Books()
    for _ in range(3):
        books.note(ETHER)
    with pytest.raises(NeedsMerge, match="3 notes") as spread:
        planner(books).transfer_out(Wei(2 * ETHER + 1), HOME)
    assert spread.value.count == 3
    merged = planner(books).merge()
    assert values(merged) == [ETHER, ETHER]
    assert merged.left == 2 * ETHER - FEE


def test_what_merging_would_eat_up_is_not_merged() -> None:
    books = Books()
    for _ in range(3):
        books.note(ETHER)
    # Two mergings and the payment take three fees.
    with pytest.raises(NeedsMerge):
        planner(books).transfer_out(Wei(3 * ETHER - 3 * FEE), HOME)
    with pytest.raises(InsufficientNotes):
        planner(books).transfer_out(Wei(3 * ETHER - 3 * FEE + 1), HOME)


def test_nothing_cannot_be_sent() -> None:
    books = Books()
    books.note(ETHER)
    with pytest.raises(NotPossible, match="above 0"):
        planner(books).transfer_out(Wei(0), HOME)


# -- what is left -----------------------------------------------------------------------------


@pytest.mark.parametrize("more", [0, 1])
def test_a_rest_is_withdrawn_or_moved_where_more_than_the_fee_is_left(more: int) -> None:
    books = Books()
    books.note(FEE + more, 0)
    if not more:
        with pytest.raises(InsufficientNotes):
            planner(books).sweep(0)
        with pytest.raises(InsufficientNotes):
            planner(books).rest(0, HOME)
        return
    swept, rest = planner(books).sweep(0), planner(books).rest(0, HOME)
    assert (swept.change, swept.payment.amount, swept.left) == (MAIN_ACCOUNT, 0, 1)
    assert (rest.payment.recipient, rest.payment.amount, rest.left) == (HOME, 1, 0)


# -- two deposits in one mining account -------------------------------------------------------


def test_a_second_deposit_of_one_account_is_left_over_and_not_lost() -> None:
    books = Books()
    first, second = books.mined(), books.mined()
    assert books.holdings.mines(first)
    assert not books.holdings.mines(second)
    books.spend(first)
    assert values(planner(books).sweep(0)) == [ETHER]


def test_the_first_deposit_of_an_account_is_never_left_over() -> None:
    books = Books()
    books.mined()
    with pytest.raises(InsufficientNotes):
        planner(books).sweep(0)
