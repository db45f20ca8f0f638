"""The ledger through the life of its blocks, forwards and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocol.histories import deposits, ledger_of, seal_and_prove, spend_number
from tests.protocol.naive import naive_root
from winze.protocol import (
    DEPTH,
    BlockIndex,
    ChainBlock,
    Deposit,
    Entry,
    Field,
    Ledger,
    LedgerError,
    NotInLedger,
    Position,
    Spend,
    Timestamp,
)

DEPOSIT = Deposit(Field(10**18), Field(77))
ONE, TWO, THREE = spend_number(1), spend_number(2), spend_number(3)

# Numbers stand for spends, so that none comes twice; a block is never empty.
histories = st.lists(
    st.lists(st.integers(0, 10**6) | deposits, min_size=1, max_size=5), max_size=6
).map(
    lambda blocks: [
        [
            entry if isinstance(entry, Deposit) else spend_number(100 * number + place)
            for place, entry in enumerate(block)
        ]
        for number, block in enumerate(blocks)
    ]
)


def visible(ledger: Ledger) -> list[object]:
    """All that can be asked of a ledger."""
    ledger.note_positions(Field(0))  # looks up every note
    return [
        list(ledger.blocks),
        ledger.open,
        ledger.proved,
        [ledger.root_at(size) for size in range(ledger.proved + 1)],
        {note: tuple(places) for note, places in ledger._notes.items()},
        dict(ledger._spends),
        [ledger.block_witness(BlockIndex(i)) for i in range(len(ledger._headers))],
    ]


def test_a_new_ledger_is_empty() -> None:
    ledger = Ledger()
    assert (ledger.blocks, ledger.open_index, ledger.proved, len(ledger.open)) == ([], 0, 0, 0)
    assert ledger.root == naive_root([], DEPTH)


# -- appending ----------------------------------------------------------------------------------


def test_positions_go_on_through_the_slots_and_then_the_blocks() -> None:
    ledger = Ledger()
    assert ledger.append(ONE) == (0, 1)
    assert ledger.append(DEPOSIT) == (2,)
    ledger.seal(Timestamp(5), ChainBlock(9))
    assert ledger.append(TWO) == (64, 65)


def test_notes_and_nullifiers_are_found_in_the_open_block_too() -> None:
    ledger = ledger_of([ONE])
    ledger.append(DEPOSIT)
    ledger.append(TWO)
    assert ledger.note_positions(TWO.out2) == (66,)
    assert ledger.note_at(Position(66)) == TWO.out2
    assert ledger.spend_position(TWO.nullifier1) == 64
    assert ledger.spend_position(ONE.nullifier2) == 1
    assert ledger.note_positions(Field(5)) == ()
    assert ledger.spend_position(Field(5)) is None


def test_equal_notes_each_have_a_position() -> None:
    ledger = ledger_of([DEPOSIT, DEPOSIT], [ONE, DEPOSIT])
    assert ledger.note_positions(DEPOSIT.commitments[0]) == (0, 1, 66)


@pytest.mark.parametrize(
    "entry",
    [
        Spend(Field(1), Field(2), ONE.nullifier2, Field(4)),
        Spend(Field(1), Field(2), Field(4), ONE.nullifier1),
    ],
)
def test_what_is_spent_is_not_spent_again(entry: Spend) -> None:
    ledger = ledger_of([ONE])
    before = visible(ledger)
    with pytest.raises(LedgerError, match="is spent already"):
        ledger.append(entry)
    assert visible(ledger) == before


def test_a_full_block_takes_nothing_more_until_it_is_sealed() -> None:
    ledger = Ledger()
    for _ in range(64):
        ledger.append(DEPOSIT)
    before = visible(ledger)
    with pytest.raises(LedgerError, match="a block has 64 slots"):
        ledger.append(ONE)
    assert visible(ledger) == before
    ledger.seal(Timestamp(5), ChainBlock(9))
    assert ledger.append(ONE) == (64, 65)


@pytest.mark.parametrize("position", [1, 63, 64, 128, 10**6])
def test_a_slot_without_a_note_is_told(position: int) -> None:
    ledger = ledger_of([DEPOSIT])
    assert ledger.note_at(Position(0)) == DEPOSIT.commitments[0]
    with pytest.raises(NotInLedger, match=f"no note stands at position {position}"):
        ledger.note_at(Position(position))


# -- sealing, drawing, proving ------------------------------------------------------------------


def test_an_empty_block_is_not_sealed() -> None:
    ledger = ledger_of([ONE])
    with pytest.raises(LedgerError, match="block 1 is empty; nothing to seal"):
        ledger.seal(Timestamp(5), ChainBlock(9))


def test_sealing_closes_the_entries_with_their_time_and_draw() -> None:
    ledger = Ledger()
    ledger.append(ONE)
    block = ledger.seal(Timestamp(5), ChainBlock(9))
    assert (block.index, block.entries.items) == (0, (ONE,))
    assert (block.timestamp, block.draw, block.entropy) == (5, 9, None)
    assert (ledger.blocks, ledger.open_index, len(ledger.open)) == ([block], 1, 0)
    assert ledger.proved == 0


@given(histories)
@settings(max_examples=25)
def test_every_root_is_the_naive_one(blocks: list[list[Entry]]) -> None:
    ledger = ledger_of(*blocks)
    headers = [block.header for block in ledger.blocks]
    for size in range(len(blocks) + 1):
        assert ledger.root_at(size) == naive_root(headers[:size], DEPTH)


def test_the_last_proved_block_is_the_anchor() -> None:
    ledger = Ledger()
    with pytest.raises(NotInLedger, match="no block is proved yet"):
        _ = ledger.anchor
    for number, entry in enumerate((ONE, TWO)):
        ledger.append(entry)
        ledger.seal(Timestamp(5), ChainBlock(9))
        ledger.prove(Field(number))
        assert ledger.anchor == number
        assert ledger.root_at(ledger.anchor + 1) == ledger.root


def test_blocks_are_proved_in_order_and_once() -> None:
    ledger = Ledger()
    for entry in (ONE, TWO):
        ledger.append(entry)
        ledger.seal(Timestamp(5), ChainBlock(9))
    first = ledger.prove(Field(1))
    assert (ledger.proved, first, ledger.blocks[0].entropy) == (1, ledger.root, 1)
    assert ledger.prove(Field(2)) == ledger.root != first
    with pytest.raises(LedgerError, match="block 2 is not sealed"):
        ledger.prove(Field(3))
    assert ledger.proved == 2


def test_witnesses_of_drawn_blocks_follow_each_other_before_any_is_proved() -> None:
    ledger = ledger_of([ONE])
    for entry in (TWO, THREE):
        ledger.append(entry)
        ledger.seal(Timestamp(5), ChainBlock(9))
    ledger.fix_entropy(BlockIndex(2), Field(22))
    for index in (1, 2):
        with pytest.raises(LedgerError, match=f"block {index} cannot be proved yet.* up to 1 only"):
            ledger.block_witness(BlockIndex(index))
    ledger.fix_entropy(BlockIndex(1), Field(21))
    statements = [ledger.block_witness(BlockIndex(index)).statement for index in (1, 2)]
    assert statements[0].old_root == ledger.root
    assert statements[0].new_root == statements[1].old_root
    assert ledger.proved == 1
    assert [ledger.prove(Field(entropy)) for entropy in (21, 22)] == [
        statement.new_root for statement in statements
    ]


def test_a_draw_may_come_out_differently_until_the_block_is_proved() -> None:
    ledger, straight = Ledger(), Ledger()
    for each in (ledger, straight):
        for entry in (ONE, TWO):
            each.append(entry)
            each.seal(Timestamp(5), ChainBlock(9))
    for index, entropy in ((0, 1), (1, 2), (0, 3)):
        ledger.fix_entropy(BlockIndex(index), Field(entropy))
    for index, entropy in ((0, 3), (1, 2)):
        straight.fix_entropy(BlockIndex(index), Field(entropy))
    assert visible(ledger) == visible(straight)
    assert ledger.prove(Field(4)) != straight.prove(Field(3))
    with pytest.raises(LedgerError, match="block 0 is proved already"):
        ledger.fix_entropy(BlockIndex(0), Field(3))


@pytest.mark.parametrize("index", [0, 1, 2])
def test_where_notes_stand_is_right_after_blocks_were_forgotten(index: int) -> None:
    ledger = ledger_of([DEPOSIT], [ONE, DEPOSIT])
    ledger.append(DEPOSIT)
    (note,) = DEPOSIT.commitments
    assert ledger.note_positions(note) == (0, 66, 128)
    ledger.truncate(BlockIndex(index))
    kept = (0, 66)[:index]
    assert ledger.note_positions(note) == kept
    for block in range(index, 3):
        ledger.append(DEPOSIT)
        ledger.seal(Timestamp(5), ChainBlock(9))
        kept = (*kept, 64 * block)
        assert ledger.note_positions(note) == kept
    assert ledger.note_positions(ONE.out1) == ((64,) if index > 1 else ())


def test_a_block_that_is_proved_again_is_as_it_was_and_its_tree_is_made_when_it_is_needed() -> None:
    first, again = ledger_of([ONE], [TWO]), ledger_of([ONE])
    again.append(TWO)
    block = again.seal(first.blocks[1].timestamp, first.blocks[1].draw)
    again.prove_again(first.blocks[1].drawn, first.blocks[1].root)
    assert (again.proved, again.root) == (2, first.root)
    assert "tree" not in vars(block.entries)
    assert visible(again) == visible(first)
    position = again.note_positions(TWO.out1)[0]
    assert again.note_membership(position) == first.note_membership(position)
    with pytest.raises(LedgerError, match="block 2 is not sealed"):
        again.prove_again(Field(1), Field(2))


def test_who_proves_again_with_another_root_gets_another_ledger() -> None:
    first, again = ledger_of([ONE]), Ledger()
    again.append(ONE)
    again.seal(first.blocks[0].timestamp, first.blocks[0].draw)
    again.prove_again(first.blocks[0].drawn, Field(first.blocks[0].root + 1))
    assert again.root != first.root


def test_a_redraw_forgets_the_entropy() -> None:
    ledger = ledger_of([ONE])
    for entry in (TWO, THREE):
        ledger.append(entry)
        ledger.seal(Timestamp(5), ChainBlock(9))
    for index in (1, 2):
        ledger.fix_entropy(BlockIndex(index), Field(8))
    block = ledger.redraw(BlockIndex(1), ChainBlock(300))
    assert (block.draw, block.entropy) == (300, None)
    assert ledger.blocks[2].entropy == 8
    with pytest.raises(LedgerError, match="cannot be proved yet"):
        ledger.block_witness(BlockIndex(1))
    ledger.prove(Field(8))
    ledger.prove(Field(8))
    assert ledger.proved == 3


def test_only_sealed_blocks_that_are_not_proved_can_be_redrawn() -> None:
    ledger = ledger_of([ONE])
    ledger.append(TWO)
    with pytest.raises(LedgerError, match="block 0 is proved already"):
        ledger.redraw(BlockIndex(0), ChainBlock(300))
    with pytest.raises(LedgerError, match="block 1 is not sealed; 1 is open"):
        ledger.redraw(BlockIndex(1), ChainBlock(300))
    ledger.seal(Timestamp(5), ChainBlock(9))
    assert ledger.redraw(BlockIndex(1), ChainBlock(300)).draw == 300


# -- places -------------------------------------------------------------------------------------


@given(histories)
@settings(max_examples=15)
def test_every_leaf_has_its_place_under_every_root_that_holds_it(
    blocks: list[list[Entry]],
) -> None:
    ledger = ledger_of(*blocks)
    for size in range(1, len(blocks) + 1):
        root = ledger.root_at(size)
        for block in ledger.blocks[:size]:
            for slot, note in enumerate(block.entries.commitments):
                place = ledger.note_membership(Position.at(block.index, slot), size)
                assert place.root(note) == root
                assert (place.timestamp, place.entropy) == (block.timestamp, block.entropy)
            for burned in block.entries.nullifiers:
                assert ledger.spend_membership(burned, size).root(burned) == root


def test_without_a_size_the_present_root_is_meant() -> None:
    ledger = ledger_of([ONE], [TWO])
    assert ledger.note_membership(Position(0)) == ledger.note_membership(Position(0), 2)
    assert ledger.spend_membership(ONE.nullifier1).root(ONE.nullifier1) == ledger.root


def test_a_leaf_newer_than_the_root_has_no_place() -> None:
    ledger = ledger_of([ONE], [TWO])
    ledger.append(THREE)
    with pytest.raises(NotInLedger, match="position 64 is in block 1, which the root of 1 blocks"):
        ledger.note_membership(Position(64), 1)
    with pytest.raises(NotInLedger, match="in block 1"):
        ledger.spend_membership(TWO.nullifier1, 1)
    with pytest.raises(NotInLedger, match="in block 2, which the root of 2 blocks"):
        ledger.note_membership(Position(128))
    with pytest.raises(NotInLedger, match="was never published"):
        ledger.spend_membership(Field(5))
    with pytest.raises(NotInLedger, match="no note stands"):
        ledger.note_membership(Position(2))


@pytest.mark.parametrize("size", [-1, 2])
def test_a_root_of_more_blocks_than_are_proved_is_refused(size: int) -> None:
    ledger = ledger_of([ONE])
    ledger.append(TWO)
    ledger.seal(Timestamp(5), ChainBlock(9))
    ledger.fix_entropy(BlockIndex(1), Field(1))
    for ask in (ledger.root_at, lambda size: ledger.note_membership(Position(0), size)):
        with pytest.raises(LedgerError, match=f"1 blocks are proved; a root of {size}"):
            ask(size)


# -- reorganisations ----------------------------------------------------------------------------


@given(histories, st.data())
@settings(max_examples=25)
def test_what_is_forgotten_and_applied_again_is_as_before(
    blocks: list[list[Entry]], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(blocks)))
    ledger = ledger_of(*blocks)
    ledger.append(DEPOSIT)
    ledger.truncate(BlockIndex(index))
    assert visible(ledger) == visible(ledger_of(*blocks[:index]))
    for number, block in enumerate(blocks[index:], start=index):
        for entry in block:
            ledger.append(entry)
        seal_and_prove(ledger, 1000 * (number + 1), 7 + number)
    assert visible(ledger) == visible(ledger_of(*blocks))


def test_forgetting_reaches_blocks_that_are_not_proved() -> None:
    ledger = ledger_of([ONE])
    for entry in (TWO, THREE):
        ledger.append(entry)
        ledger.seal(Timestamp(5), ChainBlock(9))
    ledger.fix_entropy(BlockIndex(1), Field(1))
    ledger.truncate(BlockIndex(1))
    assert visible(ledger) == visible(ledger_of([ONE]))


def test_forgetting_from_the_open_block_empties_it_alone() -> None:
    ledger = ledger_of([ONE])
    ledger.append(TWO)
    ledger.truncate(BlockIndex(1))
    assert visible(ledger) == visible(ledger_of([ONE]))


def test_a_block_that_does_not_exist_is_not_forgotten() -> None:
    ledger = ledger_of([ONE])
    with pytest.raises(LedgerError, match="block 2 does not exist; 1 is open"):
        ledger.truncate(BlockIndex(2))
