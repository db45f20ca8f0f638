"""`pool.execute`: what can change before inclusion passes over one transfer, and the rest go on.

a nullifier   was spent before · earlier in the batch, in the same place or the other
the time      is one second early · the first · the last · one second late · without a deadline
a claim       was made · was not · is not asked for
"""

import pytest

from tests.contracts.evm.parties import refuser
from tests.contracts.evm.refusals import refused
from tests.contracts.evm.samples import ALICE, BOB, CAROL, NOBODY, RELAYER, Town
from winze.protocol import ETHER, Events, Skipped, SkipReason, Transfer, Transferred


def fates(events: Events) -> list[SkipReason | None]:
    """For each transfer why it was skipped, None where it was executed."""
    return [
        event.reason if isinstance(event, Skipped) else None
        for event in events
        if isinstance(event, Skipped | Transferred)
    ]


def fate(town: Town, transfer: Transfer) -> SkipReason | None:
    """What becomes of it between two others, which are executed whatever happens."""
    before = town.transfer(amount=1, recipient=BOB)
    after = town.transfer(amount=1, recipient=BOB)
    paid = town.received[BOB]
    first, found, last = fates(town.execute(RELAYER, [before, transfer, after]))
    assert (first, last) == (None, None)
    assert town.received[BOB] == paid + 2
    return found


@pytest.mark.parametrize("place", ["nullifier1", "nullifier2"])
@pytest.mark.parametrize("spent_as", ["nullifier1", "nullifier2"])
def test_a_spent_note_is_not_spent_again(town: Town, place: str, spent_as: str) -> None:
    spent = town.transfer()
    town.execute(RELAYER, [spent])
    again = town.transfer(**{place: getattr(spent, spent_as)})
    assert fate(town, again) is SkipReason.SPENT


@pytest.mark.parametrize("place", ["nullifier1", "nullifier2"])
@pytest.mark.parametrize("spent_as", ["nullifier1", "nullifier2"])
def test_a_note_is_spent_once_in_a_batch(town: Town, place: str, spent_as: str) -> None:
    first = town.transfer(amount=1, recipient=BOB)
    second = town.transfer(amount=1, recipient=CAROL, **{place: getattr(first, spent_as)})
    assert fates(town.execute(RELAYER, [first, second])) == [None, SkipReason.SPENT]
    assert (town.received[BOB], town.received[CAROL]) == (1, 0)


def test_a_transfer_is_executed_once(town: Town) -> None:
    transfer = town.transfer(amount=1, recipient=CAROL, fee=1)
    assert fates(town.execute(RELAYER, [transfer] * 3)) == [None, *[SkipReason.SPENT] * 2]
    assert (town.received[CAROL], town.received[RELAYER]) == (1, 1)
    assert fate(town, transfer) is SkipReason.SPENT


def test_a_batch_may_be_skipped_altogether(town: Town) -> None:
    transfer = town.transfer()
    town.execute(RELAYER, [transfer])
    before = town.pool.ask("open_block")
    assert fates(town.execute(RELAYER, [transfer, transfer])) == [SkipReason.SPENT] * 2
    assert town.pool.ask("open_block") == before


def test_a_due_block_is_not_sealed_by_a_batch_that_is_skipped(town: Town) -> None:
    transfer = town.transfer()
    town.execute(RELAYER, [transfer])
    town.wait(1000)
    assert fates(town.execute(RELAYER, [transfer])) == [SkipReason.SPENT]
    assert town.pool.ask("open_block")[0] == 1


@pytest.mark.parametrize(("early", "reason"), [(1, SkipReason.TOO_EARLY), (0, None), (-1, None)])
def test_a_transfer_waits_for_its_first_second(
    town: Town, early: int, reason: SkipReason | None
) -> None:
    assert fate(town, town.transfer(not_before=town.chain.now + early)) is reason


