"""What the chain says of a request, and which claims are due."""

from dataclasses import replace

import pytest

from tests.wallet.actions.books import HOME, NOW, REWARDS, Books, happened
from winze.circuits import Proof
from winze.protocol import (
    ETHER,
    MAIN_ACCOUNT,
    MEMOS_BYTES,
    BlockIndex,
    Claim,
    EthAddress,
    Field,
    Period,
    Points,
    Timestamp,
    Transfer,
    Wei,
)
from winze.wallet import Intent, IntentKind, IntentState, OwnClaim, OwnNote
from winze.wallet.actions.claims import due_claims
from winze.wallet.actions.outcome import Outcome, outcome, outcome_of
from winze.wallet.actions.workshop import is_coming_back, reserved_by, spent_by
from winze.wire import RelayRequest

PROOF = Proof(bytes(256))
OUTS = Field(11), Field(12)


def request(own: OwnNote, deadline: int = 0) -> RelayRequest:
    transfer = Transfer(
        anchor=BlockIndex(0),
        nullifier1=own.nullifier,
        nullifier2=Field(99),
        out1=OUTS[0],
        out2=OUTS[1],
        recipient=HOME,
        amount=Wei(1),
        fee=Wei(1),
        relayer=EthAddress.zero(),
        not_before=Timestamp(0),
        deadline=Timestamp(deadline),
        claim_id=Field(0),
        inner=Field(0),
        memos=bytes(MEMOS_BYTES),
    )
    return RelayRequest(transfer, PROOF)


def claiming(own: OwnNote, deadline: int = 0) -> RelayRequest:
    claim = Claim(
        anchor=BlockIndex(0),
        claim_id=own.claim_id,
        value=own.note.value,
        recipient=REWARDS,
        not_before=Timestamp(0),
        deadline=Timestamp(deadline),
    )
    return RelayRequest(claim=claim, claim_proof=PROOF)


def claimed(books: Books, own: OwnNote) -> None:
    books.claims[own.claim_id] = OwnClaim(
        own.claim_id, REWARDS, Period(1), Points(4), Points(4), None, happened()
    )


# -- transfers --------------------------------------------------------------------------------


def test_a_request_is_open_until_the_chain_shows_something() -> None:
    books = Books()
    assert outcome(request(books.mined()), books.holdings) is Outcome.OPEN


def test_a_request_is_executed_where_a_transfer_has_its_outputs() -> None:
    books = Books()
    own = books.mined()
    books.spends.append(replace(books.spend(own), outs=OUTS))
    del books.spends[0]
    assert outcome(request(own), books.holdings) is Outcome.EXECUTED


@pytest.mark.parametrize("other", [(OUTS[0], Field(1)), (OUTS[1], OUTS[0])])
def test_another_transfer_of_the_same_note_takes_it(other: tuple[Field, Field]) -> None:
    books = Books()
    own = books.mined()
    books.spends.append(replace(books.spend(own), outs=other))
    del books.spends[0]
    assert outcome(request(own), books.holdings) is Outcome.TAKEN


@pytest.mark.parametrize(
    ("deadline", "found"),
    [(0, Outcome.OPEN), (NOW - 1, Outcome.EXPIRED), (NOW, Outcome.OPEN), (NOW + 1, Outcome.OPEN)],
)
def test_a_request_can_be_executed_in_its_last_second(deadline: int, found: Outcome) -> None:
    books = Books()
    own = books.mined()
    assert outcome(request(own, deadline), books.holdings) is found
    assert outcome(claiming(own, deadline), books.holdings) is found


def test_what_was_executed_in_time_stays_so_after_its_deadline() -> None:
    books = Books()
    own = books.mined()
    books.spends.append(replace(books.spend(own), outs=OUTS))
    del books.spends[0]
    assert outcome(request(own, NOW - 1), books.holdings) is Outcome.EXECUTED


def test_a_request_that_was_given_up_and_executed_all_the_same_ends_its_intent() -> None:
    books = Books()
    own = books.note(ETHER)
    first = Intent("1", IntentKind.SEND, Timestamp(NOW), request=request(own))
    again = replace(request(own), transfer=replace(request(own).transfer, out1=Field(77)))  # type: ignore[type-var]
    second = first.but(request=again, earlier=first.made)
    assert second.made == (OUTS[0], 77)
    assert outcome_of(second, books.holdings) is Outcome.OPEN
    books.spends.append(replace(books.spend(own), outs=OUTS))
    del books.spends[0]
    assert outcome_of(second, books.holdings) is Outcome.EXECUTED
    assert outcome_of(second.but(earlier=()), books.holdings) is Outcome.TAKEN
    assert Intent.from_json(second.to_json()) == second


