"""Claims, and the points that they earn."""

from dataclasses import astuple, replace

import pytest

from tests.protocol.histories import ALICE, BOB, CHAIN_ID, LOCK_MIN, LOCK_RANGE, NOBODY, REWARDS
from tests.protocol.worlds import GENESIS, REWARDS_SETUP, World
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    FIELD_ORDER,
    Claim,
    Claimed,
    ClaimRecord,
    ClaimSkipped,
    ClaimSkipReason,
    Period,
    Points,
    Refused,
    RewardsModel,
    RewardsSetup,
    Seconds,
    Timestamp,
)

PERIOD = 600


# -- claiming -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "points"), DENOMINATIONS.items())
def test_a_claim_earns_the_points_of_its_value(value: int, points: int) -> None:
    world = World()
    claim = world.a_claim(value=value)
    assert world.claim(claim) == (Claimed(claim.claim_id, ALICE, 0, points),)
    assert world.rewards.claimed(claim.claim_id)
    assert world.rewards.record(claim.claim_id) == ClaimRecord(ALICE, Points(points), Period(0), 0)
    assert world.rewards.total_points(0) == points


def test_every_claim_is_recorded_under_its_id_and_numbered_in_its_period() -> None:
    world = World()
    first, second = world.a_claim(), world.a_claim(value=10 * ETHER)
    third, fourth = world.a_claim(recipient=BOB), world.a_claim(value=100 * ETHER)
    world.claim(first, second, third)
    world.claim(fourth)
    expected = [(ALICE, 4, 0, 0), (ALICE, 9, 0, 1), (BOB, 4, 0, 2), (ALICE, 16, 0, 3)]
    assert [record_of(world, each) for each in (first, second, third, fourth)] == expected
    assert world.rewards.total_points(0) == 33
    world.now = GENESIS + 2 * PERIOD
    late = world.a_claim()
    world.claim(late)
    assert record_of(world, late) == (ALICE, 4, 2, 0)
    assert world.rewards.total_points(0) == 33
    assert world.rewards.total_points(1) == 0


def record_of(world: World, claim: Claim) -> tuple[object, ...]:
    record = world.rewards.record(claim.claim_id)
    assert record is not None
    return astuple(record)


def test_a_claim_that_was_passed_over_has_no_number() -> None:
    world = World()
    first, second = world.a_claim(), world.a_claim()
    late = world.a_claim(deadline=world.now - 1)
    odd = world.a_claim(value=1)
    world.claim(first, late, first, odd, second)
    assert record_of(world, second)[3] == 1
    for passed_over in (late, odd):
        assert world.rewards.record(passed_over.claim_id) is None
        assert not world.rewards.claimed(passed_over.claim_id)


def test_an_id_that_nobody_claimed_has_no_record() -> None:
    world = World()
    world.claim(world.a_claim())
    for unknown in (0, 7, FIELD_ORDER, 2**256 - 1):
        assert world.rewards.record(unknown) is None
        assert not world.rewards.claimed(unknown)
        assert not world.rewards.distributed(unknown)


def test_a_claim_counts_in_the_period_in_which_it_lands() -> None:
    world = World()
    claims = [world.a_claim() for _ in range(2)]
    for second, period in ((PERIOD - 1, 0), (PERIOD, 1)):
        world.now = GENESIS + second
        (event,) = world.claim(claims[period])
        assert isinstance(event, Claimed)
        assert event.period == period
        assert world.rewards.total_points(period) == 4


def test_the_verifier_is_asked_for_the_whole_batch() -> None:
    world = World()
    claims = [world.a_claim(), world.a_claim(recipient=BOB)]
    world.claim(*claims)
    lock, root = (LOCK_MIN, LOCK_RANGE), world.pool.root
    assert world.verified == [
        claim.statement(CHAIN_ID, REWARDS, lock, root).signals() for claim in claims
    ]


# -- skipping -----------------------------------------------------------------------------------


def skipped(claim: Claim, reason: ClaimSkipReason) -> tuple[ClaimSkipped]:
    return (ClaimSkipped(claim.claim_id, reason),)


def test_a_deposit_earns_once() -> None:
    world = World()
    claim, other = world.a_claim(), world.a_claim()
    again = replace(claim, recipient=BOB)
    assert world.claim(claim, again, other)[1:2] == skipped(claim, ClaimSkipReason.USED)
    assert world.claim(again) == skipped(claim, ClaimSkipReason.USED)
    assert world.rewards.total_points(0) == 8


@pytest.mark.parametrize(
    ("not_before", "deadline", "reason"),
    [
        (0, 0, None),
        (1, 0, ClaimSkipReason.TOO_EARLY),
        (-1, -1, ClaimSkipReason.TOO_LATE),
        (0, 1, None),
        (1, -1, ClaimSkipReason.TOO_EARLY),
    ],
)
def test_both_ends_of_the_time_are_inclusive(
    not_before: int, deadline: int, reason: ClaimSkipReason | None
) -> None:
    world = World()
    world.anchor()
    claim = world.a_claim(not_before=world.now + not_before, deadline=world.now + deadline)
    if reason is None:
        assert isinstance(world.claim(claim)[0], Claimed)
    else:
        assert world.claim(claim) == skipped(claim, reason)
        assert not world.rewards.claimed(claim.claim_id)


