"""The figures in the protocol's text are those of the code."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tools.repository import ROOT
from winze import protocol
from winze.protocol import DENOMINATIONS, ETHER, MEMOS_BYTES, PROFILES

TEXT = (ROOT / "docs" / "protocol.md").read_text("utf-8")


def rows(first_heading: str) -> Iterator[list[str]]:
    """The cells of each line of the table whose first column is headed `first_heading`."""
    table = re.search(rf"^\| {first_heading} \|.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table is not None
    for line in table.group().splitlines():
        yield [cell.strip() for cell in line.strip("|").split("|")]


def number(cell: str) -> int:
    """The first whole number of a cell: `172,800 s`, `600 s (60 s)`, `2^128`."""
    found = re.search(r"(\d[\d,]*)(?:\^(\d+))?", cell)
    assert found is not None
    whole = int(found[1].replace(",", ""))
    return whole ** int(found[2]) if found[2] else whole


def test_the_constants_are_those_of_the_code() -> None:
    written = {row[0].strip("`"): number(row[1]) for row in rows("constant") if row[0][0] == "`"}
    assert written.pop("MEMOS") == MEMOS_BYTES
    assert set(written) == {"SLOTS", "DEPTH", "VALUE_BITS", "MINEABLE", "DEPOSIT"}
    assert written == {name: getattr(protocol, name) for name in written}


@pytest.mark.parametrize("row", list(rows("profile"))[2:], ids=lambda row: row[0])
def test_the_profiles_are_those_of_the_code(row: list[str]) -> None:
    profile = PROFILES[row[0]]
    interval, shortest = row[4].split("(")
    assert [number(cell) for cell in (*row[1:4], interval, shortest, row[5])] == [
        profile.lock_min,
        profile.lock_range,
        profile.period,
        profile.seal_interval,
        profile.seal_interval_min,
        profile.confirmations,
    ]


def test_every_profile_is_in_the_text() -> None:
    assert {row[0] for row in rows("profile")} >= set(PROFILES)


def test_the_points_are_those_of_the_code() -> None:
    deposits, _, earned = rows("deposit")
    amounts = [int(Decimal(cell.removesuffix(" ETH")) * ETHER) for cell in deposits[1:]]
    assert dict(zip(amounts, map(int, earned[1:]), strict=True)) == DENOMINATIONS


def test_the_sizes_of_memos_are_those_of_the_code() -> None:
    assert f"`memos` is {MEMOS_BYTES} bytes" in TEXT
