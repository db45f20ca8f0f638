"""Amounts and times as people read them."""

import pytest

from winze.cli.units import clock_time, coins, duration


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0"),
        (1, "0.000000000000000001"),
        (10**17, "0.1"),
        (10**18 - 1, "0.999999999999999999"),
        (10**18, "1"),
        (10**18 + 1, "1.000000000000000001"),
        (10**21, "1,000"),
        (558_593_750_000_000_000_000_000, "558,593.75"),
        (-5 * 10**17, "-0.5"),
    ],
)
def test_an_amount_is_shown_whole_and_to_the_last_wei(amount: int, shown: str) -> None:
    assert coins(amount) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h"),
        (86_399, "23 h 59 min 59 s"),
        (86_400, "1 d"),
        (431_999, "4 d 23 h 59 min 59 s"),
    ],
)
def test_a_duration_names_only_the_units_it_has(seconds: int, shown: str) -> None:
    assert duration(seconds) == shown


def test_a_moment_is_told_in_utc() -> None:
    assert clock_time(1_795_219_199) == "23:59:59"
    assert clock_time(1_795_219_200) == "00:00:00"
