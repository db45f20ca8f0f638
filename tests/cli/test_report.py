"""The demo's report: what it shows, and that one disagreement is enough."""

import json
from io import StringIO

from rich.console import Console

from winze.chain import Finding
from winze.cli.demo import Report
from winze.cli.demo.report import Balance, Step

GOOD = Balance("Ann's address", "ETH", 0, 10**17, 10**17)
BAD = Balance("Ben's address", "ETH", 0, 10**17 - 1, 10**17)
SAME = Finding("root", 5, 5)
OTHER = Finding("root", 5, 6)


def shown(report: Report) -> str:
    console = Console(file=StringIO(), width=100)
    report.show(console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_report_agrees_only_if_every_balance_and_every_finding_does() -> None:
    good = Step("a step", 21_000, balances=(GOOD,))
    bad = Step("a step", 21_000, balances=(GOOD, BAD))
    assert Report([good], [SAME]).agrees
    assert not Report([good, bad], [SAME]).agrees
    assert not Report([good], [SAME, OTHER]).agrees


def test_a_disagreement_is_told_with_both_sides() -> None:
    text = shown(Report([Step("a step", 21_000, balances=(BAD,))], [OTHER]))
    assert "DISAGREE" in text
    assert "must be 0.1" in text
    assert "root: the chain has 5, the protocol 6" in text


def test_an_agreement_is_told_without_the_findings() -> None:
    text = shown(Report([Step("a step", 42_000, 2, (1.25, 1.5), (GOOD,))], [SAME], 7, 60.0))
    assert "21,000 each" in text
    assert "0 → 0.1 ETH ✓" in text
    assert "7 transactions and 1 values" in text
    assert "DISAGREE" not in text


def test_many_decimals_are_cut_visibly_in_the_table_and_whole_in_json() -> None:
    balance = Balance("a wallet", "ETH", 0, 123_456_789, 123_456_789)
    exact = Balance("a wallet", "ETH", 0, 10**12, 10**12)
    report = Report([Step("a step", 1, balances=(balance, exact))])
    text = shown(report)
    assert "0.000000… ETH" in text
    assert "0.000001 ETH" in text
    told = json.loads(json.dumps(report.to_json()))
    assert told["steps"][0]["balances"][0]["after"] == "123456789"


def test_json_says_what_the_table_says() -> None:
    told = Report([Step("a step", 21_000, balances=(BAD,))], [OTHER], 1, 2.34).to_json()
    assert (told["agrees"], told["transactions_compared"], told["seconds"]) == (False, 1, 2.3)
    assert told["steps"][0]["agrees"] is False
    assert told["findings"] == [{"name": "root", "agrees": False, "chain": "5", "protocol": "6"}]
