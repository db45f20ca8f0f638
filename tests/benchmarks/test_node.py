"""What is measured of a node is what a node does."""

import asyncio
from pathlib import Path

from benchmarks.node.clients import Clients
from benchmarks.node.filling import entries, index_synthetic
from benchmarks.node.served import serve_synthetic
from benchmarks.node.syncing import Sync, full_sync
from benchmarks.node.synthetic import SyntheticSource
from tests.wallet.worlds import network
from winze.contracts import save_network
from winze.wire import ROWS, Page, RowKind

NOTES = 640
HEAD = len(Page.of(RowKind.HEADERS, 0, []).encode())
BLOCKS = 10
DEPOSITS, TRANSFERS = 16 * BLOCKS, 24 * BLOCKS
"""Of the synthetic ledger."""

ROWS_OF = {
    RowKind.HEADERS: BLOCKS,
    RowKind.MEMOS: TRANSFERS,
    RowKind.DEPOSITS: DEPOSITS,
    RowKind.TRANSFERS: TRANSFERS,
    RowKind.CLAIMS: 8 * BLOCKS,
}


def test_a_measured_sync_reads_every_row_of_the_ledger_that_was_indexed(tmp_path: Path) -> None:
    source = SyntheticSource(NOTES)
    assert entries(source.records) == DEPOSITS + TRANSFERS
    assert index_synthetic(tmp_path / "node.db", source) > 0
    save_network(network(), tmp_path / "network.json")
    first, again = asyncio.run(_read_twice(tmp_path))
    rows = sum(count * ROWS[kind].SIZE for kind, count in ROWS_OF.items())
    assert first.size == again.size == rows + first.pages * HEAD
    assert first.pages == again.pages == len(ROWS_OF)


async def _read_twice(folder: Path) -> tuple[Sync, Sync]:
    database = f"sqlite:///{folder / 'node.db'}"
    async with (
        serve_synthetic(database, str(folder / "network.json")) as (url, _),
        Clients(url, 3) as clients,
    ):
        return await full_sync(clients), await full_sync(clients)
