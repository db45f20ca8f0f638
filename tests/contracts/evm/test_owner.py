"""What the pool's owner may do, and that nobody else may.

the caller     is the owner · is anybody else · was the owner · is nobody, for good
a setting      is at its bound · one step outside
a successor    is named · accepts · is another · is taken back
"""

from typing import Any

import pytest

from tests.contracts.evm.deployment import Setting
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, CAROL, NOBODY, OWNER, Town
from winze.contracts import compiled
from winze.protocol import (
    ETHER,
    NO_CAP,
    CapsSet,
    OwnershipTransferred,
    OwnershipTransferStarted,
    PausedSet,
    ScreenerSet,
    SealIntervalSet,
)

POWERS: dict[str, tuple[Any, ...]] = {
    "set_screener": (ALICE,),
    "set_caps": (ETHER, ETHER),
    "set_seal_interval": (61,),
    "set_paused": (True,),
    "transfer_ownership": (ALICE,),
    "renounce_ownership": (),
}
EVERYBODYS = {
    *("deposit", "execute", "seal", "redraw", "prove", "withdraw"),
    "accept_ownership",
}
NOT_THE_OWNER = "ownable: caller is not the owner"


def test_the_owner_has_these_powers_and_no_others() -> None:
    entries = compiled("pool").interface
    changing = {
        entry["name"]
        for entry in entries
        if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable")
    }
    assert changing == set(POWERS) | EVERYBODYS


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("caller", [ALICE, NOBODY])
def test_nobody_else_has_them(town: Town, power: str, caller: Any) -> None:
    with refused(NOT_THE_OWNER):
        town.own(caller, power, *POWERS[power])
    town.check()


@pytest.mark.parametrize("power", POWERS)
def test_the_owner_uses_each_and_changes_nothing_else(town: Town, power: str) -> None:
    town.own(OWNER, power, *POWERS[power])
    town.check()


def test_settings_are_announced(town: Town) -> None:
    assert town.own(OWNER, "set_screener", ALICE) == (ScreenerSet(ALICE),)
    assert town.own(OWNER, "set_caps", 7, 9) == (CapsSet(7, 9),)
    assert town.own(OWNER, "set_seal_interval", 77) == (SealIntervalSet(77),)
    assert town.pause() == (PausedSet(paused=True),)
    assert town.pause(paused=False) == (PausedSet(paused=False),)


# -- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [10, 11, 599, 600])
def test_the_seal_interval_may_reach_its_bounds(town: Town, seconds: int) -> None:
    town.own(OWNER, "set_seal_interval", seconds)
    town.deposit(ALICE, ETHER, 5)
    assert town.pool.ask("open_block")[3] == town.chain.now + seconds


@pytest.mark.parametrize("seconds", [0, 9, 601, 2**16, 2**256 - 1])
def test_the_seal_interval_stays_within_its_bounds(town: Town, seconds: int) -> None:
    with refused("pool: interval out of bounds"):
        town.own(OWNER, "set_seal_interval", seconds)


def test_the_bounds_are_shown(town: Town) -> None:
    assert town.pool.ask("seal_interval_bounds") == (10, 600)


@pytest.mark.parametrize("seconds", [10, 600])
def test_an_open_block_keeps_the_interval_that_it_began_with(town: Town, seconds: int) -> None:
    begun = town.chain.now
    town.deposit(ALICE, ETHER, 5)
    town.own(OWNER, "set_seal_interval", seconds)
    town.deposit(ALICE, ETHER, 6)
    assert town.pool.ask("open_block")[3] == begun + 60
    town.wait(59)
    with refused("pool: not due"):
        town.seal(ALICE)
    town.wait(1)
    town.seal(ALICE)


@pytest.mark.parametrize("caps", [(0, 0), (NO_CAP, 0), (0, NO_CAP), (NO_CAP, NO_CAP)])
def test_caps_may_be_anything_below_2_to_the_96(town: Town, caps: tuple[int, int]) -> None:
    town.own(OWNER, "set_caps", *caps)
    assert (town.pool.ask("deposit_cap"), town.pool.ask("balance_cap")) == caps
    town.check()


