"""`pool.execute`: what is wrong in itself reverts the whole call.

the batch   is empty · has another number of proofs · of 16 · of 17
the root    is known, the last one or an earlier one · of the empty ledger · any other
a number    is in its bounds · one step outside
the payee   is anybody · nobody, of something · the pool as relayer
a proof     holds · does not
"""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.contracts.evm.chain import NO_WORDS
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, HIGHEST, LAST, NOBODY, RELAYER, Town
from tests.contracts.evm.told import BAD, good_proof
from tests.contracts.evm.world import World
from winze.contracts.contract import struct
from winze.protocol import (
    ETHER,
    Sealed,
    Transferred,
    keccak,
    word,
)

PUBLISHED = ("nullifier1", "nullifier2", "out1", "out2")


def test_an_empty_batch_is_refused(town: Town) -> None:
    with refused("pool: empty batch"):
        town.execute(RELAYER, [])


@pytest.mark.parametrize("proofs", [0, 1, 3])
def test_a_batch_with_another_number_of_proofs_is_refused(town: Town, proofs: int) -> None:
    with refused("pool: batch sizes differ"):
        town.execute(RELAYER, [town.transfer(), town.transfer()], [good_proof(1)] * proofs)


def test_sixteen_transfers_are_executed_at_once(town: Town) -> None:
    batch = [town.transfer(amount=1, recipient=BOB) for _ in range(16)]
    events = town.execute(RELAYER, batch)
    assert [type(event) for event in events] == [Transferred] * 16
    assert town.received[BOB] == 16


def test_seventeen_transfers_are_too_many(town: Town) -> None:
    batch = [struct(town.transfer()) for _ in range(17)]
    with fails(NO_WORDS):
        town.pool.call("execute", batch, [good_proof(1)] * 17)


def test_anybody_executes(town: Town) -> None:
    town.execute(ALICE, [town.transfer()])
    town.execute(BOB, [town.transfer()])


# -- roots ---------------------------------------------------------------------------------------


def test_every_root_that_a_proof_made_is_accepted_for_ever(town: Town) -> None:
    for _ in range(3):
        town.deposit(ALICE, ETHER, town.fresh())
        town.close()
    town.prove(ALICE, [town.submission(i) for i in (1, 2, 3)])
    town.wait(10_000_000, 10_000_000)
    town.execute(RELAYER, [town.transfer(anchor=anchor) for anchor in (0, 1, 2, 3)])
    town.execute(RELAYER, [town.transfer(anchor=anchor) for anchor in (3, 3, 0, 0, 3)])


@pytest.mark.parametrize("anchor", [1, 2, 3, 2**32, 2**256 - 1])
def test_a_block_that_is_not_proved_is_no_anchor(town: Town, anchor: int) -> None:
    """Block 1 is sealed, block 2 is open, and the others are not begun."""
    town.deposit(ALICE, ETHER, 5)
    town.close()
    for batch in (
        [town.transfer(anchor=anchor)],
        [town.transfer(), town.transfer(anchor=anchor)],
        [town.transfer(anchor=anchor), town.transfer()],
    ):
        with refused("pool: unknown root"):
            town.execute(RELAYER, batch)


