"""Transfers: enough of them to fill four blocks, and some alone."""

from collections.abc import Iterable, Sequence
from typing import Final

from benchmarks.figures import Figures
from winze.circuits import Proof
from winze.contracts import Receipt, Sender, request
from winze.protocol import (
    MAIN_PROFILE,
    SLOTS,
    Deposited,
    EthAddress,
    Transfer,
    Transferred,
    TransferWitness,
    Unpaid,
    Wei,
    Withdrawn,
)
from winze.wallet import OwnNote, Payment

from . import breakdown
from .scene import ALONE, BATCH, FEE, MINED, Scene, fresh_address

BLOCKS: Final = 4
"""Blocks of one call at most."""

FILLING: Final = BLOCKS * SLOTS // 2
"""Transfers that fill so many: each takes two slots of either kind."""

_PAID_OUT: Final = Wei(MINED - 3 * FEE)
"""As a wallet without other notes does it: a fee now, twice the fee kept for the claim."""

_REFUSER: Final = 8
_REFUSING: Final = "0x5f5ffd"
"""Code that takes no payment: PUSH0 PUSH0 REVERT."""

Proven = tuple[Transfer, Proof]


async def measure(scene: Scene, figures: Figures, mined: Sequence[OwnNote]) -> None:
    """Let all deposits mature, prove all transfers under one root, and execute them."""
    await scene.clock.advance(MAIN_PROFILE.lock_max)
    others = await scene.notes(mineable=False)
    refuser = scene.devnet.sender(_REFUSER)
    plans = {
        "filling": [_pay_out(scene, own) for own in mined[:FILLING]],
        "alone": [_pay_out(scene, own) for own in mined[FILLING : FILLING + ALONE]],
        "refused": [_pay_out(scene, mined[FILLING + ALONE], refuser.address)],
        "redeposits": [_redeposit(scene, own) for own in others[:BATCH]],
        "private": [_pay_privately(scene, own) for own in others[BATCH : BATCH + ALONE]],
    }
    witnesses = [witness for plan in plans.values() for witness in plan]
    proofs = iter(await scene.prove("transfers", witnesses))
    proven = {
        name: [(witness.transfer, next(proofs)) for witness in plan] for name, plan in plans.items()
    }
    await _fill_blocks(scene, figures, proven["filling"])
    await _use_another(scene, figures, proven)
    await _refuse(scene, figures, proven["refused"], refuser)
    figures.add("gas.seal", (await scene.seal()).gas_used)


async def _fill_blocks(scene: Scene, figures: Figures, proven: Sequence[Proven]) -> None:
    for batch in _batches(proven):
        opened = await scene.pool.open_block()
        receipt = await _execute(scene, batch)
        # A batch that begins a block is dearer, and dearer still where it seals the one before.
        if opened.notes and not scene.sealed(receipt):
            await breakdown.add(scene, figures, "gas.transfer.16", receipt, BATCH)


async def _use_another(scene: Scene, figures: Figures, proven: dict[str, list[Proven]]) -> None:
    """What is measured in a block that others have begun, and that is neither due nor full."""
    await scene.begin_block()
    for each in proven["alone"]:
        receipt = scene.usual(await _execute(scene, [each]))
        await breakdown.add(scene, figures, "gas.transfer.1", receipt)
    for each in proven["private"]:
        receipt = scene.usual(await _execute(scene, [each]))
        figures.add("gas.transfer.private.1", receipt.gas_used)
    receipt = scene.usual(await _execute(scene, proven["redeposits"], redeposits=BATCH))
    await breakdown.add(scene, figures, "gas.redeposit.16", receipt, BATCH)


async def _refuse(
    scene: Scene, figures: Figures, proven: Sequence[Proven], refuser: Sender
) -> None:
    """Have a payment refused, then taken out of the withdrawable state to a fresh address."""
    w3, pool = scene.devnet.w3, scene.pool
    await request(w3, "setting code", "anvil_setCode", refuser.address, _REFUSING)
    receipt = await _execute(scene, proven, unpaid=1)
    figures.add("gas.transfer.refused.1", scene.usual(receipt).gas_used)
    await request(w3, "removing code", "anvil_setCode", refuser.address, "0x")
    call = pool.withdraw(refuser.address, fresh_address())
    figures.add("gas.withdraw", (await scene.send(call, refuser, {Withdrawn: 1})).gas_used)


async def _execute(
    scene: Scene, proven: Sequence[Proven], *, redeposits: int = 0, unpaid: int = 0
) -> Receipt:
    transfers, proofs = zip(*proven, strict=True)
    return await scene.send(
        scene.pool.execute(transfers, proofs),
        expected={Transferred: len(proven), Deposited: redeposits, Unpaid: unpaid},
    )


def _pay_out(scene: Scene, own: OwnNote, recipient: EthAddress | None = None) -> TransferWitness:
    payment = Payment(recipient or fresh_address(), _PAID_OUT, FEE, scene.relayer.address)
    return scene.spender.transfer([own], payment, scene.mining)


def _redeposit(scene: Scene, own: OwnNote) -> TransferWitness:
    inner = scene.new_note(mine=True).inner
    payment = Payment(scene.network.pool, MINED, FEE, scene.relayer.address, inner=inner)
    return scene.spender.transfer([own], payment, scene.main)


def _pay_privately(scene: Scene, own: OwnNote) -> TransferWitness:
    payment = Payment(fee=FEE, relayer=scene.relayer.address)
    return scene.spender.transfer([own], payment, scene.main)


def _batches(proven: Sequence[Proven]) -> Iterable[Sequence[Proven]]:
    return (proven[at : at + BATCH] for at in range(0, len(proven), BATCH))
