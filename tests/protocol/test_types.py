"""Quantities: bounds at run time, and units that the type checker keeps apart."""

import re
from pathlib import Path

import pytest
from mypy import api

from winze.protocol import (
    FIELD_ORDER,
    SLOTS,
    BlockIndex,
    ChainBlock,
    Field,
    Itx,
    OutOfRange,
    Period,
    Points,
    Position,
    Quantity,
    Seconds,
    Timestamp,
    Wei,
)

KINDS = [
    Field,
    Wei,
    Itx,
    Points,
    Timestamp,
    Seconds,
    BlockIndex,
    Position,
    ChainBlock,
    Period,
]

MIXED = """
from winze.protocol import *

def spend(value: Wei, at: Timestamp, where: Position, block: BlockIndex) -> None: ...

value, itx, earned = Wei(1), Itx(1), Points(1)
at, lock = Timestamp(1), Seconds(1)
where, block, seen = Position(1), BlockIndex(1), ChainBlock(1)
element, key = Field(1), SpendingKey(1)
proven = TransferStatement(*[element] * 7), TransferTerms(b"")

spend(value, at, where, block)
spend(itx, at, where, block)  # refused
spend(value, lock, where, block)  # refused
spend(value, at, block, block)  # refused
spend(value, at, where, seen)  # refused
spend(1, at, where, block)  # refused
spend(value + value, at, where, block)  # refused
spend(Wei(value + value), at, where, block)
maturity(at, lock)
maturity(lock, at)  # refused
share(itx, earned, earned)
share(value, earned, earned)  # refused
poseidon(element, key)
poseidon(element, value)  # refused
nullifier(key, element, where)
nullifier(element, element, where)  # refused
nullifier(key, element, block)  # refused
EthAddress.zero().bytes20
Memo(value, element, "0x0000000000000000000000000000000000000000")  # refused
Transfer.of(block, *proven)
Transfer.of(where, *proven)  # refused
read_entries(0, [[element] * 4], [[element] * 2])
read_entries(0, [element] * 4, [[element] * 2])  # refused
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_quantity_goes_from_zero_to_one_below_its_bound(kind: type[Quantity]) -> None:
    assert kind(0) == 0
    assert kind(kind.bound - 1) == kind.bound - 1
    for outside in (-1, kind.bound):
        with pytest.raises(OutOfRange, match=f"{kind.__name__} must be .*; {outside} is not"):
            kind(outside)


@pytest.mark.parametrize("value", [1.0, True, "1", None])
def test_what_is_no_integer_is_no_quantity(value: object) -> None:
    with pytest.raises(TypeError, match="Wei takes an integer, not"):
        Wei(value)  # type: ignore[arg-type]


def test_a_quantity_names_its_unit_when_represented_and_not_when_printed() -> None:
    assert repr(Wei(5)) == "Wei(5)"
    assert f"{Wei(5)}" == str(Wei(5)) == "5"


def test_reducing_maps_the_order_to_zero_and_minus_one_below_it() -> None:
    assert Field.reduce(FIELD_ORDER) == 0
    assert Field.reduce(-1) == FIELD_ORDER - 1


def test_a_position_is_made_of_block_and_slot() -> None:
    position = Position.at(BlockIndex(3), SLOTS - 1)
    assert position == 4 * SLOTS - 1
    assert (position.block, position.slot) == (3, SLOTS - 1)
    for slot in (-1, SLOTS):
        with pytest.raises(OutOfRange, match="slot must be"):
            Position.at(BlockIndex(3), slot)


def test_the_type_checker_refuses_to_mix_quantities(tmp_path: Path) -> None:
    snippet = tmp_path / "mixed.py"
    snippet.write_text(MIXED)
    marked = {
        number for number, line in enumerate(MIXED.splitlines(), 1) if line.endswith("# refused")
    }
    report, problems, _ = api.run(["--strict", f"--cache-dir={tmp_path}", str(snippet)])
    assert not problems
    found = re.findall(rf"^{re.escape(str(snippet))}:(\d+): error: (.*)$", report, re.MULTILINE)
    assert {int(number) for number, _ in found} == marked, report
    assert all("incompatible type" in message for _, message in found), report
