"""What operations cost in gas: by whole transaction, on a real chain, with real proofs.

Proofs are dear, so nearly every one serves several figures: the transfers that are measured in
batches fill the blocks that are measured full, and their notes are claimed afterwards. Figures are
taken from transactions of a warm pool, as a user meets it: every storage word that operations share
was written before, and what belongs to one person alone is fresh.
"""

import asyncio
from collections.abc import Mapping

from benchmarks.figures import Figures
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys, Prover
from winze.devnet import Devnet, devnet_deployment
from winze.protocol import MAIN_PROFILE

from . import blocks, claims, deployment, deposits, follower, transfers
from .scene import Scene


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Play a pool's history on a fresh chain, and read the receipts."""
    asyncio.run(_measure(figures, teller, keys))


async def _measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    # The profile for real money: its times are those that people will pay for.
    plan = devnet_deployment(keys, MAIN_PROFILE)
    async with Devnet(plan, progress=teller.tell) as devnet:
        with Scene(devnet, Prover(keys), teller) as scene:
            await scene.begin()
            await deployment.measure(scene, figures)
            await deposits.measure(scene, figures)
            notes = await scene.notes(mineable=True)
            await transfers.measure(scene, figures, notes)
            await blocks.measure(scene, figures)
            await claims.measure(scene, figures, notes)
            await blocks.measure_redraw(scene, figures)
            await follower.measure(scene, figures)
            figures.facts = await deployment.facts(scene)
