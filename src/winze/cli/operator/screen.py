"""A node's status on the terminal: a table that is kept up to date, or plain lines."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from aiohttp import ClientSession
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..errors import NodeUnreachable
from ..units import clock_time, coins, duration
from .status import ChainHeight, Status, fetch_status

_STAGES: Final = {
    "confirm": "chain block to node",
    "seal": "first entry to seal",
    "draw": "seal to draw",
    "prove": "draw to proof",
    "include": "proof to chain",
    "batch": "request to execution",
}
_HIDDEN_STATES: Final = frozenset({"done", "skipped", "failed"})

Row = tuple[str, str]


def status_table(status: Status) -> RenderableType:
    """The whole status, with what to see to at its end."""
    table = Table(title=f"{status.network}, node {status.version}", show_header=False, min_width=60)
    for section in (_heights(status), _stages(status), _balances(status)):
        for name, told in section:
            table.add_row(Text(name), Text(told))
        table.add_section()
    return Group(table, *(Text(f"! {warning}", "yellow") for warning in status.warnings))


def status_line(status: Status) -> str:
    """What changes often, in one line."""
    return "; ".join(f"{name} {told}" for name, told in _heights(status))


async def watch(
    session: ClientSession,
    url: str,
    console: Console,
    *,
    every: float,
    head: Sequence[RenderableType] = (),
) -> None:
    """Show how the node at `url` stands until cancelled, asked every so many seconds.

    On a terminal a table below `head` is kept up to date; elsewhere a line is written whenever
    something but the chain's height has changed.
    """
    told = ""
    with Live(console=console, auto_refresh=False, transient=False) as live:
        while True:
            shown, line = await _look(session, url)
            if console.is_terminal:
                live.update(Group(*head, shown), refresh=True)
            elif line != told:
                console.print(Text(line), soft_wrap=True)
            told = line
            await asyncio.sleep(every)


async def _look(session: ClientSession, url: str) -> tuple[RenderableType, str]:
    """The table, and the line that stands for it where nothing can be redrawn."""
    try:
        status, _ = await fetch_status(session, url)
    except NodeUnreachable as problem:
        return Text(str(problem), "red"), str(problem)
    told = [f"{name} {each}" for name, each in _heights(status) if name != "chain"]
    return status_table(status), "; ".join([*told, *status.warnings])


def _heights(status: Status) -> Iterator[Row]:
    yield "chain", _chain(status.head, status.cursor)
    yield "ledger", f"{status.proved} blocks proved of {status.sealed} sealed"
    yield "open block", _open_block(status)
    if not status.relays:
        yield "requests", "not taken by this node"
        return
    waiting = [
        f"{count} {state}"
        for state, count in status.queue.items()
        if count and state not in _HIDDEN_STATES
    ]
    yield "requests", ", ".join(waiting) or "none waiting"


def _chain(head: ChainHeight | None, cursor: ChainHeight | None) -> str:
    if head is None:
        return "no answer yet"
    told = f"block {head.number} of {clock_time(head.timestamp)} UTC"
    if cursor is None:
        return f"{told}, none read yet"
    return f"{told}, read up to {cursor.number}"


def _open_block(status: Status) -> str:
    if not status.open_entries:
        return "empty"
    told = f"{status.open_entries} entries"
    if status.due is None or status.head is None:
        return told
    left = status.due - status.head.timestamp
    return f"{told}, sealed in {duration(left)}" if left > 0 else f"{told}, due now"


def _stages(status: Status) -> Iterator[Row]:
    for stage, took in status.stages.items():
        name = _STAGES.get(stage, stage)
        yield name, "not measured yet" if took is None else f"{took:.1f} s"


def _balances(status: Status) -> Iterator[Row]:
    for address, held in status.balances.items():
        yield address, f"{coins(held)} ETH"
