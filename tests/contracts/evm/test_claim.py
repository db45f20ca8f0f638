"""`rewards.claim`.

the batch        is empty · has another number of proofs · of 16 · of 17
the root         is known to the pool · is not
a number         is in the field · is not
the recipient    is somebody · is nobody
a claim          is new · was made before · earlier in the batch
its value        is a denomination · is anything else
its time         is one second early · first · last · one second late · none
the period       is the first · is before genesis · changes
"""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.contracts.evm.chain import NO_WORDS
from tests.contracts.evm.deployment import DEFAULT
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, LAST, NOBODY, RELAYER, Town
from tests.contracts.evm.told import BAD, good_proof
from winze.contracts.contract import struct
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    Claim,
    Claimed,
    ClaimSkipped,
    ClaimSkipReason,
    EthAddress,
    Events,
)


def fates(events: Events) -> list[ClaimSkipReason | None]:
    """For each claim why it was skipped, None where it was counted."""
    return [event.reason if isinstance(event, ClaimSkipped) else None for event in events]


def fate(town: Town, claim: Claim) -> ClaimSkipReason | None:
    """What becomes of it between two others, which are counted whatever happens."""
    first, found, last = fates(town.claim(RELAYER, [town.claim_of(), claim, town.claim_of()]))
    assert (first, last) == (None, None)
    return found


def test_an_empty_batch_is_refused(town: Town) -> None:
    with refused("rewards: empty batch"):
        town.claim(RELAYER, [])


@pytest.mark.parametrize("proofs", [0, 1, 3])
def test_a_batch_with_another_number_of_proofs_is_refused(town: Town, proofs: int) -> None:
    with refused("rewards: batch sizes differ"):
        town.claim(RELAYER, [town.claim_of(), town.claim_of()], [good_proof(1)] * proofs)


def test_sixteen_claims_are_counted_at_once(town: Town) -> None:
    assert fates(town.claim(RELAYER, [town.claim_of() for _ in range(16)])) == [None] * 16
    assert town.rewards.ask("total_points", town.period) == 64


def test_seventeen_claims_are_too_many(town: Town) -> None:
    batch = [struct(town.claim_of()) for _ in range(17)]
    with fails(NO_WORDS):
        town.rewards.call("claim", batch, [good_proof(1)] * 17)


@pytest.mark.parametrize(("value", "points"), list(DENOMINATIONS.items()))
def test_points_follow_the_table(town: Town, value: int, points: int) -> None:
    claim = town.claim_of(value=value)
    assert town.claim(RELAYER, [claim]) == (Claimed(claim.claim_id, ALICE, town.period, points),)
    assert town.rewards.ask("record", claim.claim_id)[1] == points
    assert town.rewards.ask("total_points", town.period) == points


