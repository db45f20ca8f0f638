"""Places in the ledger, leaf by leaf."""

from dataclasses import replace

import pytest

from tests.protocol.histories import ledger_of, spend_number
from winze.protocol import (
    Field,
    LeafKind,
    Ledger,
    LedgerError,
    Membership,
    Position,
    Timestamp,
)

LEDGER = ledger_of([spend_number(1)], [spend_number(2), spend_number(3)])
SPENT = spend_number(3)


def place_of_note() -> Membership:
    return LEDGER.note_membership(Position(64 + 3))


def test_a_note_and_a_nullifier_of_one_slot_are_neighbours() -> None:
    note, burned = place_of_note(), LEDGER.spend_membership(SPENT.nullifier2)
    assert (note.kind, burned.kind) == (LeafKind.NOTE, LeafKind.SPEND)
    assert note.position == burned.position == 67
    assert (note.leaf_index, burned.leaf_index) == (6, 7)
    assert note.leaf_siblings[0] == SPENT.nullifier2
    assert burned.leaf_siblings[0] == SPENT.out2


def test_a_place_leads_to_header_and_root() -> None:
    place = place_of_note()
    assert place.header(SPENT.out2) == LEDGER.blocks[1].header
    assert place.root(SPENT.out2) == LEDGER.root


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": LeafKind.SPEND},
        {"position": Position(66)},
        {"position": Position(67 + 64)},
        {"timestamp": Timestamp(2001)},
        {"entropy": Field(9)},
        {"leaf_siblings": tuple(map(Field, range(7)))},
        {"header_siblings": tuple(map(Field, range(26)))},
    ],
)
def test_every_part_of_a_place_counts(changes: dict[str, object]) -> None:
    assert replace(place_of_note(), **changes).root(SPENT.out2) != LEDGER.root


def test_another_leaf_leads_to_another_root() -> None:
    assert place_of_note().root(SPENT.out1) != LEDGER.root


@pytest.mark.parametrize(("leaves", "headers"), [(6, 26), (8, 26), (7, 25), (7, 27)])
def test_paths_of_another_length_are_refused(leaves: int, headers: int) -> None:
    message = rf"a membership has 7 and 26 siblings; \({leaves}, {headers}\) were given"
    with pytest.raises(LedgerError, match=message):
        Membership(
            LeafKind.NOTE,
            Position(0),
            (Field(0),) * leaves,
            Timestamp(0),
            Field(0),
            (Field(0),) * headers,
        )


def test_an_empty_ledger_places_nothing() -> None:
    with pytest.raises(LedgerError):
        Ledger().note_membership(Position(0))
