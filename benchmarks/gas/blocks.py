"""Building blocks: proving full ones, and drawing one again."""

from benchmarks.figures import Figures
from winze.contracts import ContractCall, request
from winze.protocol import HASH_WINDOW, Proved, Redrawn

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
    figures.add("gas.prove.1", await _gas(scene, alone, 1))
    await request(w3, "going back", "evm_revert", before)
    figures.add("gas.prove.4", await _gas(scene, together, BLOCKS) / BLOCKS)
    await _gas(scene, rest, len(witnesses) - BLOCKS)
    await scene.follower.sync()


async def measure_redraw(scene: Scene, figures: Figures) -> None:
    """Seal the open block, let the chain forget its draw, and draw again."""
    figures.add("gas.seal", (await scene.seal()).gas_used)
    block = scene.ledger.blocks[-1]
    await scene.clock.mine(HASH_WINDOW)
    receipt = await scene.send(scene.pool.redraw(block), expected={Redrawn: 1})
    figures.add("gas.redraw", receipt.gas_used)


async def _gas(scene: Scene, call: ContractCall, blocks: int) -> int:
    return (await scene.send(call, expected={Proved: blocks})).gas_used