@pytest.mark.parametrize(("late", "reason"), [(1, SkipReason.TOO_LATE), (0, None), (-1, None)])
def test_a_transfer_ends_with_its_last_second(
    town: Town, late: int, reason: SkipReason | None
) -> None:
    assert fate(town, town.transfer(deadline=town.chain.now - late)) is reason


def test_a_transfer_without_a_deadline_never_ends(town: Town) -> None:
    transfer = town.transfer(deadline=0)
    town.wait(10**9)
    assert fate(town, transfer) is None


def test_times_may_exclude_each_other(town: Town) -> None:
    now = town.chain.now
    transfer = town.transfer(not_before=now + 1, deadline=now - 1)
    assert fate(town, transfer) is SkipReason.TOO_EARLY
    town.wait(1)
    assert fate(town, transfer) is SkipReason.TOO_LATE


def test_a_transfer_for_a_claim_waits_until_it_is_made(town: Town) -> None:
    claim = town.claim_of()
    transfer = town.transfer(claim_id=claim.claim_id, fee=1)
    assert fate(town, transfer) is SkipReason.UNCLAIMED
    town.claim(RELAYER, [claim])
    assert fate(town, transfer) is None


@pytest.mark.parametrize("claim_id", [1, 2**256 - 1])
def test_a_claim_that_nobody_can_make_is_never_made(town: Town, claim_id: int) -> None:
    assert fate(town, town.transfer(claim_id=claim_id)) is SkipReason.UNCLAIMED


def test_the_first_reason_is_told(town: Town) -> None:
    now = town.chain.now
    spent = town.transfer()
    town.execute(RELAYER, [spent])
    late = {"deadline": now - 1, "claim_id": 7}
    assert fate(town, town.transfer(**late)) is SkipReason.TOO_LATE
    early = late | {"not_before": now + 1}
    assert fate(town, town.transfer(**early)) is SkipReason.TOO_EARLY
    gone = early | {"nullifier2": spent.nullifier1}
    assert fate(town, town.transfer(**gone)) is SkipReason.SPENT


def test_what_was_skipped_spends_nothing_and_may_come_again(town: Town) -> None:
    transfer = town.transfer(not_before=town.chain.now + 10, amount=5, recipient=CAROL, fee=3)
    assert fate(town, transfer) is SkipReason.TOO_EARLY
    assert (town.received[CAROL], town.received[RELAYER]) == (0, 0)
    assert not town.pool.ask("spent", transfer.nullifier1)
    town.wait(10)
    assert fate(town, transfer) is None
    assert (town.received[CAROL], town.received[RELAYER]) == (5, 3)


def test_what_is_skipped_leaves_others_their_notes(town: Town) -> None:
    """A skipped transfer burns nothing for the one behind it in the batch."""
    late = town.transfer(deadline=1)
    other = town.transfer(nullifier1=late.nullifier1, nullifier2=late.nullifier2)
    assert fates(town.execute(RELAYER, [late, other])) == [SkipReason.TOO_LATE, None]


def test_a_skipped_payment_to_a_refuser_does_not_wait_for_it(town: Town) -> None:
    stubborn = town.add(refuser(town.chain, CAROL))
    transfer = town.transfer(deadline=1, amount=5, recipient=stubborn)
    assert fate(town, transfer) is SkipReason.TOO_LATE
    assert town.pool.ask("withdrawable", stubborn) == 0


def test_a_wrong_transfer_reverts_even_where_it_would_be_skipped(town: Town) -> None:
    """Only what can change between simulation and inclusion may skip."""
    with refused("pool: unknown root"):
        town.execute(RELAYER, [town.transfer(), town.transfer(anchor=7, deadline=1)])


def test_skipping_costs_the_others_nothing(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    batch = [town.transfer(deadline=1) for _ in range(15)]
    found = fates(town.execute(NOBODY, [*batch, town.transfer(amount=1, recipient=BOB)]))
    assert found == [*[SkipReason.TOO_LATE] * 15, None]
