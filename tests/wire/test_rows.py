"""Rows in a fixed number of bytes: read back as written, at their bounds, and refused beyond."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winze.protocol import (
    FIELD_ORDER,
    MEMOS_BYTES,
    ChainBlock,
    EthAddress,
    Field,
    Period,
    Points,
    Position,
    Timestamp,
    Wei,
)
from winze.wire import (
    ROWS,
    ClaimRow,
    DepositRow,
    DistributionRow,
    HeaderRow,
    InvalidRow,
    MemoRow,
    PayoutRow,
    Row,
    RowKind,
    TransferRow,
)

SIZES = {
    RowKind.HEADERS: 90,
    RowKind.MEMOS: 168,
    RowKind.DEPOSITS: 140,
    RowKind.TRANSFERS: 224,
    RowKind.CLAIMS: 106,
    RowKind.DISTRIBUTIONS: 88,
    RowKind.PAYOUTS: 100,
}
ALICE = EthAddress("0x" + "0a" * 20)
field = st.integers(0, FIELD_ORDER - 1).map(Field)
address = st.binary(min_size=20, max_size=20).map(EthAddress.from_bytes)
position = st.integers(0, Position.bound - 1).map(Position)
chain_block = st.integers(0, ChainBlock.bound - 1).map(ChainBlock)
timestamp = st.integers(0, Timestamp.bound - 1).map(Timestamp)
wei = st.integers(0, Wei.bound - 1).map(Wei)
period = st.integers(0, (1 << 32) - 1).map(Period)
points = st.integers(0, (1 << 16) - 1).map(Points)
count = st.integers(0, 255)
number = st.integers(0, (1 << 32) - 1)
bits = st.integers(0, (1 << 256) - 1)
hashed = st.binary(min_size=32, max_size=32)
memos = st.binary(min_size=MEMOS_BYTES, max_size=MEMOS_BYTES)
where = (chain_block, timestamp, hashed)
rows: st.SearchStrategy[Row] = st.one_of(
    st.builds(HeaderRow, field, timestamp, field, chain_block, count, count, chain_block),
    st.builds(MemoRow, position, memos),
    st.builds(DepositRow, position, address, field, field, *where),
    st.builds(TransferRow, position, position, *[field] * 4, address, wei, *where),
    st.builds(ClaimRow, field, address, period, points, *where),
    st.builds(DistributionRow, period, number, bits, *where),
    st.builds(PayoutRow, address, address, wei, *where),
)


def zero(kind: RowKind) -> Row:
    """The row whose bytes are all zero."""
    return ROWS[kind].decode(bytes(ROWS[kind].SIZE))


@given(row=rows)
def test_every_row_is_read_back_as_it_was_written(row: Row) -> None:
    encoded = row.encode()
    found = type(row).decode(encoded)
    assert len(encoded) == row.SIZE
    assert found == row
    assert [type(getattr(found, each.name)) for each in fields(row)] == [
        type(getattr(row, each.name)) for each in fields(row)
    ]


def test_there_is_a_row_of_each_kind_and_its_size_is_known() -> None:
    assert {kind: row.SIZE for kind, row in ROWS.items()} == SIZES
    assert {kind: row.KIND for kind, row in ROWS.items()} == {kind: kind for kind in RowKind}


@pytest.mark.parametrize("kind", RowKind)
def test_every_field_has_a_column(kind: RowKind) -> None:
    assert len(fields(ROWS[kind])) == len(ROWS[kind].COLUMNS)


def test_a_row_is_its_fields_one_after_another() -> None:
    row = DepositRow(
        Position(66), ALICE, Field(5), Field(6), ChainBlock(7), Timestamp(8), b"t" * 32
    )
    numbers = (value.to_bytes(size, "big") for value, size in ((5, 32), (6, 32), (7, 8), (8, 8)))
    assert row.encode() == (66).to_bytes(8, "big") + b"\x0a" * 20 + b"".join(numbers) + b"t" * 32
    assert [DepositRow.width_before(name) for name in ("position", "word", "transaction")] == [
        *(0, 28, 108),
    ]


def test_a_transfers_leaves_stand_after_their_positions() -> None:
    leaves = Field(1), Field(2), Field(3), Field(4)
    paid = ALICE, Wei(7), ChainBlock(8), Timestamp(9), b"t" * 32
    row = TransferRow(Position(64), Position(66), *leaves, *paid)
    encoded = row.encode()
    assert [int.from_bytes(encoded[at : at + 32]) for at in range(16, 144, 32)] == [1, 2, 3, 4]
    names = "nullifier1", "nullifier2", "out1", "out2", "recipient"
    assert [TransferRow.width_before(name) for name in names] == [16, 48, 80, 112, 144]


def test_the_number_of_a_kind_that_is_gone_is_no_other_kinds() -> None:
    assert [int(kind) for kind in RowKind] == [1, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("kind", RowKind)
@pytest.mark.parametrize("slack", [-1, 1])
def test_another_number_of_bytes_is_no_row(kind: RowKind, slack: int) -> None:
    with pytest.raises(InvalidRow, match=f"has {SIZES[kind]} bytes"):
        ROWS[kind].decode(bytes(SIZES[kind] + slack))


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (RowKind.HEADERS, "notes", 256),
        (RowKind.HEADERS, "spends", -1),
        (RowKind.MEMOS, "memos", bytes(159)),
        (RowKind.MEMOS, "memos", bytes(161)),
        (RowKind.CLAIMS, "period", 1 << 32),
        (RowKind.CLAIMS, "points", 1 << 16),
        (RowKind.DISTRIBUTIONS, "word", 1 << 32),
        (RowKind.DISTRIBUTIONS, "minted", 1 << 256),
        (RowKind.PAYOUTS, "amount", 1 << 96),
        (RowKind.PAYOUTS, "transaction", bytes(31)),
        (RowKind.TRANSFERS, "position", 1 << 64),
    ],
)
def test_a_value_without_room_is_refused(kind: RowKind, name: str, value: Any) -> None:
    changes: dict[str, Any] = {name: value}
    with pytest.raises(InvalidRow):
        replace(zero(kind), **changes).encode()


@pytest.mark.parametrize(
    ("kind", "at", "value"),
    [
        (RowKind.HEADERS, 0, FIELD_ORDER),
        (RowKind.TRANSFERS, 16, FIELD_ORDER),
        (RowKind.TRANSFERS, 16 + 3 * 32, FIELD_ORDER),
        (RowKind.DEPOSITS, 28, FIELD_ORDER),
        (RowKind.CLAIMS, 0, FIELD_ORDER),
    ],
)
def test_a_number_outside_the_field_is_no_element(kind: RowKind, at: int, value: int) -> None:
    for step, fits in ((-1, True), (0, False)):
        data = bytearray(SIZES[kind])
        data[at : at + 32] = (value + step).to_bytes(32, "big")
        if fits:
            assert ROWS[kind].decode(bytes(data)).encode() == bytes(data)
        else:
            with pytest.raises(InvalidRow, match="cannot be read"):
                ROWS[kind].decode(bytes(data))


@pytest.mark.parametrize("at", [0, 8])
def test_a_position_lies_in_the_ledger(at: int) -> None:
    data = bytearray(SIZES[RowKind.TRANSFERS])
    data[at : at + 8] = (Position.bound - 1).to_bytes(8, "big")
    assert TransferRow.decode(bytes(data)).encode() == bytes(data)
    data[at : at + 8] = Position.bound.to_bytes(8, "big")
    with pytest.raises(InvalidRow, match="Position"):
        TransferRow.decode(bytes(data))
