"""`relay.relay`.

the sizes             agree · differ
a claim's transfer    can pay · is spent · is promised earlier in the batch · is too early
                      · is too late · is for another claim · is missing
fees                  go to the relayer named · to the caller where none is
the caller            takes its fees · refuses them
"""

import pytest

from tests.contracts.evm.parties import bookkeeper, refuser
from tests.contracts.evm.refusals import refused
from tests.contracts.evm.samples import ALICE, BOB, CAROL, OWNER, RELAYER, Town
from tests.contracts.evm.told import BAD, good_proof
from winze.protocol import (
    ETHER,
    Claim,
    Claimed,
    ClaimSkipped,
    Deposited,
    Events,
    Skipped,
    SkipReason,
    Transfer,
    Transferred,
)

FEE = 7


def pair(town: Town, **changes: object) -> tuple[Claim, Transfer]:
    """A claim, and the transfer that pays for it."""
    claim = town.claim_of()
    return claim, town.transfer(**({"claim_id": claim.claim_id, "fee": FEE} | changes))


def made(events: Events) -> list[int]:
    """The ids of the claims that were counted."""
    return [event.claim_id for event in events if isinstance(event, Claimed)]


def executed(events: Events) -> list[int]:
    """The first nullifiers of the transfers that were executed."""
    return [event.nullifier1 for event in events if isinstance(event, Transferred)]


def skipped(events: Events) -> list[SkipReason]:
    return [event.reason for event in events if isinstance(event, Skipped)]


def test_a_claim_is_made_and_paid_for(town: Town) -> None:
    claim, fee = pair(town)
    events = town.relayed(CAROL, [claim], [fee])
    assert (made(events), executed(events)) == ([claim.claim_id], [fee.nullifier1])
    assert town.received[CAROL] == FEE


def test_sixteen_claims_are_made_and_paid_for(town: Town) -> None:
    claims, fees = zip(*(pair(town) for _ in range(16)), strict=True)
    assert len(made(town.relayed(CAROL, claims, fees))) == 16
    assert town.received[CAROL] == 16 * FEE


def test_nothing_is_relayed_without_effect(town: Town) -> None:
    assert town.relayed(CAROL, [], []) == ()


# -- sizes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("proofs", [0, 2])
def test_claims_and_their_proofs_are_as_many(town: Town, proofs: int) -> None:
    claim, fee = pair(town)
    with refused("relay: batch sizes differ"):
        town.relayed(CAROL, [claim], [fee], claim_proofs=[good_proof(1)] * proofs)


def test_transfers_and_their_proofs_are_as_many(town: Town) -> None:
    claim, fee = pair(town)
    with refused("pool: batch sizes differ"):
        town.relayed(CAROL, [claim], [fee], transfer_proofs=[])
    town.check()


# -- what cannot be paid for ---------------------------------------------------------------------


def test_a_claim_whose_fee_is_spent_is_dropped_and_the_rest_go_on(town: Town) -> None:
    first, second, third = (pair(town) for _ in range(3))
    town.execute(BOB, [town.transfer(nullifier1=second[1].nullifier2)])
    claims, fees = zip(first, second, third, strict=True)
    events = town.relayed(CAROL, claims, fees)
    assert made(events) == [first[0].claim_id, third[0].claim_id]
    assert executed(events) == [first[1].nullifier1, third[1].nullifier1]
    assert skipped(events) == [SkipReason.SPENT]
    assert town.received[CAROL] == 2 * FEE


@pytest.mark.parametrize("place", ["nullifier1", "nullifier2"])
@pytest.mark.parametrize("promised", ["nullifier1", "nullifier2"])
def test_one_note_pays_for_one_claim_of_a_batch(town: Town, place: str, promised: str) -> None:
    first = pair(town)
    second = pair(town, **{place: getattr(first[1], promised)})
    claims, fees = zip(first, second, strict=True)
    assert made(town.relayed(CAROL, claims, fees)) == [first[0].claim_id]
    assert town.received[CAROL] == FEE


def test_a_transfer_promised_to_two_relayers_costs_the_second_nothing(town: Town) -> None:
    """The same note pays for another claim with another relayer, who comes too late."""
    claim, fee = pair(town)
    other, same = pair(town, nullifier1=fee.nullifier1)
    town.relayed(RELAYER, [claim], [fee])
    events = town.relayed(CAROL, [other], [same])
    assert (made(events), skipped(events)) == ([], [SkipReason.SPENT])
    assert not town.rewards.ask("claimed", other.claim_id)


@pytest.mark.parametrize(
    ("terms", "early"), [("not_before", 1), ("deadline", -1)], ids=["early", "late"]
)
def test_a_claim_whose_fee_is_out_of_time_is_dropped(town: Town, terms: str, early: int) -> None:
    now = town.chain.now
    good = pair(town, not_before=now, deadline=now)
    bad = pair(town, **{terms: now + early})
    claims, fees = zip(bad, good, strict=True)
    events = town.relayed(CAROL, claims, fees)
    assert made(events) == [good[0].claim_id]
    assert town.received[CAROL] == FEE


def test_a_dropped_promise_leaves_the_note_to_others(town: Town) -> None:
    late = pair(town, deadline=town.chain.now - 1)
    good = pair(town, nullifier1=late[1].nullifier1, nullifier2=late[1].nullifier2)
    claims, fees = zip(late, good, strict=True)
    assert made(town.relayed(CAROL, claims, fees)) == [good[0].claim_id]