def test_an_intent_without_a_request_has_no_outcome() -> None:
    assert outcome_of(Intent("1", IntentKind.SEND, Timestamp(NOW)), Books().holdings) is None


def test_a_claim_that_counted_is_executed_whoever_made_it() -> None:
    books = Books()
    own = books.mined()
    claimed(books, own)
    assert outcome(claiming(own), books.holdings) is Outcome.EXECUTED


def test_a_requests_notes_are_reserved_until_its_intent_is_over() -> None:
    books = Books()
    own, free = books.mined(), books.note(5)
    intent = Intent("1", IntentKind.WITHDRAW, Timestamp(NOW), request=request(own))
    assert list(spent_by(request(own), books.holdings)) == [own]
    assert reserved_by([intent], books.holdings) == {own.position}
    assert free.position not in reserved_by([intent], books.holdings)
    assert not reserved_by([intent.but(state=IntentState.DONE)], books.holdings)


# -- claims -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("spent", "due"), [(NOW - 1, False), (NOW, True), (NOW + 1, True)])
def test_a_claim_is_due_where_the_spends_block_dates_from_the_maturity_or_later(
    spent: int,
    due: bool,  # noqa: FBT001
) -> None:
    books = Books(now=NOW + 10)
    books.spend(books.mined(matures=NOW), at=spent)
    assert [each.account for each in due_claims(books.holdings, [])] == [0] * due


def test_a_claim_is_due_once_the_spends_block_is_proved() -> None:
    books = Books()
    books.spend(books.mined(), proved=False)
    assert not list(due_claims(books.holdings, []))


def test_a_claim_is_not_due_once_it_counted_or_while_it_is_made() -> None:
    books = Books()
    own = books.mined()
    books.spend(own)
    making = Intent("1", IntentKind.CLAIM, Timestamp(NOW), account=0)
    assert not list(due_claims(books.holdings, [making]))
    assert list(due_claims(books.holdings, [making.but(state=IntentState.FAILED)]))
    assert list(due_claims(books.holdings, [making.but(account=1)]))
    claimed(books, own)
    assert not list(due_claims(books.holdings, []))


def test_the_reward_goes_where_the_withdrawals_memo_says_rather_than_the_journal() -> None:
    books = Books()
    own = books.mined()
    books.spend(own, rewards=REWARDS)
    meant = Intent("1", IntentKind.WITHDRAW, Timestamp(NOW), account=0, rewards=HOME)
    assert [each.recipient for each in due_claims(books.holdings, [meant])] == [REWARDS]


def test_the_journal_says_it_where_the_memo_does_not_and_else_nobody() -> None:
    books = Books()
    books.spend(books.mined(), rewards=EthAddress.zero())
    meant = Intent("1", IntentKind.WITHDRAW, Timestamp(NOW), account=0, rewards=HOME)
    failed = meant.but(id="2", state=IntentState.FAILED, rewards=REWARDS)
    assert [each.recipient for each in due_claims(books.holdings, [meant, failed])] == [HOME]
    assert [each.recipient.is_zero for each in due_claims(books.holdings, [])] == [True]


# -- what comes back ----------------------------------------------------------------------------


def test_what_a_request_on_its_way_spends_comes_back_in_part_and_is_waited_for() -> None:
    books = Books()
    own = books.note(5)
    intent = Intent("a" * 32, IntentKind.SEND, NOW, state=IntentState.LEAVING, request=request(own))
    assert is_coming_back([MAIN_ACCOUNT], [intent], books.holdings)
    assert not is_coming_back([0], [intent], books.holdings)
    assert not is_coming_back([MAIN_ACCOUNT], [], books.holdings)
    over = intent.but(state=IntentState.FAILED)
    assert not is_coming_back([MAIN_ACCOUNT], [over], books.holdings)


def test_what_is_in_no_proved_block_yet_is_waited_for() -> None:
    books = Books()
    books.note(5, account=0, proved=False)
    assert is_coming_back([0, MAIN_ACCOUNT], [], books.holdings)
    assert not is_coming_back([MAIN_ACCOUNT], [], books.holdings)
