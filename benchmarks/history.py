"""The history of a pool that is made for its receipts: what each operation costs.

Proofs are dear, so nearly every one serves several figures: the transfers that are measured in
batches fill the blocks that are measured full, and their notes are claimed afterwards. Figures are
taken from transactions of a warm pool, as a user meets it: every storage word that operations share
was written before, and what belongs to one person alone is fresh.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from benchmarks.errors import NotAsPlanned
from benchmarks.figures import Figures
from benchmarks.scene import Proven, Scene, fresh_address
from winze.contracts import Receipt, SignedPermit, request, sign_permit
from winze.devnet import funded_account, set_balance
from winze.protocol import (
    ETHER,
    SLOTS,
    BlockIndex,
    Claim,
    Claimed,
    ClaimTerms,
    Deposited,
    Note,
    Seconds,
    Timestamp,
    Transfer,
    Transferred,
    TransferWitness,
    Unpaid,
    Wei,
    Withdrawn,
)
from winze.protocol import Proved as BlockProved
from winze.wallet import OwnNote, Payment

BATCH: Final = 16
"""Transfers, or claims, of one call at most."""

BLOCKS: Final = 4
"""Blocks of one call at most."""

_MINED: Final = Wei(ETHER // 10)
_FEE: Final = Wei(5 * 10**14)
_PAID_OUT: Final = Wei(_MINED - 3 * _FEE)
"""As a wallet without other notes does it: a fee now, twice the fee kept for the claim."""

_WITH_FEE: Final = Wei(_MINED + _FEE)
_ALONE: Final = 3
"""Samples of a figure that no batch brings along."""

_REFUSING: Final = "0x5f5ffd"
"""Code that takes no payment: PUSH0 PUSH0 REVERT."""

_REFUSER: Final = 8
_SCREENER: Final = 9


class Deposits:
    """Four blocks of deposits: one to warm the pool, two full ones, one that is screened."""

    SCREENED: Final = 5
    FEES: Final = 20
    """Notes that pay for something: redeposits, private payments, a claim's fee."""

    def __init__(self, scene: Scene, figures: Figures) -> None:
        self._scene, self._figures = scene, figures

    async def play(self) -> None:
        """Make them, prove them."""
        scene = self._scene
        scene.teller.tell("deposits")
        await self._deposit(_WITH_FEE, mine=False)
        await scene.fall_due()
        for _ in range(2 * SLOTS + _ALONE):
            receipt = await self._deposit(_MINED, mine=True)
            name = "gas.deposit.first" if scene.sealed(receipt) else "gas.deposit"
            self._figures.add(name, receipt.gas_used)
        await self._screened()
        for _ in range(self.FEES):
            await self._deposit(_WITH_FEE, mine=False)
        self._figures.add("gas.seal", (await scene.seal()).gas_used)
        await self._prove()

    async def _deposit(self, value: Wei, *, mine: bool) -> Receipt:
        scene = self._scene
        note = scene.new_note(scene.mining if mine else scene.main, value, mine=mine)
        call = scene.pool.deposit(note.inner, note.value, mine=mine)
        receipt = await scene.send(call, scene.depositor)
        scene.expect(receipt, Deposited, 1)
        return receipt

    async def _screened(self) -> None:
        scene, owner = self._scene, self._scene.devnet.owner
        screener = funded_account(_SCREENER)
        await scene.send(scene.pool.set_screener(scene.devnet.sender(_SCREENER).address), owner)
        for _ in range(self.SCREENED):
            note = scene.new_note(scene.mining, _MINED, mine=True)
            permit = await self._permit(note)
            call = scene.pool.deposit(note.inner, note.value, mine=True, permit=permit)
            receipt = await scene.send(call, scene.depositor)
            scene.expect(receipt, Deposited, 1)
            self._figures.add("gas.deposit.screened", receipt.gas_used)
"""
"""
