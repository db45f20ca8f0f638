"""A node's status on the terminal: a table that is kept up to date, or plain lines."""

import asyncio
from collections.abc import Iterator
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
_ENDED: Final = frozenset({"done", "skipped", "failed"})
"""States of requests that wait for nothing."""

Row = tuple[str, str]


def status_table(status: Status) -> RenderableType:
    """The whole status, with what to see to at its end."""
    table = Table(title=f"{status.network}, node {status.version}", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for section in (_heights(status), _stages(status), _balances(status)):
        for name, told in section:
            table.add_row(Text(name), Text(told))
        table.add_section()
    return Group(table, *(Text(f"! {warning}", "yellow") for warning in status.warnings))


def status_line(status: Status) -> str:
    """What has changed when anything worth a line has, and not with every second."""
    ledger = f"{status.proved} blocks proved of {status.sealed} sealed"
    waiting = f"{status.open_entries} entries wait for the next"
    return "; ".join((ledger, waiting, f"requests {_requests(status)}", *status.warnings))


async def watch(
    session: ClientSession,
    url: str,
    console: Console,
    *,
    every: float,
) -> None:
    """Show how the node at `url` stands until cancelled, asked every so many seconds.

    On a terminal a table is kept up to date; elsewhere a line is written when something changes.
    """
    if not console.is_terminal:
        await _tell(session, url, console, every)
        return
    with Live(console=console, auto_refresh=False) as live:
        while True:
            live.update(await _look(session, url), refresh=True)
            await asyncio.sleep(every)


async def _look(session: ClientSession, url: str) -> RenderableType:
    try:
        status, _ = await fetch_status(session, url)
    except NodeUnreachable as problem:
        return Text(str(problem), "red")
    return status_table(status)


async def _tell(session: ClientSession, url: str, console: Console, every: float) -> None:
    told = ""
    while True:
        try:
            line = status_line((await fetch_status(session, url))[0])
        except NodeUnreachable as problem:
            line = str(problem)
        if line != told:
            console.print(Text(line), soft_wrap=True)
        told = line
        await asyncio.sleep(every)


def _heights(status: Status) -> Iterator[Row]:
    yield "chain", _chain(status.head, status.cursor)
    yield "ledger", f"{status.proved} blocks proved of {status.sealed} sealed"
    yield "open block", _open_block(status)
    yield "requests", _requests(status)


def _requests(status: Status) -> str:
    if not status.relays:
        return "not taken by this node"
    waiting = (
        f"{count} {state}" for state, count in status.queue.items() if count and state not in _ENDED
    )
    return ", ".join(waiting) or "none waiting"


def _chain(head: ChainHeight | None, cursor: ChainHeight | None) -> str:
    if head is None:
        return "no answer yet"
    told = f"{head.number} at {clock_time(head.timestamp)} UTC"
    if cursor is None:
        return f"{told}, none read yet"
    return f"{told}, read to {cursor.number}"


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
