"""What grows with the ledger: a synthetic one, whose transfers a stub verifier has accepted.

A chain with so many notes would take hours to make, so here everything that a chain has to do with
comes from `SyntheticSource`; the follower, the database and the API are a node's own.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.figures import Figures
from benchmarks.rows import SIZES
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys
from winze.devnet import NETWORK_FILE

from .clients import Clients
from .filling import index_synthetic
from .prepared import prepared
from .processes import running
from .syncing import full_sync, measure_pages
from .synthetic import SyntheticSource

_CLIENTS: Final = 4
_TURNS: Final = 3


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Fill a database of each size, start on it, and read it in full."""
    network = prepared(teller, keys).folder / "devnet" / NETWORK_FILE
    for notes in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "node.db"
            teller.tell(f"indexing a synthetic ledger of {notes:,} notes")
            figures.add(
                f"node.index.{notes}.entries_per_second",
                index_synthetic(path, SyntheticSource(notes)),
            )
            figures.add(f"node.database.{notes}.bytes", path.stat().st_size)
            teller.tell("serving it")
            asyncio.run(_serve(figures, notes, path, network))


async def _serve(figures: Figures, notes: int, path: Path, network: Path) -> None:
    options = {"database": f"sqlite:///{path}", "network": str(network)}
    for _ in range(_TURNS):
        # A fresh process each time: none of its pages is made yet.
        async with (
            running("synthetic", path.with_suffix(".log"), options) as node,
            Clients(node.url, _CLIENTS) as clients,
        ):
            figures.add(f"node.start.{notes}.seconds", node.found["seconds"])
            figures.add(f"node.memory.{notes}.bytes", node.resident())
            most = notes == max(SIZES)
            sync = await (measure_pages(figures, clients) if most else full_sync(clients))
            figures.add(f"node.sync.{notes}.seconds", sync.seconds)
