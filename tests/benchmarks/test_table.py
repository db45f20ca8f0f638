"""The committed figures and their document say the same, and miss nothing."""

import re

import pytest

from benchmarks.__main__ import DOCUMENT, RESULTS
from benchmarks.figures import FACTS, LEAST, MOST, read, to_json
from benchmarks.peers import COMPARISONS, Peer
from benchmarks.rows import ROWS, Group, Row
from benchmarks.table import render
from tools.repository import ROOT
from winze.circuits import Circuit
from winze.contracts import CODE_LIMIT

COMMITTED = read(RESULTS)
NUMBER = re.compile(r"\d[\d,]*k?")


def test_the_committed_document_is_what_the_committed_results_render_to() -> None:
    assert DOCUMENT.read_text("utf-8") == render(COMMITTED)


def test_the_committed_results_are_one_flat_sorted_object() -> None:
    assert RESULTS.read_text("utf-8") == to_json(COMMITTED)


def test_every_row_was_measured_and_every_figure_has_a_row() -> None:
    figures = {name.removesuffix(LEAST).removesuffix(MOST) for name in COMMITTED}
    assert figures == {row.name for row in ROWS} | {FACTS + group for group in Group}


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
    told = set(NUMBER.findall((ROOT / "docs" / "peers.md").read_text("utf-8")))
    ours = [each.theirs[peer] for each in COMPARISONS if peer in each.theirs]
    gas = {number for cell in ours for number in NUMBER.findall(cell) if len(number) > len("256")}
    assert gas
    assert gas <= told


def test_what_is_compared_with_peers_is_measured() -> None:
    names = {row.name for row in ROWS}
    for compared in COMPARISONS:
        assert {share.name for share in (*compared.transaction, *compared.blocks)} <= names
        assert compared.theirs
