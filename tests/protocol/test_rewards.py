"""Claims, points and the distribution of ITX."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.histories import ALICE, BOB, CHAIN_ID, LOCK_MIN, LOCK_RANGE, NOBODY, REWARDS
from tests.protocol.worlds import GENESIS, REWARDS_SETUP, World
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    FIELD_ORDER,
    Claim,
    Claimed,
    ClaimSkipped,
    ClaimSkipReason,
    Distributed,
    Period,
    Refused,
    RewardsModel,
    RewardsSetup,
    Seconds,
    Timestamp,
    issuance,
)

PERIOD = 600
ISSUED = issuance(Period(0), Seconds(PERIOD))


def closed(*claims: dict[str, object]) -> World:
    """A world in whose period 0, which is over, these claims were made."""
    world = World()
    world.known_root()
    if claims:
        world.claim(*(world.a_claim(**changes) for changes in claims))
    world.now = GENESIS + PERIOD
    return world


# -- claiming -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "points"), DENOMINATIONS.items())
def test_a_claim_earns_the_points_of_its_value(value: int, points: int) -> None:
    world = World()
    claim = world.a_claim(value=value)
    assert world.claim(claim) == (Claimed(claim.claim_id, ALICE, 0, points),)
    assert world.rewards.claimed(claim.claim_id)
    assert world.rewards.points(0, ALICE) == points == world.rewards.total_points(0)


def test_points_add_up_for_a_recipient_and_for_all() -> None:
    world = World()
    world.claim(world.a_claim(), world.a_claim(value=10 * ETHER), world.a_claim(recipient=BOB))
    world.claim(world.a_claim(value=100 * ETHER))
    assert world.rewards.points(0, ALICE) == 4 + 9 + 16
    assert world.rewards.points(0, BOB) == 4
    assert world.rewards.total_points(0) == 33


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
    assert world.verified == [
        claim.statement(CHAIN_ID, REWARDS, LOCK_MIN, LOCK_RANGE).signals() for claim in claims
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
    world.known_root()
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


def test_the_pool_knows_the_root() -> None:
    refused("rewards: unknown root", root=5)


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
    wrong = world.a_claim(root=5, claim_id=FIELD_ORDER, recipient=NOBODY)
    for reason, repair in [
        ("unknown root", {"root": world.pool.root}),
        ("input out of field", {"claim_id": 7}),
        ("zero recipient", {"recipient": ALICE}),
        ("invalid proof", {}),
    ]:
        world.refuses(f"rewards: {reason}", world.claim, wrong, proofs=[False])
        wrong = replace(wrong, **repair)
    assert world.claim(wrong)


# -- distributing -------------------------------------------------------------------------------


def test_a_period_is_shared_out_by_points() -> None:
    world = closed({"value": ETHER // 10}, {"recipient": BOB})
    assert world.rewards.distribute(world.call(), 0, [ALICE, BOB]) == (
        Distributed(0, ALICE, ISSUED // 5),
        Distributed(0, BOB, ISSUED * 4 // 5),
    )
    assert world.rewards.itx(BOB) == ISSUED * 4 // 5
    assert world.rewards.total_itx == ISSUED // 5 + ISSUED * 4 // 5


def test_a_period_is_distributed_when_it_is_over_and_not_a_second_before() -> None:
    world = closed({})
    world.now -= 1
    act = world.rewards.distribute
    world.refuses("rewards: period not over", act, world.call(), 0, [ALICE])
    world.refuses("rewards: period not over", act, world.call(), 1, [ALICE])
    world.now += 1
    world.refuses("rewards: period not over", act, world.call(), 1, [ALICE])
    assert act(world.call(), 0, [ALICE])


def test_nothing_is_distributed_before_genesis() -> None:
    world = World(now=GENESIS - 1)
    act = world.rewards.distribute
    world.refuses("rewards: before genesis", act, world.call(), 0, [ALICE])


def test_an_idle_period_issues_nothing() -> None:
    world = closed()
    world.refuses("rewards: no claims", world.rewards.distribute, world.call(), 0, [ALICE])


def test_nobody_is_minted_twice_and_strangers_not_at_all() -> None:
    world = closed({}, {"recipient": BOB})
    stranger = NOBODY
    recipients = [ALICE, stranger, ALICE]
    assert len(world.rewards.distribute(world.call(), 0, recipients)) == 1
    assert world.rewards.points(0, ALICE) == 0
    before = world.visible()
    assert world.rewards.distribute(world.call(), 0, recipients) == ()
    assert world.rewards.distribute(world.call(), 0, []) == ()
    assert world.visible() == before
    assert world.rewards.distribute(world.call(), 0, [ALICE, BOB]) == (
        Distributed(0, BOB, ISSUED // 2),
    )


def test_after_the_last_phase_a_share_is_nothing() -> None:
    world = World()
    world.known_root()
    world.now = GENESIS + 2032 * 86_400
    (event,) = world.claim(world.a_claim())
    assert isinstance(event, Claimed)
    world.now += PERIOD
    expected = (Distributed(event.period, ALICE, 0),)
    assert world.rewards.distribute(world.call(), event.period, [ALICE]) == expected


@given(st.lists(st.tuples(st.sampled_from([*DENOMINATIONS]), st.booleans()), min_size=1))
def test_a_period_never_mints_more_than_it_issues(claims: list[tuple[int, bool]]) -> None:
    world = World()
    for value, for_bob in claims:
        world.claim(world.a_claim(value=value, recipient=BOB if for_bob else ALICE))
    world.now = GENESIS + PERIOD
    world.rewards.distribute(world.call(), 0, [ALICE, BOB])
    assert ISSUED - 2 < world.rewards.total_itx <= ISSUED


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
