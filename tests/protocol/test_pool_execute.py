"""The pool's `execute`: what reverts, what is skipped, what is recorded and paid."""

from dataclasses import replace

import pytest

from tests.protocol.histories import ALICE, BOB, CHAIN_ID, NOBODY, POOL, RELAYER
from tests.protocol.worlds import World, only
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    FIELD_ORDER,
    MINEABLE,
    Deposit,
    Deposited,
    Events,
    Sealed,
    Skipped,
    SkipReason,
    Spend,
    Transfer,
    Transferred,
    Unpaid,
)

HIGHEST = 2**96 - 1


def announced(transfer: Transfer) -> Transferred:
    names = Transferred.__dataclass_fields__
    return Transferred(**{name: getattr(transfer, name) for name in names})


def skipped(transfer: Transfer, reason: SkipReason) -> Skipped:
    return Skipped(transfer.nullifier1, transfer.nullifier2, reason)


def unpaid(events: Events) -> list[tuple[str, int]]:
    """What was refused, in order: with nobody accepting, every payment shows."""
    return [(event.account, event.amount) for event in events if isinstance(event, Unpaid)]


def payments(world: World, *transfers: Transfer, caller: str = RELAYER) -> list[tuple[str, int]]:
    return unpaid(world.execute(*transfers, accepts=only(), caller=caller))


# -- what it does -------------------------------------------------------------------------------


def test_a_transfer_is_recorded_and_paid() -> None:
    world = World()
    transfer = world.transfer()
    balance = world.pool.balance
    assert world.execute(transfer) == (announced(transfer),)
    assert world.pool.ledger.open.items == (
        Spend(transfer.out1, transfer.out2, transfer.nullifier1, transfer.nullifier2),
    )
    assert world.pool.spent(transfer.nullifier1)
    assert world.pool.spent(transfer.nullifier2)
    assert not world.pool.spent(transfer.out1)
    assert world.pool.balance == balance - ETHER - 3


def test_the_verifier_is_asked_for_the_whole_batch() -> None:
    world = World()
    transfers = [world.transfer(), world.transfer()]
    world.execute(*transfers)
    assert world.verified == [
        transfer.statement(CHAIN_ID, POOL, world.pool.root).signals() for transfer in transfers
    ]


def test_a_redeposit_makes_a_mining_deposit_and_moves_no_eth() -> None:
    world = World()
    transfer = world.transfer(recipient=POOL, amount=ETHER, fee=0, inner=6)
    balance = world.pool.balance
    assert world.execute(transfer) == (
        announced(transfer),
        Deposited(NOBODY, ETHER + MINEABLE, 6),
    )
    assert world.pool.ledger.open.items[1] == Deposit(ETHER + MINEABLE, 6)
    assert world.pool.balance == balance


def test_a_redeposit_pays_its_fee() -> None:
    world = World()
    transfer = world.transfer(recipient=POOL, amount=ETHER, fee=9, inner=6)
    assert payments(world, transfer) == [(RELAYER, 9)]


def test_a_redeposit_that_does_not_fit_goes_to_the_next_block() -> None:
    world = World()
    transfer = world.transfer(recipient=POOL, amount=ETHER, inner=6)
    for _ in range(62):
        world.deposit()
    kinds = [type(event) for event in world.execute(transfer)]
    assert kinds == [Transferred, Sealed, Deposited]
    assert (world.pool.open_block.notes, world.pool.open_block.spends) == (1, 0)


def test_pause_caps_and_screener_leave_a_redeposit_alone() -> None:
    world = World()
    transfer = world.transfer(recipient=POOL, amount=ETHER, inner=6)
    owner = world.call(world.pool.owner)
    world.pool.set_paused(owner, paused=True)
    world.pool.set_caps(owner, 0, 0)
    world.pool.set_screener(owner, BOB)
    assert len(world.execute(transfer)) == 2


# -- paying -------------------------------------------------------------------------------------


def test_a_fee_without_relayer_goes_to_whoever_calls() -> None:
    world = World()
    transfer = world.transfer(relayer=NOBODY)
    assert payments(world, transfer, caller=ALICE) == [(BOB, ETHER), (ALICE, 3)]


def test_the_fees_of_a_run_are_paid_at_once_after_it() -> None:
    world = World()
    transfers = [
        world.transfer(amount=1, fee=10),
        world.transfer(amount=2, fee=20, relayer=NOBODY),
        world.transfer(amount=3, fee=40, relayer=ALICE),
        world.transfer(amount=4, fee=80),
    ]
    assert payments(world, *transfers) == [
        *((BOB, 1), (BOB, 2), (BOB, 3)),
        (RELAYER, 30),
        (BOB, 4),
        *((ALICE, 40), (RELAYER, 80)),
    ]


def test_a_skipped_transfer_does_not_end_a_run() -> None:
    world = World()
    transfers = [
        world.transfer(amount=0, fee=10),
        world.transfer(fee=1000, relayer=ALICE, deadline=1),
        world.transfer(amount=0, fee=20),
    ]
    assert payments(world, *transfers) == [(RELAYER, 30)]


