"""The guide names the commands, shapes and statuses that there are."""

import re
import shlex
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.wallet.guide import GUIDE, console_lines
from tests.cli.wallet.standin import NOW, READY, SOMEBODY, StandIn, form_of, run, session
from winze.cli.app import app
from winze.cli.output import ExitCode
from winze.protocol import Timestamp, Wei
from winze.wallet import EntryKind, HistoryEntry, SessionState

OPTION = re.compile(r"--[a-z-]+")


def typed() -> list[str]:
    """Every command line of the guide, also those inside sentences and options named alone."""
    inline = re.findall(r"`(winze [^`]+)`", GUIDE.replace("\n", " "))
    return sorted(
        {*inline, *console_lines(), *re.findall(r"^ {4}(winze .+)$", GUIDE, re.MULTILINE)}
    )


@pytest.mark.parametrize("line", typed())
def test_every_command_of_the_guide_is_one_with_these_options(line: str) -> None:
    command: Any = get_command(app)
    context = command.make_context("winze", ["--help"], resilient_parsing=True)
    words = shlex.split(line.replace("…", ""))[1:]
    while words and hasattr(command, "resolve_command") and not words[0].startswith("-"):
        _, command, words = command.resolve_command(context, words)
        assert command is not None
    known = {name for each in command.get_params(context) for name in each.opts}
    assert set(OPTION.findall(" ".join(words))) <= known


def rows(heading: str) -> dict[str, str]:
    """The first and second cells of each row of the table that is headed so."""
    found = re.search(rf"^\| {heading} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE)
    assert found is not None
    cells = [row.strip("|\n").split(" | ") for row in found[1].splitlines()]
    return {first.strip().strip("`"): second.strip().strip("| ") for first, second in cells}


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_parts_have_the_fields_that_the_guide_lists() -> None:
    parts = rows("part")
    entry = HistoryEntry(EntryKind.SEND, Timestamp(NOW), Wei(1), Wei(1), Wei(2))
    wallet = StandIn([session(buttons=READY)], movements=[entry])
    shown = form_of(run(wallet, "session", "show", "0", "--json"))
    assert list(shown) == names(parts["session"])
    assert list(shown["buttons"][0]) == names(parts["button"])
    assert list(shown["timeline"][0]) == names(parts["step"])
    begun = form_of(run(wallet, "mine", "0.1", "--yes", "--json"))
    assert list(begun) == ["intent", "session"]
    assert list(begun["intent"]) == names(parts["intent"])
    assert list(form_of(run(wallet, "history", "--json"))[0]) == names(parts["movement"])
    listed = form_of(run(wallet, "address", "--list", "--json"))
    assert list(listed["accounts"][0]) == names(parts["account"])


def test_the_documents_have_the_fields_that_the_guide_lists() -> None:
    documents, wallet = rows("command"), StandIn([session()])
    for command, more in (("portfolio", ()), ("sync", ()), ("withdrawable show", (SOMEBODY,))):
        form = form_of(run(wallet, *command.split(), *more, "--json"))
        assert list(form) == names(documents[command])
    told, listed = documents["address"].split(";")
    assert list(form_of(run(wallet, "address", "--json"))) == names(told)
    form = form_of(run(wallet, "address", "--list", "--json"))
    assert list(form) == [*names(told), *names(listed)]


def test_every_exit_status_is_listed() -> None:
    assert list(rows("exit status")) == [str(int(each)) for each in ExitCode]


def test_every_state_is_listed() -> None:
    told = GUIDE[GUIDE.index("A session's `state` is one of") :]
    listed = re.findall(r"`(\w+)`", told)[1 : len(SessionState) + 1]
    assert listed == [each.name.lower() for each in SessionState]
