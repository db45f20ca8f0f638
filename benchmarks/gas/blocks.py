"""Building blocks: proving full ones, and drawing one again."""

from benchmarks.figures import Figures
from winze.contracts import ContractCall, Receipt, request
from winze.protocol import HASH_WINDOW, Proved, Redrawn

from . import breakdown
from .scene import Scene
from .transfers import BLOCKS


async def measure(scene: Scene, figures: Figures) -> None:
    """Prove the blocks that are full of transfers: the first alone, then, instead, all together."""
    first = scene.ledger.proved
    witnesses = [scene.ledger.block_witness(block.index) for block in scene.ledger.blocks[first:]]
    proofs = await scene.prove("blocks", witnesses)
    submitted = [witness.submission for witness in witnesses]
    alone = scene.pool.prove(submitted[:1], proofs[:1])
    together = scene.pool.prove(submitted[:BLOCKS], proofs[:BLOCKS])
    rest = scene.pool.prove(submitted[BLOCKS:], proofs[BLOCKS:])

    w3 = scene.devnet.w3
    before = await request(w3, "keeping the state", "evm_snapshot")
    receipt = await _prove(scene, alone, 1)
    await breakdown.add(scene, figures, "gas.prove.1", receipt)
    await request(w3, "going back", "evm_revert", before)
    receipt = await _prove(scene, together, BLOCKS)
    await breakdown.add(scene, figures, "gas.prove.4", receipt, BLOCKS)
    await _prove(scene, rest, len(witnesses) - BLOCKS)
    await scene.follower.sync()


async def measure_redraw(scene: Scene, figures: Figures) -> None:
    """Seal the open block, let the chain forget its draw, and draw again."""
    figures.add("gas.seal", (await scene.seal()).gas_used)
    block = scene.ledger.blocks[-1]
    await scene.clock.mine(HASH_WINDOW)
    receipt = await scene.send(scene.pool.redraw(block), expected={Redrawn: 1})
    figures.add("gas.redraw", receipt.gas_used)


async def _prove(scene: Scene, call: ContractCall, blocks: int) -> Receipt:
    return await scene.send(call, expected={Proved: blocks})
