"""What the owner may set, and how the ownership changes hands."""

from collections.abc import Callable

import pytest

from tests.protocol.histories import ALICE, BOB, NOBODY
from tests.protocol.worlds import OWNER, SETUP, World
from winze.protocol import (
    NO_CAP,
    Call,
    CapsSet,
    Events,
    OwnershipTransferred,
    OwnershipTransferStarted,
    PausedSet,
    PoolModel,
    PoolSetup,
    Refused,
    ScreenerSet,
    SealIntervalSet,
    Seconds,
)

Act = Callable[[PoolModel, Call], Events]
ACTS: dict[str, Act] = {
    "set_screener": lambda pool, call: pool.set_screener(call, BOB),
    "set_caps": lambda pool, call: pool.set_caps(call, 1, 2),
    "set_seal_interval": lambda pool, call: pool.set_seal_interval(call, 20),
    "set_paused": lambda pool, call: pool.set_paused(call, paused=True),
    "transfer_ownership": lambda pool, call: pool.transfer_ownership(call, BOB),
    "renounce_ownership": lambda pool, call: pool.renounce_ownership(call),
}
NOT_OWNER = "ownable: caller is not the owner"
NOT_NEW_OWNER = "ownable_2step: caller is not the new owner"


def test_a_new_pool_is_open_to_everybody() -> None:
    pool = World().pool
    assert (pool.owner, pool.pending_owner, pool.screener) == (OWNER, NOBODY, NOBODY)
    assert (pool.deposit_cap, pool.balance_cap) == (NO_CAP, NO_CAP) == (2**96 - 1, 2**96 - 1)
    assert (pool.seal_interval, pool.paused) == (60, False)


@pytest.mark.parametrize("name", ACTS)
def test_only_the_owner_may(name: str) -> None:
    world = World()
    world.refuses(NOT_OWNER, ACTS[name], world.pool, world.call(ALICE))
    assert ACTS[name](world.pool, world.call(OWNER))


def test_each_setting_is_announced_and_kept() -> None:
    world = World()
    pool, call = world.pool, world.call(OWNER)
    assert pool.set_screener(call, BOB) == (ScreenerSet(BOB),)
    assert pool.set_caps(call, 1, 2) == (CapsSet(1, 2),)
    assert pool.set_seal_interval(call, 20) == (SealIntervalSet(20),)
    assert pool.set_paused(call, paused=True) == (PausedSet(paused=True),)
    assert (pool.screener, pool.deposit_cap, pool.balance_cap) == (BOB, 1, 2)
    assert (pool.seal_interval, pool.paused) == (20, True)


@pytest.mark.parametrize("caps", [(2**96, 0), (0, 2**96)])
def test_a_cap_is_below_two_to_the_96(caps: tuple[int, int]) -> None:
    world = World()
    world.refuses("pool: cap out of bounds", world.pool.set_caps, world.call(OWNER), *caps)
    assert world.pool.set_caps(world.call(OWNER), 2**96 - 1, 2**96 - 1)


@pytest.mark.parametrize("seconds", [9, 601])
def test_the_seal_interval_keeps_its_bounds(seconds: int) -> None:
    world = World()
    act = world.pool.set_seal_interval
    world.refuses("pool: interval out of bounds", act, world.call(OWNER), seconds)
    for allowed in (10, 600):
        assert act(world.call(OWNER), allowed)


@pytest.mark.parametrize("seconds", [9, 601])
def test_a_pool_is_not_deployed_with_another_interval(seconds: int) -> None:
    setup = PoolSetup(**(vars(SETUP) | {"seal_interval": Seconds(seconds)}))
    world = World()
    with pytest.raises(Refused, match="interval out of bounds"):
        PoolModel(setup, world.verify, world.verify, world.claimed)


def test_the_ownership_changes_hands_in_two_steps() -> None:
    world = World()
    pool = world.pool
    started = pool.transfer_ownership(world.call(OWNER), BOB)
    assert started == (OwnershipTransferStarted(OWNER, BOB),)
    assert (pool.owner, pool.pending_owner) == (OWNER, BOB)
    world.refuses(NOT_NEW_OWNER, pool.accept_ownership, world.call(OWNER))
    world.refuses(NOT_OWNER, pool.set_paused, world.call(BOB), paused=True)
    assert pool.accept_ownership(world.call(BOB)) == (OwnershipTransferred(OWNER, BOB),)
    assert (pool.owner, pool.pending_owner) == (BOB, NOBODY)
    world.refuses(NOT_OWNER, pool.set_paused, world.call(OWNER), paused=True)
    world.refuses(NOT_NEW_OWNER, pool.accept_ownership, world.call(BOB))


def test_an_offer_can_be_taken_back() -> None:
    world = World()
    for successor in (BOB, NOBODY):
        world.pool.transfer_ownership(world.call(OWNER), successor)
    world.refuses(NOT_NEW_OWNER, world.pool.accept_ownership, world.call(BOB))


def test_who_renounces_takes_the_offer_along() -> None:
    world = World()
    world.pool.transfer_ownership(world.call(OWNER), BOB)
    events = world.pool.renounce_ownership(world.call(OWNER))
    assert events == (OwnershipTransferred(OWNER, NOBODY),)
    assert world.pool.owner == NOBODY
    world.refuses(NOT_NEW_OWNER, world.pool.accept_ownership, world.call(BOB))
    world.refuses(NOT_OWNER, world.pool.set_paused, world.call(OWNER), paused=True)
