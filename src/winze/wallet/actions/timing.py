"""When proofs date from, and when they are to be executed (protocol §7).

Whatever stands in public about time is coarse: whole hours, counted from genesis, and roots of the
last midnight, or else of the last whole hour. On networks with shorter days an hour is the same
share of a day.
"""

import secrets
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from winze.contracts import NetworkDescription
from winze.protocol import BlockIndex, Seconds, Timestamp, period_at, period_start

from ..errors import InvalidTime

_TICKS_OF_DAY: Final = 24
_DAYS_TO_EXECUTE: Final = 2

AT_ONCE: Final = Timestamp(0)
"""The `not_before` of what may be executed at any time."""


@dataclass(frozen=True)
class Calendar:
    """The days and hours of one network: an hour is a 24th of a period."""

    genesis: Timestamp
    period: Seconds

    @classmethod
    def of(cls, network: NetworkDescription) -> "Calendar":
        """The network's calendar."""
        return cls(network.genesis, network.profile.period)

    @property
    def hour(self) -> int:
        """Seconds of an hour."""
        return max(self.period // _TICKS_OF_DAY, 1)

    def midnight(self, now: Timestamp) -> Timestamp:
        """When the present day began."""
        return period_start(period_at(now, self.genesis, self.period), self.genesis, self.period)

    def close(self, now: Timestamp) -> Timestamp:
        """When the present day closes."""
        return Timestamp(self.midnight(now) + self.period)

    def coarse(self, now: Timestamp) -> tuple[Timestamp, Timestamp]:
        """The latest midnight and the latest whole hour: before which roots are proved under."""
        return self.midnight(now), Timestamp(now - (now - self.genesis) % self.hour)

    def claim_from(self, spent_at: Timestamp) -> Timestamp:
        """From when on a session is claimed by itself whose spend's block is of `spent_at`.

        From the next whole hour on, when a root holds the spend under which others claim, too: the
        latest root would be that of the very block. At once where the day has no hour left.
        """
        hour = self.whole_hour(spent_at + 1)
        return hour if hour <= self.close(spent_at) - self.hour else spent_at

    def whole_hour(self, moment: int) -> Timestamp:
        """The first whole hour at or after `moment`."""
        past = moment - self.genesis
        return Timestamp(self.genesis - (-past // self.hour) * self.hour)

    def deadline(self, now: Timestamp, not_before: Timestamp = AT_ONCE) -> Timestamp:
        """Until when a request is good that is made now: two days and what is left of an hour."""
        return self.whole_hour(max(now, not_before) + _DAYS_TO_EXECUTE * self.period)

    def today(self, now: Timestamp) -> Timestamp:
        """A random whole hour of what is left of the day; at once where none is left.

        The day's last hour is left out: a relayer needs some time after `not_before`, and what
        happens after the day's close counts for the next one.
        """
        first = self.whole_hour(now + 1)
        return self._random(first, Timestamp(self.close(now) - self.hour))

    def within_a_day(self, now: Timestamp) -> Timestamp:
        """A random whole hour of the next 24."""
        first = self.whole_hour(now + 1)
        return self._random(first, Timestamp(first + (_TICKS_OF_DAY - 1) * self.hour))

    def later(self, moment: Timestamp, now: Timestamp) -> Timestamp:
        """The whole hour at or after a moment that somebody chose.

        Raises:
            InvalidTime: it is not in the future.
        """
        if moment <= now:
            raise InvalidTime(f"{moment} is not after the chain's time {now}: choose a later time")
        return self.whole_hour(moment)

    def _random(self, first: Timestamp, end: Timestamp) -> Timestamp:
        """One of the whole hours from `first` on and before or at `end`; else at once."""
        hours = (end - first) // self.hour + 1 if end >= first else 0
        return Timestamp(first + secrets.randbelow(hours) * self.hour) if hours > 0 else AT_ONCE


def anchor_size(
    proved: int,
    time_of: Callable[[BlockIndex], Timestamp],
    moments: Sequence[Timestamp],
    needed: Iterable[BlockIndex],
) -> int:
    """How many blocks the root holds that a proof is made under.

    The last root before the first of `moments` before which a root holds every block in `needed`,
    else the latest: so a root tells little about when a proof was made, and of what.

    Args:
        proved: How many blocks are proved.
        time_of: The time of each of them; it never falls.
        moments: See `Calendar.coarse`.
        needed: The blocks that hold what is proved.
    """
    last = max(needed, default=BlockIndex(0))
    for moment in moments:
        size = bisect_left(range(proved), moment, key=lambda index: time_of(BlockIndex(index)))
        if last < size:
            return size
    return proved
