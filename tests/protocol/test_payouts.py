"""The pool's `withdraw`."""

from tests.protocol.histories import ALICE, BOB, NOBODY, POOL, RELAYER
from tests.protocol.worlds import World, only
from winze.protocol import ETHER, Withdrawn


def waiting() -> World:
    """A world in which 1 ETH waits for Bob."""
    world = World()
    world.execute(world.transfer(), accepts=only(RELAYER))
    assert world.pool.withdrawable(BOB) == ETHER
    return world


def test_anybody_may_have_an_account_paid() -> None:
    world = waiting()
    balance = world.pool.balance
    assert world.pool.withdraw(world.call(ALICE), BOB, BOB) == (Withdrawn(BOB, BOB, ETHER),)
    assert world.pool.withdrawable(BOB) == 0
    assert world.pool.balance == balance - ETHER


def test_the_account_may_have_it_sent_elsewhere() -> None:
    world = waiting()
    events = world.pool.withdraw(world.call(BOB), BOB, ALICE, only(ALICE))
    assert events == (Withdrawn(BOB, ALICE, ETHER),)
    assert world.pool.withdrawable(BOB) == 0


def test_nobody_else_may_have_it_sent_elsewhere() -> None:
    world = waiting()
    world.refuses("pool: only the account", world.pool.withdraw, world.call(ALICE), BOB, ALICE)


def test_nothing_is_sent_to_the_zero_address() -> None:
    world = waiting()
    for caller, account in ((BOB, BOB), (ALICE, BOB), (ALICE, NOBODY)):
        act = world.pool.withdraw
        world.refuses("pool: zero address", act, world.call(caller), account, NOBODY)


def test_what_was_withdrawn_is_gone() -> None:
    world = waiting()
    world.pool.withdraw(world.call(BOB), BOB, BOB)
    world.refuses("pool: nothing to withdraw", world.pool.withdraw, world.call(BOB), BOB, BOB)
    world.refuses("pool: nothing to withdraw", world.pool.withdraw, world.call(BOB), ALICE, ALICE)


def test_the_last_wei_of_the_pool_can_be_withdrawn() -> None:
    world = World()
    world.execute(world.transfer(amount=1000 * ETHER, fee=0), accepts=only())
    assert world.pool.withdrawable(BOB) == world.pool.balance
    assert world.pool.withdraw(world.call(BOB), BOB, BOB)
    assert world.pool.balance == 0


def test_a_refusal_leaves_it_waiting() -> None:
    world = waiting()
    act = world.pool.withdraw
    world.refuses("pool: payment refused", act, world.call(BOB), BOB, BOB, only())
    world.refuses("pool: payment refused", act, world.call(BOB), BOB, POOL)
    assert act(world.call(BOB), BOB, BOB)
