"""The committed figures and their document say the same, and miss nothing."""

import re

import pytest

from benchmarks.__main__ import DOCUMENT, RESULTS
from benchmarks.beside import lost
from benchmarks.figures import FACTS, LEAST, MOST, read, to_json
from benchmarks.missed import REASONS as MISSED
from benchmarks.parts import DIVIDED, MEANINGS, PART_NAMES, Divided, Part
from benchmarks.peers import COMPARISONS, REASONS, STEPS, WAYS, Peer, figures, least
from benchmarks.rows import ROWS, SIZES, Group, Row
from benchmarks.table import render
from tools.repository import ROOT
from winze.circuits import Circuit
from winze.contracts import CODE_LIMIT

COMMITTED = read(RESULTS)
COMPARED = (*COMPARISONS, *WAYS)
NUMBER = re.compile(r"\d[\d,]*k?")
TOLD_ABOUT_PEERS = set(NUMBER.findall((ROOT / "docs" / "peers.md").read_text("utf-8")))


def test_the_committed_document_is_what_the_committed_results_render_to() -> None:
    assert DOCUMENT.read_text("utf-8") == render(COMMITTED)


def test_the_committed_results_are_one_flat_sorted_object() -> None:
    assert RESULTS.read_text("utf-8") == to_json(COMMITTED)


def test_every_row_was_measured_and_every_figure_has_a_row() -> None:
    names = {name.removesuffix(LEAST).removesuffix(MOST) for name in COMMITTED}
    assert names == {row.name for row in ROWS} | {FACTS + group for group in Group} | {*PART_NAMES}


def test_no_figure_has_two_rows() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_figure_lies_between_its_least_and_its_most(row: Row) -> None:
    value = COMMITTED[row.name]
    least, most = COMMITTED.get(row.name + LEAST, value), COMMITTED.get(row.name + MOST, value)
    assert all(isinstance(each, int | float) for each in (least, value, most))
    assert 0 < float(least) <= float(value) <= float(most)


@pytest.mark.parametrize("circuit", Circuit)
def test_memory_grows_from_an_idle_process_over_one_key_to_all(circuit: Circuit) -> None:
    one = float(COMMITTED[f"memory.{circuit}.bytes"])
    assert float(COMMITTED["memory.idle.bytes"]) < one < float(COMMITTED["memory.all.bytes"])


def test_the_measured_code_could_be_deployed() -> None:
    sizes = [value for name, value in COMMITTED.items() if name.startswith("code.size.")]
    assert all(int(size) <= CODE_LIMIT for size in sizes)


@pytest.mark.parametrize("peer", Peer)
def test_every_figure_of_a_peer_stands_in_the_document_about_peers(peer: Peer) -> None:
    cells = [each.theirs[peer] for each in COMPARED if peer in each.theirs]
    gas = {number for cell in cells for number in figures(cell)}
    assert gas
    assert gas <= TOLD_ABOUT_PEERS


def test_what_is_compared_with_peers_is_measured() -> None:
    names = {row.name for row in ROWS}
    for compared in (*COMPARED, *STEPS):
        assert {share.name for share in (*compared.transaction, *compared.blocks)} <= names
    assert all(compared.theirs for compared in COMPARED)


def test_no_operation_is_compared_twice() -> None:
    assert len({compared.operation for compared in COMPARED}) == len(COMPARED)


@pytest.mark.parametrize(
    ("cell", "gas"),
    [
        ("106k", 106_000),
        ("112,834; 157k with its relaying, batch of 10", 112_834),
        ("343,015 relayed, 335,783 not", 335_783),
        ("407,314 + 401,640 (anonymity mining)", 808_954),
        ("6,655 (Tornado trees, each of 256)", 6_655),
    ],
)
def test_what_has_to_be_beaten_is_the_least_figure_of_a_cell(cell: str, gas: int) -> None:
    assert least(cell) == gas


def test_every_comparison_that_we_lose_has_its_reason_and_no_other_has() -> None:
    found = {(compared.operation, peer) for compared, peer in lost(COMMITTED)}
    assert found == set(REASONS)


def test_every_aim_that_the_node_may_miss_has_its_reason_and_no_other_has() -> None:
    aims = {row.name for row in ROWS if row.group is Group.NODE and row.aim is not None}
    assert aims == set(MISSED)


def test_a_larger_ledger_takes_more_of_a_node() -> None:
    for what in ("node.database.{}.bytes", "node.memory.{}.bytes", "node.start.{}.seconds"):
        grown = [float(COMMITTED[what.format(notes)]) for notes in SIZES]
        assert grown == sorted(grown)


def test_reasons_say_of_peers_what_was_measured_or_stated() -> None:
    batch = "16"
    assert {*NUMBER.findall(" ".join(REASONS.values()))} - {batch} <= TOLD_ABOUT_PEERS


@pytest.mark.parametrize("divided", DIVIDED, ids=lambda divided: divided.name)
def test_the_parts_of_a_transaction_are_all_of_it(divided: Divided) -> None:
    parts = {part: COMMITTED[divided.part(part)] for part in Part}
    assert sum(map(int, parts.values())) / divided.items == pytest.approx(
        COMMITTED[divided.name], abs=0.5
    )
    assert int(parts.pop(Part.REFUND)) <= 0
    assert min(map(int, parts.values())) >= 0


def test_every_part_is_explained_and_names_of_parts_are_no_figures() -> None:
    assert set(MEANINGS) == set(Part)
    assert not {*PART_NAMES} & {row.name for row in ROWS}
    assert {divided.name for divided in DIVIDED} <= {row.name for row in ROWS}
