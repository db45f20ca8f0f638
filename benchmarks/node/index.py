"""How fast a node reads a real chain: over JSON-RPC, from anvil, into its database."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.figures import Figures
from benchmarks.telling import Teller
from winze.chain import Follower, RpcSource
from winze.circuits import Circuit, CircuitKeys
from winze.contracts import connected
from winze.devnet import Devnet
from winze.index import SqlStore, migrate, open_database

from .filling import entries
from .stub_chain import stub_chain

_BLOCKS: Final = 60
"""Full blocks of the ledger: 16 deposits and 24 transfers each, in 18 chain blocks."""

_TURNS: Final = 5


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Make a history whose verifiers are stubs, and read it into fresh databases."""
    asyncio.run(_measure(figures, teller, keys))


async def _measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    teller.tell(f"making a chain with {_BLOCKS} blocks of the ledger")
    async with stub_chain(keys, _BLOCKS) as devnet:
        teller.tell("indexing it")
        for _ in range(_TURNS):
            with tempfile.TemporaryDirectory() as scratch:
                figures.add("node.index.rpc.entries_per_second", await _index(devnet, scratch))


async def _index(devnet: Devnet, folder: str) -> float:
    """Index everything; how many deposits and transfers a second."""
    engine = open_database(f"sqlite:///{Path(folder) / 'node.db'}")
    migrate(engine)
    try:
        async with connected(devnet.url) as w3:
            source, first = RpcSource(w3, devnet.network), devnet.network.deployment_block
            follower = Follower(source, first, store=SqlStore(engine))
            begun = perf_counter()
            await follower.sync()
            seconds = perf_counter() - begun
        return entries(follower.records()) / seconds
    finally:
        engine.dispose()
