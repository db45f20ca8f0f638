"""When requests are executed and which roots they are proved under (protocol §7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet.worlds import network
from winze.protocol import DAY, GENESIS, BlockIndex, Seconds, Timestamp
from winze.wallet.actions.timing import AT_ONCE, Calendar, anchor_size
from winze.wallet.errors import InvalidTime

MAIN = Calendar(GENESIS, DAY)
HOUR = 3600
MIDNIGHT = Timestamp(GENESIS + 800 * DAY)

moments = st.integers(int(GENESIS), int(GENESIS) + 5000 * DAY).map(Timestamp)
calendars = st.sampled_from(
    [MAIN, Calendar(GENESIS, Seconds(600)), Calendar(GENESIS, Seconds(120))]
)


def test_an_hour_is_a_24th_of_the_networks_day() -> None:
    assert MAIN.hour == HOUR
    assert Calendar.of(network()).hour == network().profile.period // 24


@pytest.mark.parametrize(
    ("moment", "hour"), [(0, 0), (1, HOUR), (HOUR - 1, HOUR), (HOUR, HOUR), (HOUR + 1, 2 * HOUR)]
)
def test_a_whole_hour_is_the_first_one_at_or_after_a_moment(moment: int, hour: int) -> None:
    assert MAIN.whole_hour(MIDNIGHT + moment) == MIDNIGHT + hour


@given(calendars, moments)
def test_deadlines_are_whole_hours_two_days_ahead(calendar: Calendar, now: Timestamp) -> None:
    deadline = calendar.deadline(now)
    assert (deadline - GENESIS) % calendar.hour == 0
    assert 0 <= deadline - now - 2 * calendar.period < calendar.hour


@given(calendars, moments)
def test_a_time_of_today_is_a_whole_hour_to_come_and_leaves_one_before_the_close(
    calendar: Calendar, now: Timestamp
) -> None:
    chosen = calendar.today(now)
    if chosen == AT_ONCE:
        assert calendar.close(now) - now <= 2 * calendar.hour
    else:
        assert (chosen - GENESIS) % calendar.hour == 0
        assert now < chosen <= calendar.close(now) - calendar.hour


def test_in_the_last_two_hours_of_the_day_what_is_for_today_is_done_at_once() -> None:
    close = MIDNIGHT + DAY
    assert MAIN.today(Timestamp(close - HOUR)) == AT_ONCE
    assert MAIN.today(Timestamp(close - HOUR - 1)) == close - HOUR


@given(calendars, moments)
def test_later_is_a_whole_hour_of_the_next_24(calendar: Calendar, now: Timestamp) -> None:
    chosen = calendar.within_a_day(now)
    assert (chosen - GENESIS) % calendar.hour == 0
    assert now < chosen <= now + 24 * calendar.hour


def test_later_takes_each_of_the_next_24_hours() -> None:
    chosen = {MAIN.within_a_day(MIDNIGHT) - MIDNIGHT for _ in range(2_000)}
    assert sorted(chosen) == [HOUR * (1 + each) for each in range(24)]


def test_a_time_of_ones_own_lies_ahead_and_becomes_a_whole_hour() -> None:
    assert MAIN.later(Timestamp(MIDNIGHT + 1), MIDNIGHT) == MIDNIGHT + HOUR
    with pytest.raises(InvalidTime, match="choose a later time"):
        MAIN.later(MIDNIGHT, MIDNIGHT)


NOW = Timestamp(MIDNIGHT + 2 * HOUR + 1)
TIMES = [
    *(MIDNIGHT - 100, MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + 2 * HOUR - 1),
    *(MIDNIGHT + 2 * HOUR, MIDNIGHT + 2 * HOUR + 1),
]


@pytest.mark.parametrize(
    ("needed", "size"),
    [
        ([0], 2),  # the last root before midnight holds it
        ([1], 2),  # its own last block
        ([0, 1], 2),
        ([2], 4),  # a block of midnight itself is not before it: the last root before the hour
        ([0, 3], 4),
        ([4], 6),  # nor is one of the hour itself: the latest
        ([3, 5], 6),
        ([], 2),
    ],
)
def test_a_proof_is_made_under_the_last_root_before_midnight_or_the_hour_that_holds_it_all(
    needed: list[int], size: int
) -> None:
    def time_of(block: BlockIndex) -> Timestamp:
        return Timestamp(TIMES[block])

    assert anchor_size(len(TIMES), time_of, MAIN.coarse(NOW), map(BlockIndex, needed)) == size


@given(calendars, moments)
def test_the_hour_before_is_a_whole_one(calendar: Calendar, now: Timestamp) -> None:
    midnight, hour = calendar.coarse(now)
    assert midnight == calendar.midnight(now)
    assert midnight <= hour <= now < hour + calendar.hour
    assert (hour - midnight) % calendar.hour == 0


@pytest.mark.parametrize(
    ("spent_at", "claimed_from"),
    [
        (0, HOUR),  # a block of the hour itself is not before it
        (1, HOUR),
        (HOUR - 1, HOUR),
        (22 * HOUR + 1, 23 * HOUR),
        (23 * HOUR - 1, 23 * HOUR),
        (23 * HOUR, 23 * HOUR),  # waiting would cost the day
        (24 * HOUR - 1, 24 * HOUR - 1),
    ],
)
def test_a_claim_waits_for_the_hours_end_unless_that_costs_the_day(
    spent_at: int, claimed_from: int
) -> None:
    assert MAIN.claim_from(Timestamp(MIDNIGHT + spent_at)) == MIDNIGHT + claimed_from
