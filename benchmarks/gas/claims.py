"""Claims, alone and in batches, all in one period; and the distribution of that period."""

from collections.abc import Sequence
from typing import Final

from benchmarks.figures import Figures
from winze.circuits import Proof
from winze.contracts import Receipt
from winze.protocol import (
    Claim,
    Claimed,
    ClaimTerms,
    ClaimWitness,
    Distributed,
    Field,
    Period,
    Seconds,
    Timestamp,
    Transferred,
    TransferWitness,
    period_at,
    period_start,
)
from winze.wallet import OwnNote, Payment

from . import breakdown
from .scene import ALONE, BATCH, FEE, Scene, fresh_address

RECIPIENTS: Final = 50
"""Recipients of one distribution."""

_BATCHES: Final = 3
_RELAYED: Final = 1 + BATCH
_CLAIMS: Final = 1 + _RELAYED + ALONE + _BATCHES * BATCH
"""The period's first, those with a fee, those alone, those in batches."""

_INTO_THE_PERIOD: Final = Seconds(3600)

Proven = tuple[Claim, Proof]


async def measure(scene: Scene, figures: Figures, mined: Sequence[OwnNote]) -> None:
    """Claim for fresh recipients early in a period, then share it out."""
    period = await _enter_next_period(scene)
    claims = [scene.spender.claim(own, ClaimTerms(fresh_address())) for own in mined[:_CLAIMS]]
    proofs = await scene.prove("claims", claims)
    proven = [(claim.claim, proof) for claim, proof in zip(claims, proofs, strict=True)]
    figures.add("gas.claim.first", (await _claim(scene, proven[:1])).gas_used)
    alone = 1 + _RELAYED
    await _relay(scene, figures, proven[1:alone])
    for each in proven[alone : alone + ALONE]:
        await breakdown.add(scene, figures, "gas.claim.1", await _claim(scene, [each]))
    for at in range(alone + ALONE, _CLAIMS, BATCH):
        receipt = await _claim(scene, proven[at : at + BATCH])
        await breakdown.add(scene, figures, "gas.claim.16", receipt, BATCH)
    await _distribute(scene, figures, period, claims)


async def _relay(scene: Scene, figures: Figures, proven: Sequence[Proven]) -> None:
    """Have one claim relayed for a fee, then all others together."""
    payers = (await scene.notes(mineable=False))[: len(proven)]
    fees = [_fee(scene, payer, claim) for payer, (claim, _) in zip(payers, proven, strict=True)]
    fee_proofs = await scene.prove("fees", fees)
    await scene.begin_block()
    for name, some in (("gas.relay.1", slice(1)), ("gas.relay.16", slice(1, None))):
        claims, proofs = zip(*proven[some], strict=True)
        transfers = [fee.transfer for fee in fees[some]]
        call = scene.relay.relay(claims, proofs, transfers, fee_proofs[some])
        count = len(claims)
        receipt = await scene.send(call, expected={Claimed: count, Transferred: count})
        figures.add(name, scene.usual(receipt).gas_used / count)


def _fee(scene: Scene, payer: OwnNote, claim: Claim) -> TransferWitness:
    payment = Payment(fee=FEE, relayer=scene.relayer.address, claim_id=Field(claim.claim_id))
    return scene.spender.transfer([payer], payment, scene.main)


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


async def _claim(scene: Scene, proven: Sequence[Proven]) -> Receipt:
    claims, proofs = zip(*proven, strict=True)
    call = scene.rewards.claim(claims, proofs)
    return await scene.send(call, expected={Claimed: len(proven)})


async def _distribute(
    scene: Scene, figures: Figures, period: Period, claims: Sequence[ClaimWitness]
) -> None:
    claim_ids = [claim.statement.claim_id for claim in claims]
    await _enter(scene, Period(period + 1))
    # The token's very first mint writes its supply; no later one does so at that price.
    for some in (claim_ids[RECIPIENTS:], claim_ids[:RECIPIENTS]):
        call = scene.rewards.distribute(period, some)
        receipt = await scene.send(call, expected={Distributed: 1})
    await breakdown.add(scene, figures, "gas.distribute.50", receipt, RECIPIENTS)