def test_a_block_is_an_anchor_as_soon_as_it_is_proved(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    town.close()
    town.prove(ALICE, [town.submission(1)])
    town.execute(RELAYER, [town.transfer(anchor=1)])


def test_before_the_first_block_is_proved_there_is_no_anchor(town: Town) -> None:
    with refused("pool: unknown root"):
        World().execute(RELAYER, [town.transfer(anchor=0)])


# -- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_may_be_any_element_of_the_field(town: Town, name: str) -> None:
    town.execute(RELAYER, [town.transfer(**{name: 0})])
    town.execute(RELAYER, [town.transfer(**{name: LAST})])
    town.build()


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("value", [LAST + 1, 2**256 - 1])
def test_what_is_published_is_below_the_fields_order(town: Town, name: str, value: int) -> None:
    with refused("pool: input out of field"):
        town.execute(RELAYER, [town.transfer(**{name: value})])


@pytest.mark.parametrize(
    ("terms", "paid"),
    [
        ({"amount": HIGHEST, "recipient": BOB}, HIGHEST),
        ({"fee": HIGHEST, "relayer": BOB}, HIGHEST),
        ({"amount": HIGHEST, "fee": HIGHEST, "recipient": BOB, "relayer": BOB}, 2 * HIGHEST),
    ],
    ids=["amount", "fee", "both"],
)
def test_amount_and_fee_may_reach_2_to_the_96_less_one(
    town: Town, terms: dict[str, Any], paid: int
) -> None:
    town.force(2 * HIGHEST)
    town.execute(RELAYER, [town.transfer(**terms)])
    assert town.received[BOB] == paid


@pytest.mark.parametrize("value", [2**96, LAST, LAST + 1, 2**256 - 1])
def test_an_amount_of_more_than_96_bits_is_refused(town: Town, value: int) -> None:
    with refused("pool: amount too large"):
        town.execute(RELAYER, [town.transfer(amount=value, recipient=BOB)])


@pytest.mark.parametrize("value", [2**96, LAST, LAST + 1, 2**256 - 1])
def test_a_fee_of_more_than_96_bits_is_refused(town: Town, value: int) -> None:
    with refused("pool: fee too large"):
        town.execute(RELAYER, [town.transfer(fee=value)])


# -- payees --------------------------------------------------------------------------------------


def test_the_pool_is_no_relayer(town: Town) -> None:
    with refused("pool: relayer is the pool"):
        town.execute(RELAYER, [town.transfer(relayer=town.pool.address)])


def test_nobody_is_paid_nothing(town: Town) -> None:
    town.execute(RELAYER, [town.transfer(recipient=NOBODY, amount=0)])
    with refused("pool: zero recipient"):
        town.execute(RELAYER, [town.transfer(recipient=NOBODY, amount=1)])


@pytest.mark.parametrize("recipient", [NOBODY, BOB])
def test_an_inner_without_a_redeposit_is_refused(town: Town, recipient: Any) -> None:
    with refused("pool: inner set"):
        town.execute(RELAYER, [town.transfer(recipient=recipient, inner=1)])


# -- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_one_proof_that_does_not_hold_refuses_the_batch(town: Town, wrong: int) -> None:
    proofs = [good_proof(number) for number in range(3)]
    proofs[wrong] = BAD
    with refused("pool: invalid proof"):
        town.execute(RELAYER, [town.transfer() for _ in range(3)], proofs)


def test_one_transfer_that_is_wrong_in_itself_refuses_the_batch(town: Town) -> None:
    good, bad = town.transfer(amount=1, recipient=BOB), town.transfer(fee=2**96)
    for batch in ([good, bad], [bad, good]):
        with refused("pool: fee too large"):
            town.execute(RELAYER, batch)
    assert town.received[BOB] == 0


def test_more_than_the_pool_holds_is_refused_whatever_the_proof(town: Town) -> None:
    held = town.chain.balance(town.pool.address)
    with refused("pool: insolvent"):
        town.execute(RELAYER, [town.transfer(amount=held + 1, recipient=BOB)])
    town.execute(RELAYER, [town.transfer(amount=held, recipient=BOB)])
    assert town.chain.balance(town.pool.address) == 0


terms = st.fixed_dictionaries(
    {
        "amount": st.integers(0, 10**18),
        "fee": st.integers(0, 10**18) | st.just(0),
        "recipient": st.sampled_from([ALICE, BOB]),
        "relayer": st.sampled_from([NOBODY, RELAYER]),
        "not_before": st.integers(0, 2**256 - 1),
        "deadline": st.integers(0, 2**256 - 1),
        "claim_id": st.integers(0, 2**256 - 1),
        "memos": st.binary(min_size=160, max_size=160),
    }
)


@settings(derandomize=True, deadline=None, max_examples=10, phases=[Phase.generate])
@given(st.lists(terms, min_size=1, max_size=3))
def test_the_proofs_are_asked_for_what_the_protocol_says(batch: list[dict[str, Any]]) -> None:
    """Whatever the terms, the verifier agrees to the model's public signals alone."""
    town = Town()
    town.execute(RELAYER, [town.transfer(**each) for each in batch])


# -- what is recorded ----------------------------------------------------------------------------


def test_a_transfer_is_announced_in_full(town: Town) -> None:
    transfer = town.transfer(
        recipient=BOB, amount=2, fee=3, relayer=RELAYER, memos=bytes(range(160))
    )
    (event,) = town.execute(ALICE, [transfer])
    assert isinstance(event, Transferred)
    for name, value in vars(event).items():
        assert value == getattr(transfer, name)


def test_a_transfer_spends_both_nullifiers(town: Town) -> None:
    transfer = town.transfer()
    town.execute(RELAYER, [transfer])
    assert town.pool.ask("spent", transfer.nullifier1)
    assert town.pool.ask("spent", transfer.nullifier2)
    assert not town.pool.ask("spent", transfer.out1)


def test_the_digest_takes_outputs_then_nullifiers(town: Town) -> None:
    town.execute(RELAYER, [town.transfer(nullifier1=3, nullifier2=4, out1=1, out2=2)])
    numbers = b"".join(word(number) for number in (1, 2, 3, 4))
    assert town.pool.ask("open_block")[4] == keccak(bytes(32) + numbers)


def test_a_block_holds_thirty_two_transfers(town: Town) -> None:
    for _ in range(2):
        town.execute(RELAYER, [town.transfer() for _ in range(16)])
    assert town.pool.ask("open_block")[:3] == (1, 64, 64)
    sealed, *_ = town.execute(RELAYER, [town.transfer()])
    assert isinstance(sealed, Sealed)
    assert town.pool.ask("open_block")[:3] == (2, 2, 2)
    town.build()


def test_a_block_that_fills_up_within_a_batch_is_sealed_there(town: Town) -> None:
    town.execute(RELAYER, [town.transfer() for _ in range(16)])
    town.execute(RELAYER, [town.transfer() for _ in range(15)])
    events = town.execute(RELAYER, [town.transfer(amount=1, recipient=BOB) for _ in range(3)])
    assert [type(event) for event in events] == [Transferred, Sealed, Transferred, Transferred]
    assert town.received[BOB] == 3
    town.build()


def test_one_free_slot_is_too_few_for_a_transfer(town: Town) -> None:
    for _ in range(63):
        town.deposit(ALICE, 1, town.fresh())
    sealed, _ = town.execute(RELAYER, [town.transfer()])
    assert isinstance(sealed, Sealed)
    assert town.pool.ask("open_block")[:3] == (2, 2, 2)


def test_two_free_slots_are_enough_for_a_transfer(town: Town) -> None:
    for _ in range(62):
        town.deposit(ALICE, 1, town.fresh())
    town.execute(RELAYER, [town.transfer()])
    assert town.pool.ask("open_block")[:3] == (1, 64, 2)
    town.build()


def test_a_due_block_is_sealed_before_a_transfer(town: Town) -> None:
    due = town.chain.now + 60
    town.deposit(ALICE, 1, 5)
    town.wait(60)
    sealed, _ = town.execute(RELAYER, [town.transfer()])
    assert isinstance(sealed, Sealed)
    assert sealed.timestamp == due
    assert town.pool.ask("open_block")[3] == town.chain.now + 60


def test_pause_and_caps_do_not_touch_transfers(town: Town) -> None:
    town.pause()
    town.own(town.pool_model.owner, "set_caps", 0, 0)
    town.execute(RELAYER, [town.transfer(amount=1, recipient=BOB, fee=1)])
