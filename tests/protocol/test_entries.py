"""Entries and the blocks that hold them."""

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.histories import entry_lists
from tests.protocol.naive import naive_root, naive_sum
from tests.protocol.strategies import fields
from winze.protocol import (
    DEPOSIT,
    EMPTY_DIGEST,
    FIELD_ORDER,
    MINEABLE,
    SLOTS,
    Deposit,
    Entries,
    Entry,
    Field,
    LedgerError,
    OutOfRange,
    Spend,
    keccak,
    poseidon,
    read_entries,
)

DEPOSITED = Deposit(Field(10**18), Field(77))
HIGHEST = 2**96 - 1


def spend(number: int) -> Spend:
    return Spend(*(Field(10 * number + i) for i in range(1, 5)))


def entries(deposits: int, spends: int) -> Entries:
    return Entries((*[DEPOSITED] * deposits, *map(spend, range(spends))))


@pytest.mark.parametrize("word", [1, HIGHEST, MINEABLE + 1, MINEABLE + HIGHEST])
def test_a_deposit_of_any_possible_value_is_an_entry(word: int) -> None:
    assert Deposit(Field(word), Field(5)).commitments == (poseidon(Field(word), Field(5)),)


@pytest.mark.parametrize(
    "word", [0, HIGHEST + 1, MINEABLE, MINEABLE + HIGHEST + 1, 2 * MINEABLE, 2 * MINEABLE + 1]
)
def test_a_word_that_no_deposit_has_is_refused(word: int) -> None:
    with pytest.raises(LedgerError, match=f"{word} is not"):
        Deposit(Field(word), Field(5))


def test_a_spend_of_one_note_twice_is_refused() -> None:
    with pytest.raises(LedgerError, match="nullifiers must differ; both are 3"):
        Spend(Field(1), Field(2), Field(3), Field(3))


@pytest.mark.parametrize(
    ("deposits", "spends", "next_entry", "fits"),
    [
        (63, 0, DEPOSITED, True),
        (64, 0, DEPOSITED, False),
        (62, 0, spend(99), True),
        (63, 0, spend(99), False),
        (0, 31, spend(99), True),
        (0, 32, spend(99), False),
        (2, 31, DEPOSITED, False),
        (1, 31, DEPOSITED, True),
    ],
)
def test_a_block_takes_what_fits_its_slots(
    deposits: int, spends: int, next_entry: Entry, *, fits: bool
) -> None:
    held = entries(deposits, spends)
    assert held.fits(next_entry) is fits
    if fits:
        assert held.adding(next_entry).items == (*held.items, next_entry)
    else:
        with pytest.raises(LedgerError, match="a block has 64 slots"):
            held.adding(next_entry)


@given(entry_lists)
def test_the_digest_is_the_contracts(items: list[Entry]) -> None:
    digest = EMPTY_DIGEST
    for entry in items:
        if isinstance(entry, Deposit):
            words = [DEPOSIT + entry.word, entry.inner]
        else:
            words = [entry.out1, entry.out2, entry.nullifier1, entry.nullifier2]
        digest = keccak(encode(["bytes32", *["uint256"] * len(words)], [digest, *words]))
    assert Entries(tuple(items)).digest == digest


def check_tree(held: Entries) -> None:
    """Hold the block's tree against all of its leaves."""
    leaves = [Field(0)] * (2 * SLOTS)
    for slot, commitment in enumerate(held.commitments):
        leaves[2 * slot] = commitment
    for slot, nullifier in enumerate(held.nullifiers):
        leaves[2 * slot + 1] = nullifier
    assert held.root == naive_root(leaves, 7)


@given(entry_lists)
def test_the_tree_has_notes_at_even_and_nullifiers_at_odd_leaves(items: list[Entry]) -> None:
    check_tree(Entries(tuple(items)))


@pytest.mark.parametrize(("deposits", "spends"), [(0, 0), (64, 0), (0, 32), (62, 1), (0, 3)])
def test_the_tree_takes_all_slots_of_either_kind(deposits: int, spends: int) -> None:
    check_tree(entries(deposits, spends))


def test_notes_and_nullifiers_fill_their_own_slots_in_order() -> None:
    first, second = spend(1), spend(2)
    held = Entries((first, DEPOSITED, second))
    note = DEPOSITED.commitments
    assert held.commitments == (*first.commitments, *note, *second.commitments)
    assert held.nullifiers == (*first.nullifiers, *second.nullifiers)


@given(entry_lists)
def test_the_circuit_reads_the_notes_out_of_a_and_b(items: list[Entry]) -> None:
    held = Entries(tuple(items))
    slots = held.slots
    assert [len(column) for column in (slots.a, slots.b, slots.s)] == [SLOTS] * 3
    read = [
        b if a == 0 else poseidon(Field(a - DEPOSIT), b)
        for a, b in zip(slots.a, slots.b, strict=True)
    ]
    empty = (Field(0),)
    assert tuple(read) == held.commitments + empty * (SLOTS - len(held.commitments))
    assert slots.s == held.nullifiers + empty * (SLOTS - len(held.nullifiers))


@given(entry_lists, fields)
def test_the_sum_is_the_polynomial_term_by_term(items: list[Entry], z: Field) -> None:
    slots = Entries(tuple(items)).slots
    assert slots.sum(z) == naive_sum(slots.a, slots.b, slots.s, z)


