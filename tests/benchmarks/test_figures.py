"""From samples to results, and from results to what people read."""

import json
from pathlib import Path

import pytest

from benchmarks.errors import UnusableResults
from benchmarks.figures import Figures, merged, read, to_json, without_strangers
from benchmarks.missed import REASONS, missed_rows
from benchmarks.rows import ROWS
from benchmarks.table import render
from benchmarks.units import shown


def test_a_figure_is_the_median_of_its_samples() -> None:
    figures = Figures("here")
    figures.add("gas.seal", 10, 50, 30)
    assert figures.results() == {"gas.seal": 30, "gas.seal.min": 10, "gas.seal.max": 50}


def test_samples_that_agree_have_no_range() -> None:
    figures = Figures("here")
    figures.add("gas.seal", 7)
    figures.add("gas.seal", 7)
    assert figures.results() == {"gas.seal": 7}


def test_of_an_even_number_of_samples_the_lower_middle_one_is_told() -> None:
    figures = Figures("here")
    figures.add("gas.seal", 40, 10, 20, 30)
    assert figures.results()["gas.seal"] == 20


def test_parts_are_those_of_the_very_sample_that_is_told() -> None:
    figures = Figures("here")
    for base, rest in ((5, 5), (1, 1), (3, 0)):
        figures.add("gas.seal", base + rest)
        figures.divide({"gas.seal.of.base": base, "gas.seal.of.rest": rest})
    figures.divide({"gas.redraw.of.base": 9})
    told = figures.results()
    assert told["gas.seal"] == 3
    assert (told["gas.seal.of.base"], told["gas.seal.of.rest"]) == (3, 0)
    assert told["gas.redraw.of.base"] == 9


def test_gas_of_a_share_is_rounded_to_whole_units() -> None:
    figures = Figures("here")
    figures.add("gas.claim.16", 1_000_001 / 16)
    assert figures.results() == {"gas.claim.16": 62_500}


def test_a_duration_keeps_four_digits_however_short_it_is() -> None:
    figures = Figures("here")
    figures.add("poseidon.2.seconds", 0.0000123456)
    assert figures.results() == {"poseidon.2.seconds": 0.00001235}


def test_measuring_a_group_again_replaces_all_of_it_and_nothing_else() -> None:
    old = {"gas.a": 1, "gas.a.min": 0, "gas.a.max": 2, "prove.b": 3, "facts.gas": "then"}
    new = {"gas.a": 5, "facts.gas": "now"}
    assert merged(old, new, ["gas.a"]) == {"gas.a": 5, "prove.b": 3, "facts.gas": "now"}


def test_figures_that_are_not_measured_any_more_are_forgotten() -> None:
    old = {"gas.a": 1, "gas.a.min": 0, "gas.b": 2, "gas.b.max": 3, "facts.gas": "then"}
    assert without_strangers(old, ["gas.a"]) == {"gas.a": 1, "gas.a.min": 0, "facts.gas": "then"}


def test_results_are_written_flat_and_sorted_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    text = to_json({"b": 2, "a": "one µs", "c": 0.5})
    path.write_text(text, "utf-8")
    assert list(json.loads(text)) == ["a", "b", "c"]
    assert read(path) == {"a": "one µs", "b": 2, "c": 0.5}


def test_without_a_file_there_are_no_results(tmp_path: Path) -> None:
    assert read(tmp_path / "results.json") == {}


@pytest.mark.parametrize("text", ["", "[]", "3", '{"gas": {"deposit": 1}}', '{"gas.a": null}'])
def test_a_file_with_something_else_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UnusableResults, match=r"results\.json"):
        read(path)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("gas.seal", 65_000, "65,000"),
        ("prove.block.seconds", 2.9444, "2.94 s"),
        ("verify.seconds", 1.0, "1 s"),
        ("verify.seconds", 0.9996, "1000 ms"),
        ("verify.seconds", 0.00125, "1.25 ms"),
        ("poseidon.2.seconds", 0.0000314, "31.4 µs"),
        ("key.block.bytes", 56_817_181, "56.8 MB"),
        ("key.block.bytes", 999_999, "999,999"),
        ("node.sync.zstd.kept.bytes_per_second", 25_360_000, "25.4 MB/s"),
        ("facts.gas", "anvil", "anvil"),
    ],
)
def test_a_figure_is_shown_in_the_unit_that_its_name_says(
    name: str, value: float | str, text: str
) -> None:
    assert shown(name, value) == text


def test_an_aim_says_how_far_the_figure_is_from_it() -> None:
    told = render({"gas.seal": 71_500, "gas.deposit": 39_900})
    assert "| 71,500 | | 65,000 (+10.0 %) |" in told
    assert "| 39,900 | | 42,000 (-5.0 %) |" in told


def test_the_aim_of_a_rate_is_the_least_that_it_should_be() -> None:
    assert "| 180 | | at least 150 (+20.0 %) |" in render({"node.requests_per_second": 180})


@pytest.mark.parametrize(
    ("name", "value", "misses"),
    [
        ("node.requests_per_second", 149, True),
        ("node.requests_per_second", 150, False),
        ("node.sync.100000.seconds", 5, False),
        ("node.sync.100000.seconds", 5.001, True),
        ("node.sync.1000.seconds", 1_000, False),
    ],
)
def test_an_aim_is_missed_on_its_bad_side_only(*, name: str, value: float, misses: bool) -> None:
    assert [row.name for row in missed_rows({name: value})] == [name] * misses


def test_an_aim_that_the_node_misses_stands_there_with_its_reason() -> None:
    name = "node.requests_per_second"
    assert f"| `{name}` | 9 | 150 | {REASONS[name]} |" in render({name: 9})
    assert "the node misses\n\nNone.\n" in render({name: 900})


def test_what_was_not_measured_is_not_invented() -> None:
    told = render({})
    assert all(f"| `{row.name}` | ? |" in told for row in ROWS)


def test_a_comparison_adds_a_share_of_a_full_block() -> None:
    told = render(
        {"gas.transfer.16": 160_000, "gas.seal": 64_000, "gas.prove.4": 320_000, "gas.prove.1": 0}
    )
    assert "| withdrawal to a fresh address, each of 16 | 160,000 | 172,000 | 106k |" in told
