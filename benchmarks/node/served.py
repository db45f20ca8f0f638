"""A node's API over a synthetic ledger: its database, its follower and its server, and no chain."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import uvicorn

from winze.chain import Follower
from winze.circuits import development_keys
from winze.contracts import load_network
from winze.node.api import ApiSettings, Ports, create_app, server_config
from winze.node.database import migrate, open_database
from winze.node.index import Index, SqlStore
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
    server = uvicorn.Server(server_config(create_app(ports, settings), settings))
    with socket.create_server((_HOST, 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        host, port = listening.getsockname()
        try:
            yield f"http://{host}:{port}", {"seconds": seconds}
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
            engine.dispose()