def test_a_deadline_of_zero_is_none() -> None:
    world = World()
    claim = world.a_claim(deadline=0)
    world.now += 10**6
    assert isinstance(world.claim(claim)[0], Claimed)


@pytest.mark.parametrize("value", [0, ETHER - 1, ETHER + 1, 2**96, FIELD_ORDER - 1])
def test_a_value_outside_the_table_is_skipped(value: int) -> None:
    world = World()
    claim = world.a_claim(value=value)
    before = world.visible()
    assert world.claim(claim) == skipped(claim, ClaimSkipReason.NO_DENOMINATION)
    assert world.visible() == before


def test_reasons_to_skip_stand_in_the_contracts_order() -> None:
    world = World()
    claim = world.a_claim()
    world.claim(claim)
    wrong = replace(claim, value=1, not_before=world.now + 1, deadline=world.now - 1)
    assert world.claim(wrong) == skipped(claim, ClaimSkipReason.USED)
    wrong = world.a_claim(value=1, deadline=world.now - 1)
    assert world.claim(wrong) == skipped(wrong, ClaimSkipReason.TOO_LATE)


# -- reverting ----------------------------------------------------------------------------------


def refused(reason: str, **changes: object) -> None:
    world = World()
    good, wrong = world.a_claim(), world.a_claim(**changes)
    world.refuses(reason, world.claim, good, wrong)
    world.refuses(reason, world.claim, wrong, good)


def test_an_empty_batch_is_refused() -> None:
    world = World()
    world.refuses("rewards: empty batch", world.claim)
    world.refuses("rewards: empty batch", world.claim, proofs=[True])


def test_each_claim_has_a_proof() -> None:
    world = World()
    claims = world.a_claim(), world.a_claim()
    for proofs in ([], [True], [True] * 3):
        world.refuses("rewards: batch sizes differ", world.claim, *claims, proofs=proofs)


def test_nothing_is_claimed_before_genesis() -> None:
    world = World()
    claim = world.a_claim()
    world.now = GENESIS - 1
    world.refuses("rewards: before genesis", world.claim, claim)
    world.now = GENESIS
    assert world.claim(claim)


def test_the_block_of_an_anchor_is_proved() -> None:
    for unproved in (1, 2, 2**32, 2**256 - 1):
        refused("rewards: unknown root", anchor=unproved)
    world = World()
    claim = world.a_claim(anchor=1)
    world.deposit()
    world.refuses("rewards: unknown root", world.claim, claim)  # it is open
    world.seal()
    world.refuses("rewards: unknown root", world.claim, claim)  # it is sealed
    world.prove(world.submitted(1))
    assert world.claim(claim)
    world.refuses("rewards: unknown root", world.claim, world.a_claim(anchor=2))


def test_an_anchor_is_good_for_ever_and_means_the_root_of_its_time() -> None:
    world = World()
    roots = [world.pool.root_after(world.anchor())]
    for index in (1, 2):
        world.deposit()
        world.seal()
        world.prove(world.submitted(index))
        roots.append(world.pool.root)
    assert world.claim(*(world.a_claim(anchor=anchor) for anchor in (2, 0, 1, 0)))
    assert [signals[0] for signals in world.verified] == [roots[i] for i in (2, 0, 1, 0)]
    assert len(set(roots)) == 3


@pytest.mark.parametrize("name", ["claim_id", "value"])
def test_what_is_proved_is_in_the_field(name: str) -> None:
    refused("rewards: input out of field", **{name: FIELD_ORDER})
    world = World()
    assert world.claim(world.a_claim(**{name: FIELD_ORDER - 1}))


def test_a_claim_credits_somebody() -> None:
    refused("rewards: zero recipient", recipient=NOBODY)


def test_one_false_proof_takes_the_batch_down() -> None:
    world = World()
    claims = world.a_claim(), world.a_claim(deadline=1)
    world.refuses("rewards: invalid proof", world.claim, *claims, proofs=[True, False])


def test_checks_stand_in_the_contracts_order() -> None:
    world = World()
    wrong = world.a_claim(anchor=5, claim_id=FIELD_ORDER, recipient=NOBODY)
    for reason, repair in [
        ("unknown root", {"anchor": 0}),
        ("input out of field", {"claim_id": 7}),
        ("zero recipient", {"recipient": ALICE}),
        ("invalid proof", {}),
    ]:
        world.refuses(f"rewards: {reason}", world.claim, wrong, proofs=[False])
        wrong = replace(wrong, **repair)
    assert world.claim(wrong)


# -- deploying ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("genesis", Timestamp(GENESIS + 1), "rewards: genesis is not a midnight"),
        ("period", Seconds(0), "rewards: period does not divide a day"),
        ("period", Seconds(7), "rewards: period does not divide a day"),
        ("lock_range", Seconds(0), "rewards: lock out of bounds"),
    ],
)
def test_rewards_are_not_deployed_with_times_that_do_not_fit(
    name: str, value: int, reason: str
) -> None:
    world = World()
    setup = RewardsSetup(**(vars(REWARDS_SETUP) | {name: value}))
    with pytest.raises(Refused, match=reason):
        RewardsModel(setup, world.pool, world.verify)
