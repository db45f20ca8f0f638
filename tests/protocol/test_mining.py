"""Denominations, points and locks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.strategies import durations, fields
from winze.protocol import (
    DENOMINATIONS,
    DEV,
    ETHER,
    FAST,
    MAIN_PROFILE,
    Field,
    InvalidProfile,
    NotMineable,
    OutOfRange,
    Profile,
    Seconds,
    Timestamp,
    Wei,
    lock_from_hash,
    lock_period,
    maturity,
    points,
    poseidon,
)

LOCKS = {"main": (172_800, 431_999), "fast": (120, 299), "dev": (20, 49)}
every_profile = st.sampled_from([MAIN_PROFILE, FAST, DEV])


def lock(profile: Profile, mixed: Field) -> Seconds:
    """The lock that `mixed` decides under `profile`."""
    return lock_from_hash(mixed, profile.lock_min, profile.lock_range)


def test_each_denomination_has_its_points() -> None:
    assert {amount / ETHER: int(earned) for amount, earned in DENOMINATIONS.items()} == {
        0.1: 1,
        1: 4,
        10: 9,
        100: 16,
    }
    assert [points(amount) for amount in DENOMINATIONS] == [1, 4, 9, 16]


@pytest.mark.parametrize("amount", DENOMINATIONS)
def test_one_wei_beside_a_denomination_earns_nothing(amount: Wei) -> None:
    for beside in (Wei(amount - 1), Wei(amount + 1)):
        with pytest.raises(NotMineable, match=f"{beside} wei cannot mine; choose one of 1000"):
            points(beside)


def test_nothing_and_the_largest_amount_earn_nothing() -> None:
    for amount in (Wei(0), Wei(Wei.bound - 1)):
        with pytest.raises(NotMineable):
            points(amount)


@given(every_profile, fields, fields)
def test_a_lock_is_always_within_its_profiles_range(
    profile: Profile, header: Field, blinding: Field
) -> None:
    shortest, longest = LOCKS[profile.name]
    chosen = lock_period(header, blinding, profile.lock_min, profile.lock_range)
    assert shortest <= chosen <= longest
    low = poseidon(header, blinding) % 2**64
    assert chosen == profile.lock_min + low % profile.lock_range


@pytest.mark.parametrize("profile", [MAIN_PROFILE, FAST, DEV], ids=lambda profile: profile.name)
@pytest.mark.parametrize("above", [0, 1 << 64, 5 << 64], ids=["no high bits", "one", "more"])
def test_only_the_low_64_bits_decide_and_both_ends_are_reached(
    profile: Profile, above: int
) -> None:
    shortest, longest = LOCKS[profile.name]
    assert lock(profile, Field(above)) == shortest
    assert lock(profile, Field(above + profile.lock_range - 1)) == longest
    assert lock(profile, Field(above + profile.lock_range)) == shortest
    largest = lock(profile, Field(above + 2**64 - 1))
    assert largest == shortest + (2**64 - 1) % (longest - shortest + 1)


@given(fields, durations, durations)
def test_any_range_is_kept(mixed: Field, lock_min: Seconds, lock_range: Seconds) -> None:
    assert lock_min <= lock_from_hash(mixed, lock_min, lock_range) < lock_min + lock_range


def test_a_range_of_nothing_is_refused() -> None:
    assert lock_from_hash(Field(5), Seconds(10), Seconds(1)) == 10
    with pytest.raises(InvalidProfile, match="lock_range must be at least 1"):
        lock_from_hash(Field(5), Seconds(10), Seconds(0))


def test_maturity_is_the_blocks_time_plus_the_lock() -> None:
    assert maturity(Timestamp(1_000), Seconds(120)) == 1_120
    with pytest.raises(OutOfRange, match="Timestamp"):
        maturity(Timestamp(Timestamp.bound - 1), Seconds(1))