def test_nothing_is_sent_where_nothing_is_due() -> None:
    world = World()
    assert payments(world, world.transfer(recipient=NOBODY, amount=0, fee=0)) == []


def test_a_refused_payment_waits_for_its_account() -> None:
    world = World()
    balance = world.pool.balance + 1000 * ETHER
    transfers = [world.transfer(), world.transfer()]
    events = world.execute(*transfers, accepts=only(RELAYER))
    assert events == (*map(announced, transfers), Unpaid(BOB, ETHER), Unpaid(BOB, ETHER))
    assert world.pool.withdrawable(BOB) == 2 * ETHER
    assert world.pool.withdrawable(RELAYER) == 0
    assert world.pool.balance == balance - 6


def test_the_pool_pays_its_last_wei_but_no_more() -> None:
    world = World()
    transfer = world.transfer(amount=1000 * ETHER, fee=0)
    world.refuses("pool: insolvent", world.execute, replace(transfer, fee=1))
    assert world.execute(transfer)
    assert world.pool.balance == 0


def test_a_refused_payment_leaves_its_eth_to_those_after_it() -> None:
    world = World()
    transfers = [
        world.transfer(amount=1000 * ETHER, fee=0),
        world.transfer(amount=1000 * ETHER, fee=0, recipient=ALICE),
    ]
    assert unpaid(world.execute(*transfers, accepts=only(ALICE))) == [(BOB, 1000 * ETHER)]
    assert world.pool.balance == 0


def test_all_are_recorded_before_anybody_is_paid() -> None:
    world = World()
    transfers = [world.transfer(), world.transfer()]
    kinds = [type(event) for event in world.execute(*transfers, accepts=only())]
    assert kinds == [Transferred, Transferred, Unpaid, Unpaid, Unpaid]


# -- skipping -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nullifier1", "nullifier2"])
def test_a_spent_note_is_skipped_and_the_others_go_on(name: str) -> None:
    world = World()
    first, again, last = world.transfer(), world.transfer(), world.transfer()
    again = replace(again, **{name: first.nullifier2})
    expected = (announced(first), skipped(again, SkipReason.SPENT), announced(last))
    assert world.execute(first, again, last) == expected
    assert world.execute(again) == (skipped(again, SkipReason.SPENT),)
    other = again.nullifier1 if name == "nullifier2" else again.nullifier2
    assert not world.pool.spent(other)


def test_a_skipped_transfer_does_not_spend_its_notes() -> None:
    world = World()
    world.anchor()
    early = world.transfer(not_before=world.now + 1)
    same = world.transfer(nullifier1=early.nullifier1)
    assert world.execute(early, same) == (
        skipped(early, SkipReason.TOO_EARLY),
        announced(same),
    )


@pytest.mark.parametrize(
    ("not_before", "deadline", "reason"),
    [
        (0, 0, None),
        (1, 0, SkipReason.TOO_EARLY),
        (0, 1, None),
        (-1, -1, SkipReason.TOO_LATE),
        (1, -1, SkipReason.TOO_EARLY),
    ],
)
def test_both_ends_of_the_time_are_inclusive(
    not_before: int, deadline: int, reason: SkipReason | None
) -> None:
    world = World()
    world.anchor()
    end = world.now + deadline if deadline else world.now
    transfer = world.transfer(not_before=world.now + not_before, deadline=end)
    expected = announced(transfer) if reason is None else skipped(transfer, reason)
    assert world.execute(transfer) == (expected,)


def test_a_deadline_of_zero_is_none() -> None:
    world = World()
    transfer = world.transfer(deadline=0)
    world.now += 10**6
    assert announced(transfer) in world.execute(transfer)


def test_a_fee_for_a_claim_is_paid_once_the_claim_was_made() -> None:
    world = World()
    claim = world.a_claim()
    transfer = world.transfer(claim_id=claim.claim_id)
    assert world.execute(transfer) == (skipped(transfer, SkipReason.UNCLAIMED),)
    world.claim(claim)
    assert world.execute(transfer) == (announced(transfer),)


def test_reasons_to_skip_stand_in_the_contracts_order() -> None:
    world = World()
    spent = world.transfer()
    world.execute(spent)
    wrong = replace(spent, not_before=world.now + 1, deadline=world.now - 1, claim_id=99)
    assert world.execute(wrong) == (skipped(wrong, SkipReason.SPENT),)
    wrong = replace(world.transfer(), not_before=0, deadline=world.now - 1, claim_id=99)
    assert world.execute(wrong) == (skipped(wrong, SkipReason.TOO_LATE),)


def test_a_batch_of_skipped_transfers_changes_nothing() -> None:
    world = World()
    transfer = world.transfer(deadline=1)
    before = world.visible()
    world.execute(transfer)
    assert world.visible() == before


# -- reverting ----------------------------------------------------------------------------------


def test_an_empty_batch_is_refused() -> None:
    world = World()
    world.refuses("pool: empty batch", world.execute)
    world.refuses("pool: empty batch", world.execute, proofs=[True])


