"""`pool.deposit`, no screener being set.

the value   is 0 · from 1 to 2^96 - 1 · more
the inner   is in the field · is not
to mine     a denomination · any other amount
limits      paused · at a cap · one wei above it
the block   is empty · not due · due · full
"""

import pytest

from tests.contracts.evm.chain import NO_WORDS
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, HIGHEST, LAST, OWNER, Town
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    MINEABLE,
    NO_CAP,
    SLOTS,
    Deposited,
    Events,
    Sealed,
    keccak,
    word,
)

DENOMINATED = [int(value) for value in DENOMINATIONS]


def deposited(events: Events) -> Deposited:
    found = events[-1]
    assert isinstance(found, Deposited)
    return found


def test_a_zero_value_is_refused(town: Town) -> None:
    with refused("pool: value is zero"):
        town.deposit(ALICE, 0, 5)


@pytest.mark.parametrize("value", [1, HIGHEST])
def test_the_smallest_and_the_largest_value_make_a_note(town: Town, value: int) -> None:
    town.own(OWNER, "set_caps", NO_CAP, NO_CAP)
    held = town.chain.balance(town.pool.address)
    town.force(-held)  # so that the largest value stays below the cap on the balance
    assert town.deposit(ALICE, value, 5) == (Deposited(ALICE, value, 5),)
    assert town.chain.balance(town.pool.address) == value


@pytest.mark.parametrize("value", [2**96, 2**128, 2**200])
def test_a_value_of_more_than_96_bits_is_refused(town: Town, value: int) -> None:
    with refused("pool: value too large"):
        town.deposit(ALICE, value, 5)


@pytest.mark.parametrize("inner", [0, 1, LAST])
def test_any_inner_of_the_field_makes_a_note(town: Town, inner: int) -> None:
    assert deposited(town.deposit(ALICE, ETHER, inner)).inner == inner


@pytest.mark.parametrize("inner", [LAST + 1, LAST + 6, 2**256 - 1])
def test_an_inner_outside_the_field_is_refused(town: Town, inner: int) -> None:
    with refused("pool: inner out of field"):
        town.deposit(ALICE, ETHER, inner)


@pytest.mark.parametrize("value", DENOMINATED)
def test_a_denomination_can_mine(town: Town, value: int) -> None:
    assert deposited(town.deposit(ALICE, value, 5, mine=True)).word == value + MINEABLE


@pytest.mark.parametrize("value", DENOMINATED)
def test_a_denomination_does_not_mine_unasked(town: Town, value: int) -> None:
    assert deposited(town.deposit(ALICE, value, 5)).word == value


@pytest.mark.parametrize("value", [1, *(each + d for each in DENOMINATED for d in (-1, 1))])
def test_no_other_amount_can_mine(town: Town, value: int) -> None:
    with refused("pool: not a mineable amount"):
        town.deposit(ALICE, value, 5, mine=True)
    assert deposited(town.deposit(ALICE, value, 5)).word == value


def test_nobody_deposits_during_a_pause(town: Town) -> None:
    town.pause()
    with refused("pool: deposits paused"):
        town.deposit(ALICE, ETHER, 5)
    town.pause(paused=False)
    town.deposit(ALICE, ETHER, 5)


def test_a_deposit_may_reach_its_cap_and_no_more(town: Town) -> None:
    town.own(OWNER, "set_caps", ETHER, NO_CAP)
    town.deposit(ALICE, ETHER, 5)
    with refused("pool: above the deposit cap"):
        town.deposit(ALICE, ETHER + 1, 5)


def test_the_balance_may_reach_its_cap_and_no_more(town: Town) -> None:
    town.own(OWNER, "set_caps", NO_CAP, 1000 * ETHER + 7)
    town.deposit(ALICE, 6, 5)
    with refused("pool: above the balance cap"):
        town.deposit(ALICE, 2, 5)
    town.deposit(ALICE, 1, 5)
    with refused("pool: above the balance cap"):
        town.deposit(ALICE, 1, 5)


def test_the_cap_counts_all_eth_that_the_pool_holds(town: Town) -> None:
    town.own(OWNER, "set_caps", NO_CAP, 1000 * ETHER + 7)
    town.force(7)
    with refused("pool: above the balance cap"):
        town.deposit(ALICE, 1, 5)


def test_a_cap_of_zero_lets_nothing_in(town: Town) -> None:
    town.own(OWNER, "set_caps", 0, NO_CAP)
    with refused("pool: above the deposit cap"):
        town.deposit(ALICE, 1, 5)


def test_equal_deposits_are_all_entries(town: Town) -> None:
    for _ in range(3):
        town.deposit(ALICE, ETHER, 5)
    assert town.pool_model.open_block.notes == 3
    town.build()


def test_the_digest_takes_the_marked_word_and_the_inner(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5, mine=True)
    entry = word(2**129 + 2**128 + ETHER)
    assert town.pool.ask("open_block")[4] == keccak(bytes(32) + entry + word(5))


def test_the_first_entry_fixes_when_its_block_is_due(town: Town) -> None:
    first = town.chain.now
    town.deposit(ALICE, ETHER, 5)
    town.wait(30)
    town.deposit(BOB, ETHER, 6)
    assert town.pool.ask("open_block")[1:4] == (2, 0, first + 60)


def test_one_second_before_it_is_due_a_block_takes_another(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    town.wait(59)
    assert town.deposit(BOB, ETHER, 6) == (Deposited(BOB, ETHER, 6),)


@pytest.mark.parametrize("late", [0, 1, 100_000])
def test_a_due_block_is_sealed_with_the_time_at_which_it_was_due(town: Town, late: int) -> None:
    due = town.chain.now + 60
    town.deposit(ALICE, ETHER, 5)
    town.wait(60 + late)
    sealed, second = town.deposit(BOB, ETHER, 6)
    assert isinstance(sealed, Sealed)
    assert (sealed.timestamp, sealed.draw) == (due, town.chain.number + 1)
    assert second == Deposited(BOB, ETHER, 6)
    assert town.pool.ask("open_block")[:4] == (2, 1, 0, town.chain.now + 60)


def test_a_full_block_is_sealed_by_the_next_deposit(town: Town) -> None:
    for number in range(SLOTS):
        (event,) = town.deposit(ALICE, ETHER, number)
        assert isinstance(event, Deposited)
    town.wait(1)
    sealed, _ = town.deposit(ALICE, ETHER, 99)
    assert isinstance(sealed, Sealed)
    assert (sealed.index, sealed.timestamp) == (1, town.chain.now)
    town.build()


def test_eth_is_taken_by_a_deposit_alone(town: Town) -> None:
    with fails(NO_WORDS):
        town.chain.call(town.pool.address, b"", sender=ALICE, value=1)
    for call in ("seal", "execute", "prove", "withdraw"):
        arguments = {"seal": (), "withdraw": (ALICE, ALICE)}.get(call, ([], []))
        with fails(NO_WORDS):
            town.pool.call(call, *arguments, sender=ALICE, value=1)
