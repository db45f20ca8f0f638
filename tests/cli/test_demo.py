"""`winze demo`: the whole of mining, in one command."""

import json
import re

import pytest
import typer

from tests.cli.programs import run
from winze.chain import Finding
from winze.cli.demo import Report
from winze.cli.demo.report import Balance, Step
from winze.cli.demo_command import conclude

STORY = [
    "8 deposits, one by one",
    "Ann cancels: 0.1 ETH less the fee, to a fresh address",
    "Cleo withdraws 10 ETH less fees, Ben redeposits 1 ETH; one batch",
    "Cleo and Ben claim, to fresh addresses",
    "Ben withdraws 1 ETH to a contract, which refuses it",
    "the contract has its withdrawable ETH sent to a fresh address",
    "Ben claims, to fresh addresses",
]
"""What people do; blocks are built in between, and ITX is distributed at the end."""

BUILT = re.compile(r"block [0-9, ]+ is (?P<what>sealed|proved)")
SHORT = Step("a step", 21_000, balances=(Balance("Ann's address", "ETH", 0, 99, 100),))
OTHER = Finding("root", 5, 6)


@pytest.mark.chain
def test_the_demo_goes_through_and_agrees_with_the_protocol() -> None:
    done = run("demo", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["agrees"]
    assert all(finding["agrees"] for finding in report["findings"])
    names = {finding["name"] for finding in report["findings"]}
    assert names >= {f"ETH of the node's {job}" for job in ("builder", "relayer", "distributor")}
    titles = [step["title"] for step in report["steps"]]
    assert [title for title in titles if title in STORY] == STORY
    built = [found["what"] for title in titles if (found := BUILT.fullmatch(title))]
    # A block that is due may be sealed by the next deposit or transfer instead of the node.
    assert built.count("proved") >= built.count("sealed") > 0
    assert re.fullmatch(r"the ITX of period \d+ is distributed", titles[-1])
    for step in report["steps"]:
        assert step["agrees"]
        assert step["gas"] >= 21_000
        assert all(balance["after"] == balance["expected"] for balance in step["balances"])
    assert report["transactions_compared"] >= len(titles)
    assert "The day closes" in done.stderr


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("report", [Report([SHORT]), Report(findings=[OTHER])])
def test_a_disagreement_has_a_status_of_its_own(
    report: Report,
    *,
    as_json: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit) as ended:
        conclude(report, as_json=as_json)
    assert ended.value.exit_code == 3
    told = capsys.readouterr().out
    assert json.loads(told)["agrees"] is False if as_json else "DISAGREE" in told


@pytest.mark.parametrize("as_json", [True, False])
def test_an_agreement_ends_as_everything_else_that_went_well(
    *, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    conclude(Report(findings=[Finding("root", 5, 5)]), as_json=as_json)
    told = capsys.readouterr().out
    assert json.loads(told)["agrees"] if as_json else "agree" in told