@pytest.mark.parametrize("proofs", [0, 1, 3])
def test_each_transfer_has_a_proof(proofs: int) -> None:
    world = World()
    transfers = world.transfer(), world.transfer()
    world.refuses("pool: batch sizes differ", world.execute, *transfers, proofs=[True] * proofs)


def refused(reason: str, **changes: object) -> None:
    """A transfer with these changes takes its whole batch down, wherever it stands in it."""
    world = World()
    good, wrong = world.transfer(), world.transfer(**changes)
    world.refuses(reason, world.execute, good, wrong)
    world.refuses(reason, world.execute, wrong, good)


def executed(**changes: object) -> None:
    world = World()
    transfer = world.transfer(**changes)
    assert announced(transfer) in world.execute(transfer)


def test_the_block_of_an_anchor_is_proved() -> None:
    executed(anchor=0)
    for unproved in (1, 2, 2**32, 2**256 - 1):
        refused("pool: unknown root", anchor=unproved)
    world = World()
    sealed_transfer = world.transfer(anchor=1)
    world.deposit()
    world.refuses("pool: unknown root", world.execute, sealed_transfer)  # it is open
    world.seal()
    world.refuses("pool: unknown root", world.execute, sealed_transfer)  # it is sealed
    world.prove(world.submitted(1))
    assert world.execute(sealed_transfer)
    world.refuses("pool: unknown root", world.execute, world.transfer(anchor=2))


def test_the_empty_tree_anchors_nothing() -> None:
    world, fresh = World(), World()
    fresh.refuses("pool: unknown root", fresh.execute, world.transfer(anchor=0))


def test_an_anchor_is_good_for_ever_and_means_the_root_of_its_time() -> None:
    world = World()
    roots = [world.pool.root_after(world.anchor())]
    for index in (1, 2, 3):
        world.deposit()
        world.seal()
        world.prove(world.submitted(index))
        roots.append(world.pool.root)
    transfers = [world.transfer(anchor=anchor) for anchor in (3, 0, 2, 0, 1)]
    assert world.execute(*transfers)
    assert [signals[0] for signals in world.verified] == [roots[i] for i in (3, 0, 2, 0, 1)]
    assert len(set(roots)) == 4


@pytest.mark.parametrize("name", ["nullifier1", "nullifier2", "out1", "out2"])
def test_what_is_published_is_in_the_field(name: str) -> None:
    executed(**{name: FIELD_ORDER - 1})
    refused("pool: input out of field", **{name: FIELD_ORDER})


@pytest.mark.parametrize("name", ["amount", "fee"])
def test_an_amount_or_fee_that_would_wrap_is_refused(name: str) -> None:
    refused(f"pool: {name} too large", **{name: HIGHEST + 1})
    refused("pool: insolvent", **{name: HIGHEST})


def test_the_pool_is_no_relayer() -> None:
    refused("pool: relayer is the pool", relayer=POOL)


@pytest.mark.parametrize("amount", DENOMINATIONS)
def test_a_redeposit_moves_a_denomination(amount: int) -> None:
    executed(recipient=POOL, amount=amount, inner=6)
    for other in (0, amount - 1, amount + 1):
        refused("pool: not a mineable amount", recipient=POOL, amount=other, inner=6)


def test_the_inner_of_a_redeposit_is_in_the_field() -> None:
    executed(recipient=POOL, amount=ETHER, inner=FIELD_ORDER - 1)
    refused("pool: inner out of field", recipient=POOL, amount=ETHER, inner=FIELD_ORDER)


def test_a_payment_has_no_inner() -> None:
    refused("pool: inner set", inner=1)
    refused("pool: inner set", inner=1, recipient=NOBODY, amount=1)


def test_an_amount_needs_a_recipient() -> None:
    executed(recipient=NOBODY, amount=0)
    refused("pool: zero recipient", recipient=NOBODY, amount=1)


def test_one_false_proof_takes_the_batch_down() -> None:
    world = World()
    transfers = world.transfer(), world.transfer(deadline=1)
    world.refuses("pool: invalid proof", world.execute, *transfers, proofs=[True, False])


def test_no_proof_holds_for_one_nullifier_twice() -> None:
    refused("pool: invalid proof", nullifier1=7, nullifier2=7)


def test_checks_stand_in_the_contracts_order() -> None:
    world = World()
    wrong = world.transfer(
        anchor=5,
        nullifier1=FIELD_ORDER,
        amount=HIGHEST + 1,
        fee=HIGHEST + 1,
        relayer=POOL,
        recipient=POOL,
        inner=FIELD_ORDER,
    )
    for reason, repair in [
        ("unknown root", {"anchor": 0}),
        ("input out of field", {"nullifier1": 77}),
        ("amount too large", {"amount": 1}),
        ("fee too large", {"fee": 0}),
        ("relayer is the pool", {"relayer": RELAYER}),
        ("not a mineable amount", {"amount": ETHER}),
        ("inner out of field", {"inner": 6}),
        ("invalid proof", {}),
    ]:
        world.refuses(f"pool: {reason}", world.execute, wrong, proofs=[False])
        wrong = replace(wrong, **repair)
    assert world.execute(wrong)
