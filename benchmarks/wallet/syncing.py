"""A new wallet on a ledger of each size, and the same one started again."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.errors import NotAsPlanned
from benchmarks.figures import Figures
from benchmarks.node.filling import index_synthetic
from benchmarks.node.prepared import prepared
from benchmarks.node.processes import running
from benchmarks.node.synthetic import SyntheticSource
from benchmarks.rows import SIZES
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys
from winze.devnet import NETWORK_FILE

from .answers import Answers
from .owned import OwnedSynthetic
from .processes import run_wallet

_TURNS: Final = 3


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Fill a node of each size, and let wallets read it."""
    network = prepared(teller, keys).folder / "devnet" / NETWORK_FILE
    for notes in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            shutil.copy(network, folder / "network.json")
            teller.tell(f"indexing a synthetic ledger of {notes:,} notes")
            own = fill(folder, notes)
            teller.tell("reading it as a wallet")
            asyncio.run(_read(figures, folder, notes, own))


def fill(folder: Path, notes: int) -> int:
    """Make a node's database and a chain's answers; how many notes are the wallet's."""
    history = OwnedSynthetic()
    source = SyntheticSource(notes, history)
    index_synthetic(folder / "node.db", source)
    Answers.of(source, asyncio.run(source.head())).save(folder / "answers")
    return history.notes


async def _read(figures: Figures, folder: Path, notes: int, own: int) -> None:
    database = f"sqlite:///{folder / 'node.db'}"
    options = {"database": database, "network": str(folder / "network.json")}
    async with running("synthetic", folder / "node.log", options) as node:
        for _ in range(_TURNS):
            await asyncio.to_thread(_measure_one, figures, folder, node.url, (notes, own))


def _measure_one(figures: Figures, folder: Path, url: str, sizes: tuple[int, int]) -> None:
    """A wallet that begins with nothing, and one that goes on from what it left."""
    notes, own = sizes
    for path in (*folder.glob("rows*"), *folder.glob("scan*")):
        path.unlink()
    found, again = run_wallet(folder, url), run_wallet(folder, url)
    if (found["notes"], again["notes"]) != (own, own):
        raise NotAsPlanned(f"{own} notes are the wallet's; it found {found['notes']}")
    for name in ("sync", "scan", "ready", "poll"):
        figures.add(f"wallet.{name}.{notes}.seconds", found[name])
    figures.add(f"wallet.again.{notes}.seconds", again["ready"])
    figures.add(f"wallet.memory.{notes}.bytes", found["memory"])
    figures.add(f"wallet.rows.{notes}.bytes", (folder / "rows").stat().st_size)
