"""Claims, alone and in batches, all in one period; and the distribution of that period."""

from collections.abc import Sequence
from typing import Final

from benchmarks.figures import Figures
from winze.circuits import Proof
from winze.protocol import (
    Claim,
    Claimed,
    ClaimTerms,
    ClaimWitness,
    Distributed,
    Period,
    Seconds,
    Timestamp,
    Transferred,
    period_at,
    period_start,
)
from winze.wallet import OwnNote, Payment

from .scene import ALONE, BATCH, FEE, Scene, fresh_address

RECIPIENTS: Final = 50
"""Recipients of one distribution."""

_BATCHES: Final = 3
_CLAIMS: Final = 2 + ALONE + _BATCHES * BATCH
"""The period's first, one with its fee, those alone, those in batches."""

_INTO_THE_PERIOD: Final = Seconds(3600)

Proven = tuple[Claim, Proof]


async def measure(scene: Scene, figures: Figures, mined: Sequence[OwnNote]) -> None:
    """Claim for fresh recipients early in a period, then share it out."""
    period = await _enter_next_period(scene)
    fee_payer = (await scene.notes(mineable=False))[0]
    fee = scene.spender.transfer(
        [fee_payer],
        Payment(fee=FEE, relayer=scene.relayer.address, claim_id=mined[1].claim_id),
        scene.main,
    )
    claims = [scene.spender.claim(own, ClaimTerms(fresh_address())) for own in mined[:_CLAIMS]]
    *proofs, fee_proof = await scene.prove("claims", [*claims, fee])
    proven = [(claim.claim, proof) for claim, proof in zip(claims, proofs, strict=True)]
    figures.add("gas.claim.first", await _claim(scene, proven[:1]))
    await scene.begin_block()
    call = scene.relay.relay([proven[1][0]], [proven[1][1]], [fee.transfer], [fee_proof])
    receipt = await scene.send(call, expected={Claimed: 1, Transferred: 1})
    figures.add("gas.relay.1", scene.usual(receipt))
    for each in proven[2 : 2 + ALONE]:
        figures.add("gas.claim.1", await _claim(scene, [each]))
    for at in range(2 + ALONE, _CLAIMS, BATCH):
        figures.add("gas.claim.16", await _claim(scene, proven[at : at + BATCH]) / BATCH)
    await _distribute(scene, figures, period, claims)


async def _enter_next_period(scene: Scene) -> Period:
    """Begin a period that will not end while we work in it."""
    await _enter(scene, Period(await _period(scene) + 1))
    return await _period(scene)


async def _period(scene: Scene) -> Period:
    return period_at(await scene.clock.now(), scene.network.genesis, scene.network.profile.period)


async def _enter(scene: Scene, period: Period) -> None:
    network = scene.network
    begun = period_start(period, network.genesis, network.profile.period)
    await scene.clock.advance_to(Timestamp(begun + _INTO_THE_PERIOD))


async def _claim(scene: Scene, proven: Sequence[Proven]) -> int:
    claims, proofs = zip(*proven, strict=True)
    call = scene.rewards.claim(claims, proofs)
    return (await scene.send(call, expected={Claimed: len(proven)})).gas_used


async def _distribute(
    scene: Scene, figures: Figures, period: Period, claims: Sequence[ClaimWitness]
) -> None:
    claim_ids = [claim.statement.claim_id for claim in claims]
    await _enter(scene, Period(period + 1))
    # The token's very first mint writes its supply; no later one does so at that price.
    for some in (claim_ids[RECIPIENTS:], claim_ids[:RECIPIENTS]):
        call = scene.rewards.distribute(period, some)
        receipt = await scene.send(call, expected={Distributed: 1})
    figures.add("gas.distribute.50", receipt.gas_used / RECIPIENTS)
