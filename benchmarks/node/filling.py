"""How fast a node reads a chain into its database, if the chain does not let it wait."""

import asyncio
from pathlib import Path
from time import perf_counter

from winze.chain import Follower
from winze.node.database import migrate, open_database
from winze.node.index import SqlStore

from .synthetic import FIRST, SyntheticSource


def index_synthetic(path: Path, source: SyntheticSource) -> float:
    """Fill a new database at `path`; how many events a second went into it, and the ledger."""
    engine = open_database(f"sqlite:///{path}")
    try:
        migrate(engine)
        follower = Follower(source, FIRST, store=SqlStore(engine))
        begun = perf_counter()
        asyncio.run(follower.sync())
        return len(source.records) / (perf_counter() - begun)
    finally:
        engine.dispose()