def test_a_refused_call_promises_nothing(town: Town) -> None:
    first = pair(town)
    with refused("pool: invalid proof"):
        town.relayed(CAROL, [first[0]], [first[1]], transfer_proofs=[BAD])
    town.check()
    assert made(town.relayed(CAROL, [first[0]], [first[1]])) == [first[0].claim_id]


def test_all_claims_may_be_dropped(town: Town) -> None:
    claim, fee = pair(town, deadline=1)
    events = town.relayed(CAROL, [claim], [fee, town.transfer(amount=1, recipient=BOB)])
    assert (made(events), skipped(events)) == ([], [SkipReason.TOO_LATE])
    assert town.received[BOB] == 1


# -- what pays for no claim ----------------------------------------------------------------------


def test_a_claim_without_a_transfer_is_made_for_nothing(town: Town) -> None:
    claims = [town.claim_of(), town.claim_of()]
    events = town.relayed(CAROL, claims, [town.transfer(claim_id=0)])
    assert made(events) == [claim.claim_id for claim in claims]


def test_a_transfer_pays_for_the_claim_in_its_own_place(town: Town) -> None:
    """In another place it is no promise, and is paid only if its claim is made."""
    (first, fee), other = pair(town, deadline=town.chain.now - 1), town.claim_of()
    events = town.relayed(CAROL, [other, first], [fee])
    assert made(events) == [other.claim_id, first.claim_id]
    assert skipped(events) == [SkipReason.TOO_LATE]


def test_a_claim_that_was_made_meanwhile_is_still_paid_for(town: Town) -> None:
    claim, fee = pair(town)
    town.claim(BOB, [claim])
    events = town.relayed(CAROL, [claim], [fee])
    assert any(isinstance(event, ClaimSkipped) for event in events)
    assert town.received[CAROL] == FEE


def test_a_fee_is_not_paid_for_a_claim_that_does_not_count(town: Town) -> None:
    claim = town.claim_of(value=ETHER + 1)
    fee = town.transfer(claim_id=claim.claim_id, fee=FEE)
    events = town.relayed(CAROL, [claim], [fee])
    assert skipped(events) == [SkipReason.UNCLAIMED]
    assert town.received[CAROL] == 0


def test_transfers_alone_are_executed(town: Town) -> None:
    redeposit = town.transfer(recipient=town.pool.address, amount=ETHER, inner=5, fee=1)
    events = town.relayed(CAROL, [], [redeposit, town.transfer(amount=3, recipient=BOB)])
    assert any(isinstance(event, Deposited) for event in events)
    assert town.received == {CAROL: 1, town.relay.address: 0, BOB: 3}


# -- whose fees they are -------------------------------------------------------------------------


def test_a_relayer_who_is_named_is_paid_and_not_the_caller(town: Town) -> None:
    claim, fee = pair(town, relayer=RELAYER)
    town.relayed(CAROL, [claim], [fee])
    assert town.received == {RELAYER: FEE}


def test_the_caller_gets_what_is_for_nobody_named(town: Town) -> None:
    mine, named = pair(town), pair(town, relayer=RELAYER)
    claims, fees = zip(mine, named, strict=True)
    town.relayed(CAROL, claims, [*fees, town.transfer(fee=1)])
    assert (town.received[CAROL], town.received[RELAYER]) == (FEE + 1, FEE)
    assert town.chain.balance(town.relay.address) == 0


def test_the_relay_keeps_nothing(town: Town) -> None:
    """Not even what was sent to it: whoever calls next may have it."""
    town.execute(BOB, [town.transfer(amount=5, recipient=town.relay.address)])
    assert town.chain.balance(town.relay.address) == 5
    town.relayed(CAROL, [], [])
    assert town.received[CAROL] == 5
    assert town.chain.balance(town.relay.address) == 0


def test_a_caller_who_refuses_its_fees_is_refused(town: Town) -> None:
    stubborn = town.add(refuser(town.chain, CAROL))
    claim, fee = pair(town)
    with refused("relay: the caller refuses its fees"):
        town.relayed(stubborn, [claim], [fee])
    town.check()
    town.relayed(BOB, [claim], [fee])


def test_a_caller_gets_its_fees_with_all_gas(town: Town) -> None:
    caller = town.add(bookkeeper(town.chain, CAROL))
    claim, fee = pair(town)
    town.relayed(caller, [claim], [fee])
    assert town.received[caller] == FEE


# -- what pool and rewards refuse ----------------------------------------------------------------


def test_a_wrong_claim_refuses_everything(town: Town) -> None:
    claim, fee = pair(town)
    with refused("rewards: invalid proof"):
        town.relayed(CAROL, [claim], [fee], claim_proofs=[BAD])
    with refused("rewards: unknown root"):
        town.relayed(CAROL, [town.claim_of(anchor=7)], [fee])
    town.check()


def test_the_proof_of_a_dropped_claim_is_not_looked_at(town: Town) -> None:
    late, good = pair(town, deadline=1), pair(town)
    claims, fees = zip(late, good, strict=True)
    events = town.relayed(CAROL, claims, fees, claim_proofs=[BAD, good_proof(5)])
    assert made(events) == [good[0].claim_id]


def test_the_relay_has_no_powers(town: Town) -> None:
    """Everything it does others may do: nothing names it."""
    claim, fee = pair(town)
    town.claim(ALICE, [claim])
    town.execute(ALICE, [fee])
    assert town.received == {ALICE: FEE}
    assert town.pool.ask("owner") == OWNER
