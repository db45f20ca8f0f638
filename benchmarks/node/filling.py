"""How fast a node reads a chain into its database, if the chain does not let it wait."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from winze.chain import Follower, Record
from winze.index import SqlStore, migrate, open_database
from winze.protocol import Deposited, Transferred

from .synthetic import FIRST, SyntheticSource


def index_synthetic(path: Path, source: SyntheticSource) -> float:
    """Fill a new database at `path`; how many deposits and transfers a second went into it."""
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    follower = Follower(source, FIRST, store=SqlStore(engine))
    begun = perf_counter()
    asyncio.run(follower.sync())
    seconds = perf_counter() - begun
    engine.dispose()
    return entries(source.records) / seconds


def entries(records: Iterable[Record]) -> int:
    """How many of these events are deposits and transfers."""
    return sum(isinstance(each.logged.event, Deposited | Transferred) for each in records)
