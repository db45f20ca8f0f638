"""`winze demo`: the whole of mining, on a private network."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from winze.circuits import development_keys
from winze.protocol import FAST

from .demo import Report, Stopwatch, Timeline, play
from .output import ExitCode, KeyReporter, console, explained_errors, progress_console, show_json


def demo(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON; the story goes to stderr.")
    ] = False,
) -> None:
    """Take three people from deposit to ITX on a fresh private network, with real proofs.

    Everything that happens is held against the protocol's own models; the exit status is 3 where
    anything differs.
    """
    with explained_errors():
        report = asyncio.run(_run(progress_console if as_json else console))
    conclude(report, as_json=as_json)


def conclude(report: Report, *, as_json: bool) -> None:
    """Show a report, and end the command with what it says.

    Raises:
        typer.Exit: contracts and protocol do not agree.
    """
    if as_json:
        show_json(report.to_json())
    else:
        report.show(console)
    if not report.agrees:
        raise typer.Exit(ExitCode.DISAGREES)


async def _run(story: Console) -> Report:
    from .demo.stage import BATCH_WAIT
    from .operator.local import Place, running

    keys = await asyncio.to_thread(development_keys, KeyReporter())
    timeline = Timeline(story)
    timeline.chapter("A private network and its node")
    place = Place(None, FAST.name, None, 0, {"batches.wait": int(BATCH_WAIT)})
    async with running(place, keys, timeline.tell) as (devnet, node):
        timeline.tell(f"the network {devnet.network.name} stands, profile {FAST.name}")
        return await play(devnet, node.url, Stopwatch(keys), timeline)
