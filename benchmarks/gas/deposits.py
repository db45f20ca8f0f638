"""Deposits: four blocks of them, of which two are full."""

from collections.abc import Sequence
from typing import Final

from benchmarks.figures import Figures
from winze.contracts import sign_permit
from winze.devnet import funded_account
from winze.protocol import SLOTS, BlockIndex, Deposited, EthAddress, Proved, Seconds, Timestamp

from . import breakdown
from .scene import ALONE, Scene

FEE_NOTES: Final = 36
"""Deposits that do not mine: what redeposits, private payments and claims' fees are paid from."""

_SCREENED: Final = 5
_SCREENER: Final = 9
_PERMIT_HOLDS: Final = Seconds(3600)
_FULL: Final = BlockIndex(1)


async def measure(scene: Scene, figures: Figures) -> None:
    """Make them, and prove their blocks."""
    scene.teller.tell("deposits")
    await scene.begin_block()
    await scene.fall_due()
    for _ in range(2 * SLOTS + ALONE):
        receipt = await scene.deposit(mine=True)
        name = "gas.deposit.first" if scene.sealed(receipt) else "gas.deposit"
        if name == "gas.deposit":
            await breakdown.add(scene, figures, name, receipt)
        else:
            figures.add(name, receipt.gas_used)
    await _screened(scene, figures)
    for _ in range(FEE_NOTES):
        await scene.deposit(mine=False)
    figures.add("gas.seal", (await scene.seal()).gas_used)
    await _prove(scene, figures)


async def _screened(scene: Scene, figures: Figures) -> None:
    owner, screener = scene.devnet.owner, funded_account(_SCREENER)
    await scene.send(scene.pool.set_screener(EthAddress(screener.address)), owner)
    for _ in range(_SCREENED):
        note = scene.new_note(mine=True)
        permit = sign_permit(
            screener,
            scene.network.chain_id,
            scene.network.pool,
            depositor=scene.depositor.address,
            value=note.value,
            inner=note.inner,
            deadline=Timestamp(await scene.clock.now() + _PERMIT_HOLDS),
        )
        call = scene.pool.deposit(note.inner, note.value, mine=True, permit=permit)
        receipt = await scene.send(call, scene.depositor, {Deposited: 1})
        figures.add("gas.deposit.screened", scene.usual(receipt).gas_used)
    await scene.send(scene.pool.set_screener(EthAddress.zero()), owner)


async def _prove(scene: Scene, figures: Figures) -> None:
    witnesses = [scene.ledger.block_witness(block.index) for block in scene.ledger.blocks]
    proofs = await scene.prove("blocks", witnesses)

    async def submit(chosen: Sequence[int]) -> int:
        blocks = [witnesses[index].submission for index in chosen]
        call = scene.pool.prove(blocks, [proofs[index] for index in chosen])
        return (await scene.send(call, expected={Proved: len(chosen)})).gas_used

    await submit(range(_FULL))
    figures.add("gas.prove.1.deposits", await submit([_FULL]))
    await submit(range(_FULL + 1, len(witnesses)))
    await scene.follower.sync()
