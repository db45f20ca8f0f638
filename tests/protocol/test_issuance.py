"""Issuance: the known days, the sum of all days, and fair shares."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winze.protocol import (
    DAY,
    FIRST_DAILY_RATE,
    GENESIS,
    ITX_UNIT,
    PHASE_DAYS,
    TOTAL_SUPPLY,
    InvalidProfile,
    Itx,
    OutOfRange,
    Period,
    Points,
    Seconds,
    Timestamp,
    Wei,
    daily_issuance,
    issuance,
    period_at,
    period_start,
    points,
    share,
)

KNOWN_DAYS = {
    "2024-08-07": "8937500",
    "2024-08-22": "8937500",
    "2024-08-23": "4468750",
    "2025-12-15": "558593.75",
    "2025-12-16": "279296.875",
    "2027-05-11": "279296.875",
    "2027-05-12": "139648.4375",
    "2030-02-28": "139648.4375",
    "2030-03-01": "0",
    "2099-12-31": "0",
}
LAST_DAY = sum(PHASE_DAYS) - 1
divisors_of_a_day = st.sampled_from([length for length in range(1, DAY + 1) if DAY % length == 0])


def midnight(date: str) -> Timestamp:
    """The first second of a day, in UTC."""
    return Timestamp(int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()))


def test_genesis_is_midnight_of_the_day_in_the_protocol() -> None:
    assert midnight("2024-08-07") == GENESIS


@pytest.mark.parametrize("date", KNOWN_DAYS)
def test_a_known_day_issues_its_known_amount(date: str) -> None:
    expected = Fraction(KNOWN_DAYS[date]) * ITX_UNIT
    for moment in (midnight(date), Timestamp(midnight(date) + DAY - 1)):
        assert issuance(period_at(moment, GENESIS, DAY), DAY) == expected


def test_all_days_together_issue_exactly_the_total() -> None:
    days = [daily_issuance(day) for day in range(LAST_DAY + 2)]
    assert sum(days) == TOTAL_SUPPLY == 1_001_000_000 * ITX_UNIT
    assert days[-2:] == [FIRST_DAILY_RATE >> 6, 0]


def test_each_phase_issues_the_same() -> None:
    start = 0
    for length in PHASE_DAYS:
        issued = sum(daily_issuance(day) for day in range(start, start + length))
        assert issued == 143_000_000 * ITX_UNIT
        start += length


def test_there_is_no_day_before_genesis() -> None:
    with pytest.raises(OutOfRange, match=r"day must be at least 0 .*; -1 is not"):
        daily_issuance(-1)


@given(divisors_of_a_day, st.integers(0, LAST_DAY + 1))
def test_the_periods_of_a_day_share_its_rate_and_lose_less_than_one_unit_each(
    length: int, day: int
) -> None:
    in_a_day = DAY // length
    first, last = Period(day * in_a_day), Period((day + 1) * in_a_day - 1)
    issued = issuance(first, Seconds(length))
    assert issued == issuance(last, Seconds(length)) == daily_issuance(day) * length // DAY
    assert 0 <= daily_issuance(day) - issued * in_a_day < in_a_day


@pytest.mark.parametrize("length", [0, 7, 86_399, 86_401, 2 * 86_400])
def test_a_period_that_does_not_divide_a_day_is_refused(length: int) -> None:
    with pytest.raises(InvalidProfile, match=f"evenly; {length} does not"):
        issuance(Period(0), Seconds(length))
    with pytest.raises(InvalidProfile, match=f"evenly; {length} does not"):
        period_at(GENESIS, GENESIS, Seconds(length))


def test_a_day_of_10000_itx_is_shared_by_points() -> None:
    small, large = points(Wei(10**17)), points(Wei(10**18))
    total, day = Points(small + large), Itx(10_000 * ITX_UNIT)
    assert share(day, small, total) == 2_000 * ITX_UNIT
    assert share(day, large, total) == 8_000 * ITX_UNIT


@given(
    st.integers(0, FIRST_DAILY_RATE).map(Itx),
    st.lists(st.integers(0, 1000).map(Points), min_size=1, max_size=20),
)
def test_shares_never_exceed_what_is_issued_and_lose_less_than_one_unit_each(
    issued: Itx, earned: list[Points]
) -> None:
    total = sum(earned)
    if total:
        shares = sum(share(issued, part, Points(total)) for part in earned)
        assert 0 <= issued - shares < len(earned)


@pytest.mark.parametrize(("part", "total"), [(0, 0), (1, 0), (5, 4)])
def test_a_part_of_nothing_or_beyond_the_whole_is_refused(part: int, total: int) -> None:
    with pytest.raises(OutOfRange, match=f"total points must be at least .*; {total} is not"):
        share(Itx(1), Points(part), Points(total))


def test_the_whole_is_everything_and_no_points_are_nothing() -> None:
    assert share(Itx(7), Points(3), Points(3)) == 7
    assert share(Itx(7), Points(0), Points(3)) == 0


def test_a_period_begins_at_its_first_second_and_ends_before_the_next() -> None:
    length = Seconds(600)
    start = period_start(Period(3), GENESIS, length)
    assert start == GENESIS + 1800
    assert period_at(start, GENESIS, length) == 3
    assert period_at(Timestamp(start - 1), GENESIS, length) == 2
    assert period_at(Timestamp(start + 599), GENESIS, length) == 3


def test_a_moment_before_genesis_has_no_period() -> None:
    assert period_at(GENESIS, GENESIS, DAY) == 0
    with pytest.raises(OutOfRange, match=f"at least {GENESIS} "):
        period_at(Timestamp(GENESIS - 1), GENESIS, DAY)
