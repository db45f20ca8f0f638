"""How a node's status reads, and what happens where none answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from io import StringIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from rich.console import Console
from typer.testing import CliRunner

from tests.chains import eventually
from tests.cli.programs import run_beside
from winze.cli.app import app
from winze.cli.errors import NodeUnreachable
from winze.cli.operator.screen import status_line, status_table, watch
from winze.cli.operator.status import Status, fetch_status

KEY = "0x" + "ab" * 20
FORM: dict[str, Any] = {
    "network": "devnet",
    "version": "0.1.0",
    "head": {"number": 120, "hash": "0x" + "00" * 32, "timestamp": 1_795_219_200},
    "cursor": {"number": 118, "hash": "0x" + "00" * 32, "timestamp": 1_795_219_198},
    "sealed": 6,
    "proved": 5,
    "open_entries": 3,
    "due": 1_795_219_261,
    "queue": {"received": 2, "sent": 1, "done": 9, "failed": 0},
    "balances": {KEY: str(10**17)},
    "stages": {"confirm": 2.04, "seal": None, "prove": 1.26},
    "screened": False,
    "relays": True,
    "warnings": [],
}
UNKNOWN = {name: FORM[name] for name in FORM if name not in ("head", "cursor", "due")}


def changed(**fields: Any) -> Status:
    return Status.read(deepcopy(FORM) | fields)


def shown(status: Status) -> str:
    console = Console(file=StringIO(), width=100)
    console.print(status_table(status))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@asynccontextmanager
async def answering(*answers: Any, status: int = 200) -> AsyncIterator[str]:
    """A node that gives these answers, the last one for ever; its URL."""
    left = list(answers)

    async def answer(_: web.Request) -> web.Response:
        told = left.pop(0) if len(left) > 1 else left[0]
        text = told if isinstance(told, str) else json.dumps(told)
        return web.Response(text=text, status=status, content_type="application/json")

    application = web.Application()
    application.router.add_get("/v1/status", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site.name if not runner.addresses else "http://{}:{}".format(*runner.addresses[0])
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "told",
    [
        "devnet, node 0.1.0",
        "120 at 00:00:00 UTC, read to 118",
        "5 blocks proved of 6 sealed",
        "3 entries, sealed in 1 min 1 s",
        "2 received, 1 sent ",
        "draw to proof",
        "1.3 s",
        "not measured yet",
        f"{KEY} │ 0.1 ETH",
    ],
)
def test_the_table_tells_heights_queue_times_and_balances(told: str) -> None:
    assert told in shown(changed())


@pytest.mark.parametrize(
    ("due", "told"),
    [(1_795_219_201, "sealed in 1 s"), (1_795_219_200, "due now"), (1_795_219_199, "due now")],
)
def test_the_next_seal_is_counted_down_by_the_chains_time(due: int, told: str) -> None:
    assert f"3 entries, {told}" in shown(changed(due=due))


def test_what_is_not_known_is_said() -> None:
    table = shown(Status.read(UNKNOWN))
    assert "no answer yet" in table
    assert "3 entries " in table
    assert "none read yet" in shown(Status.read(UNKNOWN | {"head": FORM["head"]}))
    assert "empty" in shown(changed(open_entries=0))
    assert "none waiting" in shown(changed(queue={"received": 0, "done": 4, "failed": 2}))
    assert "not taken by this node" in shown(changed(relays=False))


def test_warnings_stand_below_the_table_and_in_the_line() -> None:
    status = changed(warnings=["the relayer holds little", "the chain is slow"])
    assert "! the relayer holds little\n! the chain is slow\n" in shown(status)
    assert status_line(status).endswith("; the relayer holds little; the chain is slow")


def test_the_line_does_not_change_with_time_alone() -> None:
    later = {"number": 121, "hash": "", "timestamp": 1_795_219_201}
    assert status_line(changed(head=later)) == status_line(changed())
    assert status_line(changed(proved=6)) != status_line(changed())


def test_a_node_cannot_command_the_terminal() -> None:
    status = changed(network="\x1b[2Jdev", warnings=["\x1b]0;x\x07\nlate"], queue={"[bold]a": 1})
    for text in (shown(status), status_line(status)):
        assert "\x1b" not in text
        assert "\x07" not in text
    assert "1 [bold]a" in shown(status)


async def test_a_status_is_fetched_as_it_is() -> None:
    async with answering(FORM) as url, ClientSession() as session:
        assert await fetch_status(session, url + "/") == (changed(), FORM)


@pytest.mark.parametrize(
    ("answer", "status", "problem"),
    [
        (FORM, 503, "it answers with status 503"),
        ("no json", 200, "what answers is no node"),
        ([], 200, "what answers is no node"),
        (FORM | {"sealed": "many"}, 200, "what answers is no node"),
        (FORM | {"queue": 1}, 200, "what answers is no node"),
        (FORM | {"head": 1}, 200, "what answers is no node"),
        ({"network": "devnet"}, 200, "what answers is no node"),
    ],
)
async def test_what_is_no_node_is_told(answer: Any, status: int, problem: str) -> None:
    async with answering(answer, status=status) as url, ClientSession() as session:
        with pytest.raises(NodeUnreachable, match=problem):
            await fetch_status(session, url)


async def test_without_a_terminal_a_line_is_written_when_something_changes() -> None:
    console = Console(file=StringIO(), width=200)
    assert isinstance(console.file, StringIO)
    told = console.file
    answers = [FORM, FORM, FORM | {"proved": 6}, "no json", FORM]

    async def said_enough() -> bool:
        return told.getvalue().count("\n") >= 4

    async with (
        answering(*answers) as url,
        ClientSession() as session,
        run_beside(watch(session, url, console, every=0.001)),
    ):
        assert await eventually(said_enough)
    lines = told.getvalue().splitlines()
    assert [line.split(" ")[0] for line in lines] == ["5", "6", f"{url}:", "5"]


async def test_on_a_terminal_the_table_is_kept_up_to_date_through_an_outage() -> None:
    console = Console(file=StringIO(), width=100, force_terminal=True)
    assert isinstance(console.file, StringIO)
    told = console.file
    answers = [FORM, "no json", FORM | {"proved": 6}]

    async def recovered() -> bool:
        return "6 blocks proved" in told.getvalue()

    async with (
        answering(*answers) as url,
        ClientSession() as session,
        run_beside(watch(session, url, console, every=0.001)),
    ):
        assert await eventually(recovered)
    assert "5 blocks proved" in told.getvalue()
    assert "first entry to seal" in told.getvalue()
    assert "what answers is no node" in told.getvalue()


def test_where_nothing_answers_the_command_fails_and_says_what_to_do() -> None:
    for options in (["--once"], ["--json"], []):
        told = CliRunner().invoke(app, ["node", "status", "--url", "http://127.0.0.1:1", *options])
        assert told.exit_code == 1
        assert "NodeUnreachable: http://127.0.0.1:1: no answer" in told.output
        assert "is `winze node` or `winze up` running there?" in told.output


async def test_the_command_prints_what_the_node_says() -> None:
    async with answering(FORM) as url:
        arguments = ["node", "status", "--url", url]
        as_json = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--json"])
        once = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert (as_json.exit_code, json.loads(as_json.output)) == (0, FORM)
    assert once.exit_code == 0
    assert "5 blocks proved of 6 sealed" in once.output
