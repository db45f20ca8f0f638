"""Anchors and reorganisations: a proof speaks of a root, and the call only of where that stood.

the root at the anchor   is the proof's · became another one
what was refused         can be proved again, under the same anchor
"""

from collections.abc import Sequence

from tests.contracts.evm.refusals import fails
from tests.contracts.evm.samples import BOB, RELAYER, Town
from tests.contracts.evm.told import good_proof
from winze.contracts.contract import struct
from winze.protocol import Field

BEFORE = Field(77)
"""The root that stood at the anchor before the chain was reorganised."""

TRANSFERS, CLAIMS = 0, 2
"""Places of their verifiers."""


def proved(town: Town, circuit: int, *signals: Sequence[int]) -> list[tuple[int, ...]]:
    """Proofs of just these statements: the verifier agrees to them and to nothing else."""
    verifier = town.verifiers[circuit]
    proofs = [good_proof(number) for number in range(len(signals))]
    assert verifier(proofs, signals)
    verifier.speak()
    return proofs


def test_a_transfer_proved_under_a_root_that_is_no_more_is_refused(town: Town) -> None:
    """With all of its batch, of which nothing stays; proved again, it goes through."""
    batch = [town.transfer(amount=1, recipient=BOB), town.transfer(amount=2, recipient=BOB)]
    chain_id, pool, root = town.pool_model.setup.chain_id, town.pool, town.pool_model.root
    now = [each.statement(chain_id, pool.address, root).signals() for each in batch]
    stale = batch[1].statement(chain_id, pool.address, BEFORE).signals()
    opened = pool.ask("open_block")

    proofs = proved(town, TRANSFERS, now[0], stale)
    with fails("pool: invalid proof"):
        pool.call("execute", list(map(struct, batch)), proofs, sender=RELAYER)
    assert not pool.ask("spent", batch[0].nullifier1)
    assert pool.ask("open_block") == opened
    assert town.chain.balance(BOB) == 0

    proofs = proved(town, TRANSFERS, *now)
    pool.call("execute", list(map(struct, batch)), proofs, sender=RELAYER)
    assert town.chain.balance(BOB) == 3


def test_a_claim_proved_under_a_root_that_is_no_more_is_refused(town: Town) -> None:
    claim, rewards, setup = town.claim_of(), town.rewards, town.rewards_model.setup
    lock = setup.lock_min, setup.lock_range
    stale, now = (
        claim.statement(setup.chain_id, rewards.address, lock, root).signals()
        for root in (BEFORE, town.pool_model.root)
    )

    proofs = proved(town, CLAIMS, stale)
    with fails("rewards: invalid proof"):
        rewards.call("claim", [struct(claim)], proofs, sender=RELAYER)
    assert not rewards.ask("claimed", claim.claim_id)
    assert rewards.ask("total_points", rewards.ask("current_period")) == 0

    proofs = proved(town, CLAIMS, now)
    rewards.call("claim", [struct(claim)], proofs, sender=RELAYER)
    assert rewards.ask("claimed", claim.claim_id)
