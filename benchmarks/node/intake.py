"""How many requests a node accepts in a second: verified, stored, and answered over HTTP."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.errors import NotAsPlanned
from benchmarks.figures import Figures
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys
from winze.devnet import NETWORK_FILE, Devnet, devnet_deployment
from winze.wire import RequestState

from .clients import Clients
from .prepared import Prepared, prepared
from .processes import Running, running

ROUNDS: Final = 3
CLIENTS: Final = 16
_UNLIMITED: Final = 0
_BATCH_WAIT: Final = 2
_WORKERS: Final = 2
_POLL: Final = 0.25
_ACCEPTED: Final = 202


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Hand all prepared requests over, on a fresh copy of their chain each time."""
    kept = prepared(teller, keys)
    with teller.counting("rounds of requests", ROUNDS) as count:
        for _ in range(ROUNDS):
            asyncio.run(_round(figures, keys, kept))
            count()


async def _round(figures: Figures, keys: Mapping[Circuit, CircuitKeys], kept: Prepared) -> None:
    requests = kept.requests
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        async with (
            Devnet(devnet_deployment(keys), kept.copied_to(folder)) as devnet,
            node_of(devnet, folder) as node,
            Clients(node.url, CLIENTS) as clients,
        ):
            await clients.ready()
            figures.add("node.memory.start.bytes", node.resident())

            async def hand_over(request: bytes) -> bytes:
                return await clients.post("/v1/requests", request, _ACCEPTED)

            seconds, answers = await clients.each(requests, hand_over)
            figures.add("node.requests_per_second", len(requests) / seconds)
            seconds += await _until_done(clients, answers)
            figures.add("node.requests.done.seconds", seconds)
            figures.add("node.memory.requests.bytes", node.resident())


async def _until_done(clients: Clients, answers: list[bytes]) -> float:
    """Ask after all requests until each was carried out; the seconds that it took.

    Raises:
        NotAsPlanned: one never will be.
    """
    waiting = [json.loads(answer)["id"] for answer in answers]
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while waiting:
        status = json.loads(await clients.get(f"/v1/requests/{waiting[-1]}"))
        if status["state"] == RequestState.DONE:
            waiting.pop()
        elif RequestState(status["state"]).final:
            raise NotAsPlanned(f"a request was not carried out: {status}")
        else:
            await asyncio.sleep(_POLL)
    return loop.time() - begun


@asynccontextmanager
async def node_of(devnet: Devnet, folder: Path, **options: Any) -> AsyncIterator[Running]:
    """A whole node on this devnet, with its files in `folder`: nobody's rate is limited."""
    usual = {
        "network": str(devnet.directory / NETWORK_FILE),
        "rpc": [devnet.url],
        "database": f"sqlite:///{folder}/node.db",
        "keys.relayer": 1,
        "listen.port": 0,
        "batches.wait": _BATCH_WAIT,
        "prover_workers": _WORKERS,
        "limits.requests": _UNLIMITED,
        "limits.light": _UNLIMITED,
    }
    async with running("node", folder / "node.log", usual | options) as node:
        yield node
