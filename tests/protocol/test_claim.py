"""Claims: who stayed long enough, to the second."""

from dataclasses import astuple, replace

import pytest
from eth_abi.abi import encode

from tests.protocol.histories import (
    ALICE,
    BOB,
    CHAIN_ID,
    LOCK_MIN,
    LOCK_RANGE,
    NOBODY,
    REWARDS,
    Session,
)
from winze.protocol import (
    ETHER,
    FIELD_ORDER,
    ClaimTerms,
    Field,
    InvalidStatement,
    LeafKind,
    OutOfRange,
    Seconds,
    SpendingKey,
    Timestamp,
    claim_id,
    keccak,
)

SESSION = Session.new()
LOCK = LOCK_MIN, LOCK_RANGE


def refused(message: str, session: Session = SESSION, **changes: object) -> None:
    with pytest.raises(InvalidStatement, match=message):
        session.claim(**changes)


# -- what is proved -----------------------------------------------------------------------------


def test_the_context_is_the_contracts() -> None:
    terms = ClaimTerms(ALICE, Timestamp(5), Timestamp(6))
    types = ["uint256", "address", "address", "uint256", "uint256"]
    encoded = encode(types, [CHAIN_ID, REWARDS, ALICE, 5, 6])
    assert terms.context(CHAIN_ID, REWARDS) == int.from_bytes(keccak(encoded)) >> 8


def test_every_term_changes_the_context() -> None:
    terms = ClaimTerms(ALICE, Timestamp(5), Timestamp(6))
    others = [
        ClaimTerms(BOB, Timestamp(5), Timestamp(6)),
        ClaimTerms(ALICE, Timestamp(4), Timestamp(6)),
        ClaimTerms(ALICE, Timestamp(5), Timestamp(7)),
    ]
    contexts = {each.context(CHAIN_ID, REWARDS) for each in [terms, *others]}
    contexts |= {terms.context(CHAIN_ID + 1, REWARDS), terms.context(CHAIN_ID, ALICE)}
    assert len(contexts) == 6


def test_terms_that_say_nothing_of_times_allow_any() -> None:
    assert ClaimTerms(ALICE) == ClaimTerms(ALICE, Timestamp(0), Timestamp(0))


def test_a_statement_lists_its_signals_in_the_circuits_order() -> None:
    witness = SESSION.claim()
    (position,) = SESSION.ledger.note_positions(SESSION.note.commitment)
    assert witness.statement.signals() == [
        SESSION.ledger.root,
        claim_id(SESSION.key, SESSION.note.commitment, position),
        ETHER,
        ClaimTerms(ALICE).context(CHAIN_ID, REWARDS),
        LOCK_MIN,
        LOCK_RANGE,
    ]


def test_what_is_submitted_leads_to_the_same_statement() -> None:
    witness = SESSION.claim(terms=ClaimTerms(ALICE, Timestamp(5), Timestamp(6)))
    statement, claim = witness.statement, witness.claim
    assert claim.statement(CHAIN_ID, REWARDS, LOCK, SESSION.ledger.root) == statement
    assert astuple(claim) == (2, statement.claim_id, ETHER, ALICE, 5, 6)
    assert claim.struct == (2, statement.claim_id, ETHER, (ALICE, 5, 6))


def test_a_proof_speaks_of_the_root_and_the_anchor_only_says_where_it_stands() -> None:
    witness = SESSION.claim()
    claim, statement = witness.claim, witness.statement
    older = SESSION.ledger.root_at(2)
    told = claim.statement(CHAIN_ID, REWARDS, LOCK, older)
    assert told == replace(statement, root=older) != statement
    moved = replace(claim, anchor=0)
    assert moved.statement(CHAIN_ID, REWARDS, LOCK, SESSION.ledger.root) == statement


def test_a_submitted_claim_is_told_the_lock_in_the_circuits_order() -> None:
    claim = SESSION.claim().claim
    told = claim.statement(CHAIN_ID, REWARDS, LOCK, SESSION.ledger.root)
    assert told.signals()[-2:] == [LOCK_MIN, LOCK_RANGE]


