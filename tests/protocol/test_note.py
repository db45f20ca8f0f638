"""Notes, nullifiers and claim ids."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.strategies import fields, values
from winze.protocol import (
    DEPOSIT,
    FIELD_ORDER,
    MINEABLE,
    VALUE_BITS,
    BlockIndex,
    Field,
    InvalidKey,
    Note,
    Position,
    SpendingKey,
    Wei,
    claim_id,
    nullifier,
    poseidon,
)

Publish = Callable[[SpendingKey, Field, Position], Field]

KEY = SpendingKey(12345)
NOTE = Note(Wei(10**18), mineable=True, owner=KEY.owner, blinding=Field(67890))
POSITION = Position.at(BlockIndex(2), 3)
VECTORS = {
    "owner": 4267533774488295900887461483015112262021273608761099826938271132511348470966,
    "inner": 2843894526406969740336403922579012228751563443187407310239652207994372250101,
    "commitment": 10941718501435750144671627530221432436338595326382422565485272150193077690964,
    "nullifier": 17342946091614502640700940685336411936588552306377682671855687555900051635376,
    "claim id": 2419897704956276728399293615203312614435413909354188445526715731971381231158,
}


def test_value_mineability_and_the_deposit_mark_do_not_overlap() -> None:
    assert (1 << VALUE_BITS) <= MINEABLE
    assert MINEABLE + (1 << VALUE_BITS) <= DEPOSIT
    assert DEPOSIT + MINEABLE + (1 << VALUE_BITS) < FIELD_ORDER


@given(values, st.booleans(), fields, fields)
def test_a_commitment_is_made_as_the_protocol_says(
    value: Wei,
    mineable: bool,  # noqa: FBT001 - drawn, not passed
    owner: Field,
    blinding: Field,
) -> None:
    note = Note(value, mineable, owner, blinding)
    word = Field(value + 2**128) if mineable else Field(value)
    assert note.word == word
    assert note.inner == poseidon(owner, blinding)
    assert note.commitment == poseidon(word, poseidon(owner, blinding))


def test_a_note_and_what_is_published_of_it_have_fixed_vectors() -> None:
    published = {
        "owner": KEY.owner,
        "inner": NOTE.inner,
        "commitment": NOTE.commitment,
        "nullifier": nullifier(KEY, NOTE.commitment, POSITION),
        "claim id": claim_id(KEY, NOTE.commitment, POSITION),
    }
    assert published == VECTORS


def test_every_part_of_a_note_changes_its_commitment() -> None:
    value, owner, blinding = NOTE.value, NOTE.owner, NOTE.blinding
    others = [
        Note(Wei(value + 1), mineable=True, owner=owner, blinding=blinding),
        Note(value, mineable=False, owner=owner, blinding=blinding),
        Note(value, mineable=True, owner=Field(owner + 1), blinding=blinding),
        Note(value, mineable=True, owner=owner, blinding=Field(blinding + 1)),
    ]
    assert len({note.commitment for note in [NOTE, *others]}) == 5


@pytest.mark.parametrize("publish", [nullifier, claim_id])
def test_key_commitment_and_position_each_change_what_is_published(publish: Publish) -> None:
    commitment = NOTE.commitment
    published = {
        publish(KEY, commitment, POSITION),
        publish(SpendingKey(KEY + 1), commitment, POSITION),
        publish(KEY, Field(commitment + 1), POSITION),
        publish(KEY, commitment, Position(POSITION + 1)),
    }
    assert len(published) == 4


def test_a_claim_id_is_not_the_nullifier() -> None:
    commitment = NOTE.commitment
    assert claim_id(KEY, commitment, POSITION) != nullifier(KEY, commitment, POSITION)


@pytest.mark.parametrize("number", [-1, FIELD_ORDER])
def test_a_spending_key_outside_the_field_is_refused_without_being_shown(number: int) -> None:
    with pytest.raises(InvalidKey) as refusal:
        SpendingKey(number)
    assert str(number) not in str(refusal.value)


def test_a_spending_key_is_masked_wherever_it_is_printed() -> None:
    account = (KEY, [KEY], {"key": KEY})
    printed = [str(KEY), repr(KEY), f"{KEY}", f"{KEY:>40}", "%s %r" % (KEY, KEY), repr(account)]  # noqa: UP031 - the old way to print is one of the ways
    assert all("****" in text and str(int(KEY)) not in text for text in printed)


def test_a_printed_note_shows_neither_owner_nor_blinding() -> None:
    printed = repr(NOTE)
    assert "Wei(1000000000000000000)" in printed
    assert str(NOTE.blinding) not in printed
    assert str(NOTE.owner) not in printed
