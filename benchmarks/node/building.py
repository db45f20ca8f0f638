"""How many blocks of the ledger a node proves in a minute, and what it holds meanwhile."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.figures import Figures
from benchmarks.rows import BLOCKS
from benchmarks.telling import Teller
from winze.chain import Follower, RpcSource
from winze.circuits import Circuit, CircuitKeys
from winze.devnet import Devnet, devnet_deployment
from winze.protocol import SLOTS

from .intake import node_of
from .player import Player, notes

_WORKERS: Final = 2
_SIZES: Final = {"full": SLOTS, "small": 1}
_POLL: Final = 0.1
_MINUTE: Final = 60


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Start a node on a chain where blocks wait, of either size."""
    with teller.counting("chains whose blocks are proved", len(_SIZES)) as count:
        for name, size in _SIZES.items():
            asyncio.run(_prove(figures, keys, name, size))
            count()


async def _prove(
    figures: Figures, keys: Mapping[Circuit, CircuitKeys], name: str, size: int
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        async with Devnet(devnet_deployment(keys)) as devnet:
            await Player(devnet).play(notes(BLOCKS * size), size)
            async with node_of(devnet, Path(scratch)) as node:
                seconds = await _until_proved(devnet)
                figures.add(f"node.blocks.{name}.per_minute", _MINUTE * BLOCKS / seconds)
                figures.add("node.memory.proving.bytes", node.resident())


async def _until_proved(devnet: Devnet) -> float:
    """The seconds until the chain has the proofs of all blocks."""
    follower = Follower(RpcSource(devnet.w3, devnet.network), devnet.network.deployment_block)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while follower.ledger.proved < BLOCKS:
        await asyncio.sleep(_POLL)
        await follower.sync()
    return loop.time() - begun