@pytest.mark.parametrize("caps", [(2**96, 0), (0, 2**96), (2**256 - 1, 2**256 - 1)])
def test_caps_of_more_than_96_bits_are_refused(town: Town, caps: tuple[int, int]) -> None:
    """They would reach into other settings of the same word."""
    with refused("pool: cap out of bounds"):
        town.own(OWNER, "set_caps", *caps)
    town.check()


def test_all_settings_keep_apart(town: Town) -> None:
    town.own(OWNER, "set_caps", NO_CAP - 1, NO_CAP - 2)
    town.own(OWNER, "set_seal_interval", 599)
    town.pause()
    town.own(OWNER, "set_screener", BOB)
    town.check()
    town.pause(paused=False)
    town.check()
    town.own(OWNER, "set_screener", NOBODY)
    town.check()


# -- ownership -----------------------------------------------------------------------------------


def test_ownership_changes_in_two_steps(town: Town) -> None:
    assert town.own(OWNER, "transfer_ownership", ALICE) == (OwnershipTransferStarted(OWNER, ALICE),)
    assert town.pool.ask("owner") == OWNER
    town.pause()
    with refused(NOT_THE_OWNER):
        town.own(ALICE, "set_caps", 0, 0)
    assert town.own(ALICE, "accept_ownership") == (OwnershipTransferred(OWNER, ALICE),)
    with refused(NOT_THE_OWNER):
        town.own(OWNER, "set_caps", 0, 0)
    town.own(ALICE, "set_caps", 0, 0)
    assert town.pool.ask("pending_owner") == NOBODY


@pytest.mark.parametrize("caller", [OWNER, BOB, NOBODY])
def test_only_the_one_who_was_named_accepts(town: Town, caller: Any) -> None:
    town.own(OWNER, "transfer_ownership", ALICE)
    with refused("ownable_2step: caller is not the new owner"):
        town.own(caller, "accept_ownership")


def test_nobody_accepts_what_was_not_offered(town: Town) -> None:
    with refused("ownable_2step: caller is not the new owner"):
        town.own(ALICE, "accept_ownership")


def test_an_offer_is_accepted_once(town: Town) -> None:
    town.own(OWNER, "transfer_ownership", ALICE)
    town.own(ALICE, "accept_ownership")
    with refused("ownable_2step: caller is not the new owner"):
        town.own(ALICE, "accept_ownership")


@pytest.mark.parametrize("instead", [BOB, NOBODY])
def test_an_offer_can_be_changed_and_taken_back(town: Town, instead: Any) -> None:
    town.own(OWNER, "transfer_ownership", ALICE)
    town.own(OWNER, "transfer_ownership", instead)
    with refused("ownable_2step: caller is not the new owner"):
        town.own(ALICE, "accept_ownership")


def test_who_renounces_leaves_nobody(town: Town) -> None:
    town.own(OWNER, "transfer_ownership", CAROL)
    assert town.own(OWNER, "renounce_ownership") == (OwnershipTransferred(OWNER, NOBODY),)
    with refused("ownable_2step: caller is not the new owner"):
        town.own(CAROL, "accept_ownership")
    for power, arguments in POWERS.items():
        with refused(NOT_THE_OWNER):
            town.own(OWNER, power, *arguments)
    town.deposit(ALICE, ETHER, 5)
    town.build()


# -- deployment ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "least", "most"), [(10, 10, 10), (1, 1, 2**16 - 1), (2**16 - 1, 1, 2**16 - 1)]
)
def test_a_pool_begins_within_its_bounds(interval: int, least: int, most: int) -> None:
    town = Town(setting=Setting(interval, least, most))
    assert town.pool.ask("seal_interval") == interval


@pytest.mark.parametrize(
    ("interval", "least", "most"),
    [(9, 10, 600), (601, 10, 600), (0, 0, 600), (5, 0, 600), (10, 10, 2**16), (10, 11, 9)],
)
def test_no_pool_begins_outside_its_bounds(interval: int, least: int, most: int) -> None:
    with fails("pool: interval out of bounds"):
        Town(setting=Setting(interval, least, most))


def test_a_pool_begins_open_to_all(town: Town) -> None:
    assert (town.pool.ask("deposit_cap"), town.pool.ask("balance_cap")) == (NO_CAP, NO_CAP)
    assert town.pool.ask("screener") == NOBODY
    assert town.pool.ask("paused") is False
    assert town.pool.ask("owner") == OWNER
