"""Reading rows from a node, page by page."""

import asyncio
from collections.abc import Mapping
from typing import Final

from winze.wire import MAX_PAGE_ROWS, ROWS, RowKind

from ..errors import NodeLies
from .progress import Progress, Report, Task
from .sources import RowSource

_AT_ONCE: Final = 4
"""Pages that are asked for at the same time."""


async def fetch(
    source: RowSource, wanted: Mapping[RowKind, range], report: Report
) -> Mapping[RowKind, bytes]:
    """The rows with these numbers.

    Raises:
        NodeLies: the node has less than it said.
        WalletError: it cannot be asked, or its answer is none that a node gives.
    """
    total, done = sum(map(len, wanted.values())), 0
    free = asyncio.Semaphore(_AT_ONCE)

    async def piece(kind: RowKind, numbers: range) -> bytes:
        nonlocal done
        async with free:
            body = await _piece(source, kind, numbers)
        done += len(numbers)
        report(Progress(Task.READING, done, total))
        return body

    pieces = [(kind, each) for kind, numbers in wanted.items() for each in _pieces(kind, numbers)]
    tasks = [asyncio.ensure_future(piece(*each)) for each in pieces]
    try:
        bodies = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    found = dict.fromkeys(wanted, b"")
    for kind in wanted:
        found[kind] = b"".join(
            body for (each, _), body in zip(pieces, bodies, strict=True) if each is kind
        )
    return found


async def _piece(source: RowSource, kind: RowKind, numbers: range) -> bytes:
    """Rows of one page, asked for again where it is cut short."""
    body = b""
    while missing := len(numbers) - len(body) // ROWS[kind].SIZE:
        page = await source.page(kind, numbers.stop - missing, missing)
        if not 0 < len(page) <= missing:
            raise NodeLies(f"it has less rows of {kind.name} than it said")
        body += page.body
    return body


def _pieces(kind: RowKind, numbers: range) -> list[range]:
    """Pages that begin where everybody's do, so that whoever keeps pages can use them."""
    most, pieces = MAX_PAGE_ROWS[kind], []
    start = numbers.start
    while start < numbers.stop:
        end = min((start // most + 1) * most, numbers.stop)
        pieces.append(range(start, end))
        start = end
    return pieces