def test_points_of_a_period_add_up(town: Town) -> None:
    values = (ETHER, 10 * ETHER, 100 * ETHER, ETHER // 10, ETHER // 10)
    town.claim(RELAYER, [town.claim_of(value=value) for value in values])
    assert town.rewards.ask("total_points", town.period) == 4 + 9 + 16 + 1 + 1


# -- what is wrong in itself ---------------------------------------------------------------------


@pytest.mark.parametrize("anchor", [1, 2, 3, 2**32, 2**256 - 1])
def test_a_block_that_is_not_proved_is_no_anchor(town: Town, anchor: int) -> None:
    """Block 1 is sealed, block 2 is open, and the others are not begun."""
    town.deposit(ALICE, ETHER, 5)
    town.close()
    for batch in (
        [town.claim_of(anchor=anchor)],
        [town.claim_of(), town.claim_of(anchor=anchor)],
        [town.claim_of(anchor=anchor), town.claim_of()],
    ):
        with refused("rewards: unknown root"):
            town.claim(RELAYER, batch)


def test_every_proved_block_serves(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    town.build()
    town.claim(RELAYER, [town.claim_of(anchor=anchor) for anchor in (0, 1, 1, 0)])


@pytest.mark.parametrize("claim_id", [0, LAST])
def test_a_claim_id_may_be_any_element_of_the_field(town: Town, claim_id: int) -> None:
    assert fate(town, town.claim_of(claim_id=claim_id)) is None
    assert fate(town, town.claim_of(claim_id=claim_id)) is ClaimSkipReason.USED


@pytest.mark.parametrize("name", ["claim_id", "value"])
@pytest.mark.parametrize("value", [LAST + 1, LAST + 1 + ETHER, 2**256 - 1])
def test_what_is_proved_is_below_the_fields_order(town: Town, name: str, value: int) -> None:
    with refused("rewards: input out of field"):
        town.claim(RELAYER, [town.claim_of(**{name: value})])


def test_nobody_claims_for_nobody(town: Town) -> None:
    with refused("rewards: zero recipient"):
        town.claim(RELAYER, [town.claim_of(recipient=NOBODY)])


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_one_proof_that_does_not_hold_refuses_the_batch(town: Town, wrong: int) -> None:
    proofs = [good_proof(number) for number in range(3)]
    proofs[wrong] = BAD
    with refused("rewards: invalid proof"):
        town.claim(RELAYER, [town.claim_of() for _ in range(3)], proofs)


terms = st.fixed_dictionaries(
    {
        "value": st.sampled_from([0, ETHER, LAST]),
        "recipient": st.sampled_from([ALICE, BOB]),
        "not_before": st.integers(0, 2**256 - 1),
        "deadline": st.integers(0, 2**256 - 1),
    }
)


@settings(derandomize=True, deadline=None, max_examples=10, phases=[Phase.generate])
@given(st.lists(terms, min_size=1, max_size=3))
def test_the_proofs_are_asked_for_what_the_protocol_says(batch: list[dict[str, Any]]) -> None:
    """Whatever the terms, the verifier agrees to the model's public signals alone."""
    town = Town()
    town.claim(RELAYER, [town.claim_of(**each) for each in batch])


# -- what skips ----------------------------------------------------------------------------------


def test_a_claim_counts_once(town: Town) -> None:
    claim = town.claim_of()
    assert fates(town.claim(RELAYER, [claim, claim])) == [None, ClaimSkipReason.USED]
    assert fate(town, claim) is ClaimSkipReason.USED
    town.wait(town.setting.period)
    assert fate(town, claim) is ClaimSkipReason.USED


def test_a_claim_counts_once_for_whomever(town: Town) -> None:
    claim = town.claim_of()
    town.claim(RELAYER, [claim])
    again = town.claim_of(claim_id=claim.claim_id, recipient=BOB, value=100 * ETHER)
    assert fate(town, again) is ClaimSkipReason.USED
    assert EthAddress(town.rewards.ask("record", claim.claim_id)[0]) == ALICE


@pytest.mark.parametrize(
    "value", [0, 1, *(int(v) + d for v in DENOMINATIONS for d in (-1, 1)), 2**96, LAST]
)
def test_any_other_value_earns_nothing(town: Town, value: int) -> None:
    claim = town.claim_of(value=value)
    assert fate(town, claim) is ClaimSkipReason.NO_DENOMINATION
    assert not town.rewards.ask("claimed", claim.claim_id)


@pytest.mark.parametrize(
    ("early", "reason"), [(1, ClaimSkipReason.TOO_EARLY), (0, None), (-1, None)]
)
def test_a_claim_waits_for_its_first_second(
    town: Town, early: int, reason: ClaimSkipReason | None
) -> None:
    assert fate(town, town.claim_of(not_before=town.chain.now + early)) is reason


@pytest.mark.parametrize(("late", "reason"), [(1, ClaimSkipReason.TOO_LATE), (0, None), (-1, None)])
def test_a_claim_ends_with_its_last_second(
    town: Town, late: int, reason: ClaimSkipReason | None
) -> None:
    assert fate(town, town.claim_of(deadline=town.chain.now - late)) is reason


def test_a_claim_without_a_deadline_never_ends(town: Town) -> None:
    claim = town.claim_of()
    town.wait(10**9)
    assert fate(town, claim) is None


def test_the_first_reason_is_told(town: Town) -> None:
    now = town.chain.now
    made = town.claim_of()
    town.claim(RELAYER, [made])
    none = {"value": 1, "deadline": now - 1}
    assert fate(town, town.claim_of(**none)) is ClaimSkipReason.TOO_LATE
    early = none | {"not_before": now + 1}
    assert fate(town, town.claim_of(**early)) is ClaimSkipReason.TOO_EARLY
    used = early | {"claim_id": made.claim_id}
    assert fate(town, town.claim_of(**used)) is ClaimSkipReason.USED


def test_a_skipped_claim_may_come_again(town: Town) -> None:
    claim = town.claim_of(not_before=town.chain.now + 1)
    assert fate(town, claim) is ClaimSkipReason.TOO_EARLY
    town.wait(1)
    assert fate(town, claim) is None


def test_a_batch_may_be_skipped_altogether(town: Town) -> None:
    assert fates(town.claim(RELAYER, [town.claim_of(deadline=1)])) == [ClaimSkipReason.TOO_LATE]
    assert town.rewards.ask("total_points", town.period) == 0


# -- periods -------------------------------------------------------------------------------------


def test_before_genesis_nothing_is_claimed() -> None:
    town = Town(now=DEFAULT.genesis - 61)
    assert town.chain.now == DEFAULT.genesis - 1
    with refused("rewards: before genesis"):
        town.claim(RELAYER, [town.claim_of()])
    town.wait(1)
    town.claim(RELAYER, [town.claim_of()])
    assert town.rewards.ask("total_points", 0) == 4
    assert town.rewards.ask("current_period") == 0


def test_before_genesis_there_is_no_period() -> None:
    town = Town(now=DEFAULT.genesis - 61)
    with fails("rewards: before genesis"):
        town.rewards.ask("current_period")


def test_a_claim_lands_in_the_period_in_which_it_is_made(town: Town) -> None:
    period = town.period
    town.wait(town.setting.period - town.chain.now % town.setting.period - 1)
    town.claim(RELAYER, [town.claim_of()])
    town.wait(1)
    assert town.rewards.ask("current_period") == period + 1
    town.claim(RELAYER, [town.claim_of(value=ETHER // 10)])
    assert town.rewards.ask("total_points", period) == 4
    assert town.rewards.ask("total_points", period + 1) == 1


def test_the_pools_limits_do_not_touch_claims(town: Town) -> None:
    town.pause()
    town.own(town.pool_model.owner, "set_caps", 0, 0)
    assert fate(town, town.claim_of()) is None