def test_a_submitted_claim_may_hold_any_time_but_no_word_beyond_the_field() -> None:
    root = SESSION.ledger.root
    claim = replace(SESSION.claim().claim, anchor=2**256 - 1, not_before=2**256 - 1)
    assert claim.statement(CHAIN_ID, REWARDS, LOCK, root)
    for name, bound in (("not_before", 2**256), ("claim_id", FIELD_ORDER), ("value", FIELD_ORDER)):
        assert replace(claim, **{name: bound - 1}).statement(CHAIN_ID, REWARDS, LOCK, root)
        with pytest.raises(OutOfRange):
            replace(claim, **{name: bound}).statement(CHAIN_ID, REWARDS, LOCK, root)


def test_a_witness_prints_no_secret() -> None:
    printed = repr(SESSION.claim())
    assert str(int(SESSION.nullifier)) not in printed
    assert "Note(" not in printed
    assert "spending_key" not in printed


# -- maturity -----------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [0, 1, 10**6])
def test_a_spend_at_maturity_or_later_earns(late: int) -> None:
    session = Session.new(late)
    witness = session.claim()
    assert witness.spend_place.timestamp == witness.maturity + late
    lock = witness.maturity - Session.DEPOSITED_AT
    assert LOCK_MIN <= lock < LOCK_MIN + LOCK_RANGE


def test_a_spend_one_second_before_maturity_earns_nothing() -> None:
    session = Session.new(late=-1)
    spent_at = session.ledger.blocks[2].timestamp
    refused(f"spent at {spent_at}, before its maturity {spent_at + 1}: .* canceled", session)


def test_another_lock_is_another_maturity() -> None:
    refused("before its maturity", lock_min=Seconds(LOCK_MIN + 1))
    assert SESSION.claim(lock_min=Seconds(LOCK_MIN - 1)).maturity == SESSION.claim().maturity - 1


# -- what cannot be proved ----------------------------------------------------------------------


def test_only_a_mining_deposit_can_be_claimed() -> None:
    refused(f"the note of {ETHER} wei is no mining deposit", Session.new(mineable=False))


def test_another_key_is_refused() -> None:
    refused("the note belongs to another spending key", spending_key=SpendingKey(1))


def test_a_root_without_the_note_is_refused() -> None:
    refused("the note is not at position 64 under root", root=SESSION.ledger.root_at(1))


def test_a_root_without_the_spend_is_refused() -> None:
    place = SESSION.ledger.note_membership(SESSION.claim().note_place.position, 2)
    older = SESSION.ledger.root_at(2)
    refused("its nullifier is not at position 129", root=older, note_place=place)


def test_the_places_are_not_exchanged() -> None:
    witness = SESSION.claim()
    refused("the note was given the place of a spend", note_place=witness.spend_place)
    refused("its nullifier was given the place of a note", spend_place=witness.note_place)


def test_the_spend_of_another_note_is_refused() -> None:
    other = SESSION.ledger.spend_membership(Field(93))
    assert other.kind is LeafKind.SPEND
    refused("its nullifier is not at position 128", spend_place=other)


def test_a_value_that_would_wrap_is_refused() -> None:
    note = replace(SESSION.note)
    object.__setattr__(note, "value", 2**96)
    refused(f"the note's value must be .* below 2\\^96 wei; {2**96} is not", note=note)


# -- what the rewards would revert --------------------------------------------------------------


def test_a_claim_credits_somebody() -> None:
    refused("credits an address; the zero address is none", terms=ClaimTerms(NOBODY))


def test_times_exclude_each_other_only_where_the_deadline_comes_first() -> None:
    for not_before, deadline in ((7, 0), (7, 7), (7, 8)):
        terms = ClaimTerms(ALICE, Timestamp(not_before), Timestamp(deadline))
        assert SESSION.claim(terms=terms).terms == terms
    terms = ClaimTerms(ALICE, Timestamp(8), Timestamp(7))
    refused("the deadline 7 is before the first moment 8", terms=terms)
