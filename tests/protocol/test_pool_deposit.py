"""The pool's `deposit`, check by check in its order."""

import pytest

from tests.protocol.histories import ALICE, BOB, RELAYER
from tests.protocol.worlds import OWNER, World
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    FIELD_ORDER,
    MINEABLE,
    NO_CAP,
    Deposit,
    Deposited,
    Field,
    Permit,
    Sealed,
)

HIGHEST = 2**96 - 1


def test_a_deposit_makes_an_entry_of_its_value() -> None:
    world = World()
    assert world.deposit(7, 5) == (Deposited(ALICE, 7, 5),)
    assert world.pool.ledger.open.items == (Deposit(Field(7), Field(5)),)
    assert world.pool.balance == 7


@pytest.mark.parametrize("value", [1, HIGHEST])
def test_any_value_in_bounds_can_be_deposited(value: int) -> None:
    assert World().deposit(value) == (Deposited(ALICE, value, 5),)


@pytest.mark.parametrize(
    ("value", "reason"), [(0, "pool: value is zero"), (HIGHEST + 1, "pool: value too large")]
)
def test_a_value_out_of_bounds_is_refused(value: int, reason: str) -> None:
    world = World()
    world.refuses(reason, world.deposit, value)


def test_an_inner_is_an_element_of_the_field() -> None:
    world = World()
    assert world.deposit(inner=FIELD_ORDER - 1)
    world.refuses("pool: inner out of field", world.deposit, inner=FIELD_ORDER)


@pytest.mark.parametrize("value", DENOMINATIONS)
def test_a_denomination_can_mine_and_nothing_beside_it(value: int) -> None:
    world = World()
    assert world.deposit(value, mine=True) == (Deposited(ALICE, value + MINEABLE, 5),)
    assert world.deposit(value) == (Deposited(ALICE, value, 5),)
    for other in (value - 1, value + 1):
        world.refuses("pool: not a mineable amount", world.deposit, other, mine=True)
        assert world.deposit(other)


def test_a_paused_pool_takes_no_deposits_until_it_is_resumed() -> None:
    world = World()
    world.pool.set_paused(world.call(OWNER), paused=True)
    world.refuses("pool: deposits paused", world.deposit)
    world.pool.set_paused(world.call(OWNER), paused=False)
    assert world.deposit()


def test_a_deposit_may_reach_its_cap() -> None:
    world = World()
    world.pool.set_caps(world.call(OWNER), 100, NO_CAP)
    assert world.deposit(100)
    world.refuses("pool: above the deposit cap", world.deposit, 101)


def test_the_balance_may_reach_its_cap() -> None:
    world = World()
    world.deposit(60)
    world.pool.set_caps(world.call(OWNER), NO_CAP, 100)
    world.refuses("pool: above the balance cap", world.deposit, 41)
    assert world.deposit(40)
    world.refuses("pool: above the balance cap", world.deposit, 1)


def test_checks_stand_in_the_contracts_order() -> None:
    world = World()
    world.deposit(90)
    owner = world.call(OWNER)
    world.pool.set_paused(owner, paused=True)
    world.pool.set_caps(owner, 5, 90)
    world.pool.set_screener(owner, BOB)
    world.refuses("pool: value is zero", world.deposit, 0, FIELD_ORDER, mine=True)
    world.refuses("pool: value too large", world.deposit, 2**96, FIELD_ORDER, mine=True)
    world.refuses("pool: inner out of field", world.deposit, 6, FIELD_ORDER, mine=True)
    world.refuses("pool: not a mineable amount", world.deposit, 6, mine=True)
    world.refuses("pool: deposits paused", world.deposit, 6)
    world.pool.set_paused(owner, paused=False)
    world.refuses("pool: above the deposit cap", world.deposit, 6)
    world.refuses("pool: above the balance cap", world.deposit, 5)
    world.pool.set_caps(owner, 5, 95)
    world.refuses("pool: permit expired", world.deposit, 5)


# -- screening ----------------------------------------------------------------------------------


def screened() -> World:
    world = World()
    world.pool.set_screener(world.call(OWNER), BOB)
    return world


def test_without_a_screener_no_permit_is_looked_at() -> None:
    world = World()
    for _ in range(2):
        assert world.deposit(permit=Permit(0, by_screener=False))


def test_a_screened_pool_wants_a_permit() -> None:
    world = screened()
    world.refuses("pool: permit expired", world.deposit)
    world.pool.set_screener(world.call(OWNER), world.pool.pending_owner)
    assert world.deposit()


def test_a_permit_holds_up_to_its_deadline() -> None:
    world = screened()
    assert world.deposit(permit=Permit(world.now, by_screener=True))
    expired = Permit(world.now - 1, by_screener=True)
    world.refuses("pool: permit expired", world.deposit, permit=expired)


def test_only_the_screener_permits() -> None:
    world = screened()
    forged = Permit(world.now, by_screener=False)
    world.refuses("pool: permit not by the screener", world.deposit, permit=forged)


def test_a_permit_is_used_once_and_for_one_deposit() -> None:
    world = screened()
    permit = Permit(world.now + 5, by_screener=True)
    assert world.deposit(permit=permit)
    world.refuses("pool: permit used", world.deposit, permit=permit)
    assert world.deposit(ETHER + 1, permit=permit)
    assert world.deposit(inner=6, permit=permit)
    assert world.deposit(caller=RELAYER, permit=permit)
    assert world.deposit(permit=Permit(world.now + 6, by_screener=True))


def test_a_refused_deposit_uses_up_no_permit() -> None:
    world = screened()
    permit = Permit(world.now, by_screener=True)
    world.pool.set_paused(world.call(OWNER), paused=True)
    world.refuses("pool: deposits paused", world.deposit, permit=permit)
    world.pool.set_paused(world.call(OWNER), paused=False)
    assert world.deposit(permit=permit)


# -- the open block -----------------------------------------------------------------------------


def test_a_deposit_at_the_due_second_goes_to_the_next_block() -> None:
    world = World()
    world.deposit()
    world.now += 59
    assert world.deposit() == (Deposited(ALICE, ETHER, 5),)
    digest = world.pool.open_block.digest
    world.now += 1
    sealed, deposited = world.deposit()
    assert sealed == Sealed(0, digest, world.now, world.number + 1)
    assert deposited == Deposited(ALICE, ETHER, 5)
    assert world.pool.open_block.due == world.now + 60


def test_the_sixty_fifth_deposit_goes_to_the_next_block() -> None:
    world = World()
    for _ in range(64):
        assert len(world.deposit()) == 1
    sealed, _ = world.deposit()
    assert isinstance(sealed, Sealed)
    assert (world.pool.open_block.index, world.pool.open_block.notes) == (1, 1)
