"""Profiles: the protocol's table, and times that do not fit."""

from dataclasses import astuple, replace
from typing import Any

import pytest

from winze.protocol import DEV, FAST, MAIN_PROFILE, PROFILES, InvalidProfile, Seconds


def test_the_profiles_are_those_of_the_protocols_table() -> None:
    assert [astuple(profile) for profile in PROFILES.values()] == [
        ("main", 172_800, 259_200, 86_400, 600, 60, 12),
        ("fast", 120, 180, 600, 5, 2, 2),
        ("dev", 20, 30, 120, 2, 1, 0),
    ]
    assert list(PROFILES) == ["main", "fast", "dev"]


def test_the_longest_lock_of_main_is_one_second_short_of_five_days() -> None:
    assert MAIN_PROFILE.lock_min == 2 * 86_400
    assert MAIN_PROFILE.lock_max == 5 * 86_400 - 1
    assert FAST.lock_max == 299


def test_the_seal_interval_ends_at_an_hour_or_a_tenth_of_the_shortest_lock() -> None:
    assert MAIN_PROFILE.seal_interval_max == 3600
    assert FAST.seal_interval_max == 12
    assert DEV.seal_interval_max == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lock_range": Seconds(0)}, "lock_range must be at least 1"),
        ({"period": Seconds(0)}, "0 does not"),
        ({"period": Seconds(7)}, "7 does not"),
        ({"seal_interval": Seconds(1)}, "seal_interval must be 2 to 12 seconds; 1 is not"),
        ({"seal_interval": Seconds(13)}, "seal_interval must be 2 to 12 seconds; 13 is not"),
        ({"confirmations": -1}, "confirmations must be 0 or more; -1 is not"),
    ],
)
def test_times_that_do_not_fit_are_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidProfile, match=reason):
        replace(FAST, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"lock_range": Seconds(1)},
        {"seal_interval": Seconds(2)},
        {"seal_interval": Seconds(12)},
        {"confirmations": 0},
    ],
)
def test_the_last_times_that_fit_are_accepted(changes: dict[str, Any]) -> None:
    replace(FAST, **changes)