@given(entry_lists)
def test_submitted_rows_are_read_back(items: list[Entry]) -> None:
    held = Entries(tuple(items))
    assert read_entries(held.kinds, held.transfers, held.deposits) == held


def test_a_bit_of_kinds_says_transfer() -> None:
    assert entries(1, 2).kinds == 0b110
    assert Entries((spend(1), DEPOSITED)).kinds == 0b01


ROW, OTHER_ROW = (1, 2, 3, 4), (5, 6, 7, 8)
DEPOSIT_ROW, OTHER_DEPOSIT_ROW = (DEPOSIT + 1, 5), (DEPOSIT + 2, 6)


def test_rows_are_the_entries_of_their_kind_in_their_order() -> None:
    held = Entries((spend(1), DEPOSITED, spend(2), DEPOSITED))
    assert held.transfers == ((11, 12, 13, 14), (21, 22, 23, 24))
    assert held.deposits == ((DEPOSIT + 10**18, 77),) * 2
    assert held.kinds == 0b0101


def test_kinds_give_rows_their_places() -> None:
    first, second = (Spend(*map(Field, row)) for row in (ROW, OTHER_ROW))
    one, other = Deposit(Field(1), Field(5)), Deposit(Field(2), Field(6))
    rows = [ROW, OTHER_ROW], [DEPOSIT_ROW, OTHER_DEPOSIT_ROW]
    for kinds, items in [
        (0b0011, (first, second, one, other)),
        (0b1100, (one, other, first, second)),
        (0b0101, (first, one, second, other)),
        (0b1001, (first, one, other, second)),
    ]:
        assert read_entries(kinds, *rows).items == items


@pytest.mark.parametrize("kinds", [0b10, 0b110, 2**64 + 0b10, 2**255 + 0b10])
def test_kinds_beyond_the_last_entry_say_nothing(kinds: int) -> None:
    # As in the contract, which stops after the last row.
    assert read_entries(kinds, [ROW], [DEPOSIT_ROW]).kinds == 0b10


@pytest.mark.parametrize(
    ("kinds", "transfers", "deposits"),
    [
        (0b1, 0, 1),
        (0b0, 1, 0),
        (0b11, 1, 1),
        (0b00, 1, 1),
        (0b100, 1, 1),
        (0b111, 2, 1),
        (0b001, 2, 1),
        (2**64 - 1, 0, 64),
        (0, 32, 0),
    ],
)
def test_kinds_that_ask_for_more_of_one_kind_than_there_are_are_refused(
    kinds: int, transfers: int, deposits: int
) -> None:
    message = f"kinds {kinds:#x} do not fit {transfers} transfers and {deposits} deposits"
    with pytest.raises(LedgerError, match=message):
        read_entries(kinds, [ROW] * transfers, [DEPOSIT_ROW] * deposits)


def test_no_rows_are_no_entries() -> None:
    assert read_entries(0, [], []) == read_entries(2**256 - 1, [], []) == Entries()


@pytest.mark.parametrize(
    ("kinds", "transfers", "deposits", "message"),
    [
        (0, [], [(DEPOSIT - 1, 5)], "has 2\\^129 added"),
        (0, [], [(DEPOSIT, 5)], "a deposit's word is its value"),
        (0, [], [(DEPOSIT + 2 * MINEABLE, 5)], "a deposit's word is its value"),
        (1, [(1, 2, 3, 3)], [], "nullifiers must differ"),
        (1, [(1, 2, 3)], [], "a row of 3 words was given where an entry has 4"),
        (1, [(1, 2, 3, 4, 5)], [], "a row of 5 words was given where an entry has 4"),
        (0, [], [(DEPOSIT + 1,)], "a row of 1 words was given where an entry has 2"),
        (0, [], [(DEPOSIT + 1, 5, 6)], "a row of 3 words was given where an entry has 2"),
        (0, [], [DEPOSIT_ROW] * 65, "a block has 64 slots"),
        (2**33 - 1, [ROW] * 33, [], "a block has 64 slots"),
        (2**32 - 1, [ROW] * 32, [DEPOSIT_ROW], "a block has 64 slots"),
    ],
)
def test_rows_that_are_no_entries_are_refused(
    kinds: int, transfers: list[tuple[int, ...]], deposits: list[tuple[int, ...]], message: str
) -> None:
    with pytest.raises(LedgerError, match=message):
        read_entries(kinds, transfers, deposits)


@pytest.mark.parametrize("place", range(6))
def test_a_submitted_word_outside_the_field_is_refused(place: int) -> None:
    for value, fits in ((FIELD_ORDER - 1, True), (FIELD_ORDER, False), (2**256 - 1, False)):
        words = [*ROW, *DEPOSIT_ROW]
        words[place] = value
        if fits and place != 4:  # no deposit's entry is so large
            assert len(read_entries(1, [words[:4]], [words[4:]])) == 2
        else:
            with pytest.raises(LedgerError if fits else OutOfRange):
                read_entries(1, [words[:4]], [words[4:]])


@given(st.integers(0, 32))
def test_a_full_block_of_transfers_is_read_back(count: int) -> None:
    held = entries(64 - 2 * count, count)
    assert read_entries(held.kinds, held.transfers, held.deposits) == held


@given(st.integers(0, 64))
def test_a_full_block_of_deposits_is_read_back(count: int) -> None:
    held = entries(count, 0)
    assert read_entries(held.kinds, held.transfers, held.deposits) == held
