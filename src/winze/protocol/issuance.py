"""How much ITX each period issues, and how it is shared (protocol §6.3)."""

from typing import Final

from .errors import InvalidProfile, OutOfRange
from .types import Itx, Period, Points, Seconds, Timestamp

DAY: Final = Seconds(86_400)
"""The length of a day, which every period must divide."""

GENESIS: Final = Timestamp(1_722_988_800)
"""The default genesis: 2024-08-07, 00:00 UTC."""

ITX_UNIT: Final = 10**18
"""Smallest units in one ITX."""

TOTAL_SUPPLY: Final = Itx(1_001_000_000 * ITX_UNIT)
"""All that the phases issue; the token's cap."""

FIRST_DAILY_RATE: Final = Itx(8_937_500 * ITX_UNIT)
"""What a day of the first phase issues; each later phase issues half of the one before."""

PHASE_DAYS: Final = (16, 32, 64, 128, 256, 512, 1024)
"""The lengths of the phases; each issues the same amount."""


def daily_issuance(day: int) -> Itx:
    """What day `day` after genesis issues; 0 when the phases are over.

    Raises:
        OutOfRange: `day` is before genesis.
    """
    if day < 0:
        raise OutOfRange("day", day, Period.bound)
    phase_end = 0
    for phase, days in enumerate(PHASE_DAYS):
        phase_end += days
        if day < phase_end:
            return Itx(FIRST_DAILY_RATE >> phase)
    return Itx(0)


def issuance(period: Period, length: Seconds) -> Itx:
    """What `period` issues where each lasts `length`: its share of its first second's daily rate.

    Raises:
        InvalidProfile: a day does not divide evenly into periods of `length`.
    """
    require_divides_day(length)
    return Itx(daily_issuance(period * length // DAY) * length // DAY)


def share(issued: Itx, points: Points, total: Points) -> Itx:
    """What `points` of `total` receive of `issued`, rounded down.

    Raises:
        OutOfRange: `total` is 0 or less than `points`.
    """
    least = max(points, 1)
    if total < least:
        raise OutOfRange("total points", total, Points.bound, least=least)
    return Itx(issued * points // total)


def period_at(moment: Timestamp, genesis: Timestamp, length: Seconds) -> Period:
    """The period in which `moment` lies.

    Raises:
        OutOfRange: `moment` is before genesis.
        InvalidProfile: a day does not divide evenly into periods of `length`.
    """
    require_divides_day(length)
    if moment < genesis:
        raise OutOfRange("a reward's time", moment, Timestamp.bound, least=genesis)
    return Period((moment - genesis) // length)


def period_start(period: Period, genesis: Timestamp, length: Seconds) -> Timestamp:
    """The first second of `period`; the start of the next one is when it can be distributed.

    Raises:
        OutOfRange: the period lies beyond what a timestamp can say.
    """
    return Timestamp(genesis + period * length)


def require_divides_day(length: Seconds) -> None:
    """Make sure that a day holds a whole number of periods of `length`.

    Raises:
        InvalidProfile: it does not, or `length` is 0.
    """
    if length == 0 or DAY % length:
        raise InvalidProfile(
            f"a period must divide a day's {DAY} seconds evenly; {length} does not"
        )
