"""Rows of one block together: every slot covered once, and what its header says (protocol §4)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from winze.protocol import (
    MEMOS_BYTES,
    Block,
    BlockIndex,
    ChainBlock,
    Deposit,
    Entries,
    EthAddress,
    Field,
    Position,
    Spend,
    Timestamp,
    Wei,
)
from winze.wire import (
    BlockRows,
    DepositRow,
    HeaderRow,
    InvalidBlock,
    MemoRow,
    Page,
    RowKind,
    TransferRow,
    check_blocks,
    split,
)

WHERE = ChainBlock(9), Timestamp(99), bytes(32)
NOBODY = EthAddress.zero()


def deposit_row(at: int, inner: int = 5) -> DepositRow:
    return DepositRow(Position(at), NOBODY, Field(7), Field(inner), *WHERE)


def transfer_row(at: int, spent: int) -> TransferRow:
    words = (Field(1_000 + at + i) for i in range(4))
    return TransferRow(Position(at), Position(spent), *words, NOBODY, Wei(0), *WHERE)


def memo_row(at: int) -> MemoRow:
    return MemoRow(Position(at), bytes(MEMOS_BYTES))


def body(*rows: DepositRow | TransferRow | MemoRow | HeaderRow) -> bytes:
    return b"".join(row.encode() for row in rows)


ENTRIES = Entries(
    (
        Deposit(Field(7), Field(5)),
        *(Spend(*(Field(1_000 + 65 + i) for i in (2, 3, 0, 1))),),
        Deposit(Field(7), Field(6)),
        *(Spend(*(Field(1_000 + 68 + i) for i in (2, 3, 0, 1))),),
    )
)
BLOCK = Block(BlockIndex(1), ENTRIES, Timestamp(50), ChainBlock(3), Field(77))
HEADER = HeaderRow(
    ENTRIES.root,
    Timestamp(50),
    Field(77),
    ChainBlock(3),
    notes=6,
    spends=4,
    chain_block=ChainBlock(5),
)
ROWS = BlockRows(
    BlockIndex(1),
    body(HEADER),
    body(deposit_row(64), deposit_row(67, 6)),
    body(transfer_row(65, 64), transfer_row(68, 66)),
    body(memo_row(65), memo_row(68)),
)
BODIES = {
    RowKind.HEADERS: ROWS.header_row,
    RowKind.DEPOSITS: ROWS.deposits,
    RowKind.TRANSFERS: ROWS.transfers,
    RowKind.MEMOS: ROWS.memos,
}


def test_entries_and_header_follow_from_the_rows() -> None:
    assert ROWS.entries() == ENTRIES
    assert check_blocks([ROWS]) == [BLOCK.header]
    assert [row.position for row, _ in ROWS.rows()] == [64, 65, 67, 68]
    assert [memo and memo.position for _, memo in ROWS.rows()] == [None, 65, None, 68]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ROWS, deposits=body(deposit_row(64))),
        replace(ROWS, deposits=body(deposit_row(64), deposit_row(67, 6), deposit_row(67, 6))),
        replace(ROWS, deposits=body(deposit_row(65), deposit_row(67, 6))),
        replace(ROWS, transfers=body(transfer_row(65, 64), transfer_row(68, 67))),
        replace(ROWS, transfers=body(transfer_row(65, 65), transfer_row(68, 67))),
        replace(ROWS, memos=body(memo_row(65), memo_row(67))),
        replace(ROWS, deposits=body(deposit_row(64), deposit_row(67, 7))),
        replace(ROWS, header_row=b""),
        *(
            replace(ROWS, header_row=body(replace(HEADER, **change)))
            for change in ({"block_root": Field(1)}, {"notes": 5}, {"spends": 5})
        ),
    ],
)
def test_rows_that_are_not_what_the_header_says_are_refused(wrong: BlockRows) -> None:
    with pytest.raises(InvalidBlock):
        check_blocks([wrong])


def test_rows_are_split_block_by_block_proved_and_not() -> None:
    more = {
        **BODIES,
        RowKind.DEPOSITS: ROWS.deposits + body(deposit_row(128), deposit_row(129)),
        RowKind.TRANSFERS: ROWS.transfers + body(transfer_row(192, 192)),
        RowKind.MEMOS: ROWS.memos + body(memo_row(192)),
    }
    first, second, third = split(1, more)
    assert first == ROWS
    assert (second.index, second.header) == (2, None)
    assert list(Page(RowKind.DEPOSITS, 0, second.deposits)) == [deposit_row(128), deposit_row(129)]
    assert (third.index, third.deposits, third.memos) == (3, b"", body(memo_row(192)))
    assert split(5, dict.fromkeys(BODIES, b"")) == []


def _without_entries(bodies: dict[RowKind, bytes]) -> None:
    bodies[RowKind.DEPOSITS] += body(deposit_row(192))


def _header_alone(bodies: dict[RowKind, bytes]) -> None:
    bodies[RowKind.HEADERS] *= 2


def _early(bodies: dict[RowKind, bytes]) -> None:
    bodies[RowKind.DEPOSITS] = body(deposit_row(63)) + bodies[RowKind.DEPOSITS]


def _only_early(bodies: dict[RowKind, bytes]) -> None:
    bodies.update(dict.fromkeys(bodies, b""))
    bodies[RowKind.DEPOSITS] = body(deposit_row(63))


def _unordered(bodies: dict[RowKind, bytes]) -> None:
    bodies[RowKind.DEPOSITS] = body(deposit_row(67, 6), deposit_row(64))


def _memo_missing(bodies: dict[RowKind, bytes]) -> None:
    bodies[RowKind.MEMOS] = bodies[RowKind.MEMOS][: MemoRow.SIZE]


@pytest.mark.parametrize(
    "change", [_without_entries, _header_alone, _early, _only_early, _unordered, _memo_missing]
)
def test_rows_of_which_no_ledger_could_be_made_are_refused(
    change: Callable[[dict[RowKind, bytes]], None],
) -> None:
    bodies = dict(BODIES)
    change(bodies)
    with pytest.raises(InvalidBlock):
        split(1, bodies)
