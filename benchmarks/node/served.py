"""A node's API over a synthetic ledger: its database, its follower and its server, and no chain."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from winze.chain import Follower
from winze.circuits import development_keys
from winze.contracts import load_network
from winze.index import Index, SqlStore, migrate, open_database
from winze.node.api import ApiSettings, Ports, create_app, listening, serving, url_of
from winze.node.metrics import Metrics

from .synthetic import FIRST

_HOST: Final = "127.0.0.1"


@asynccontextmanager
async def serve_synthetic(
    database: str, network: str
) -> AsyncIterator[tuple[str, Mapping[str, float]]]:
    """Serve the bulk data of a filled database; where, and what starting took, is yielded.

    Args:
        database: Its URL.
        network: The file of a description, of whichever network: the API serves it too.
    """
    begun = perf_counter()
    engine = open_database(database)
    migrate(engine)
    # As a node starts: everything that it knows of the ledger comes from the database.
    nothing: Any = None
    _ = Follower(nothing, FIRST, store=SqlStore(engine))
    seconds = perf_counter() - begun
    ports = Ports(
        network=load_network(Path(network)),
        keys=development_keys(),
        index=Index(engine),
        intake=None,
        quotes=None,
        screening=None,
        monitor=nothing,
        metrics=Metrics(),
    )
    settings = ApiSettings(rates={})
    with listening(_HOST, 0) as listener:
        async with serving(create_app(ports, settings), settings, listener):
            yield url_of(listener), {"seconds": seconds}
    engine.dispose()
