"""Profiles: the times by which a network lives, fixed at its deployment (protocol §6.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .errors import InvalidProfile
from .issuance import DAY, require_divides_day
from .types import Seconds

_LONGEST_SEAL_INTERVAL: Final = 3600
_SEAL_SHARE_OF_LOCK: Final = 10


@dataclass(frozen=True)
class Profile:
    """The times of one kind of network."""

    name: str
    """How network descriptions and commands call it."""

    lock_min: Seconds
    """The shortest lock."""

    lock_range: Seconds
    """How many different locks there are, one second apart; the longest is one less than both."""

    period: Seconds
    """The length of a reward period; a day holds a whole number of them."""

    seal_interval: Seconds
    """How long after its first entry a block is due; the owner can change it later."""

    seal_interval_min: Seconds
    """The shortest seal interval that the owner can set."""

    confirmations: int
    """Chain blocks on top of one before nodes and wallets count on it."""

    def __post_init__(self) -> None:
        """Check that the times fit each other.

        Raises:
            InvalidProfile: no lock is possible, the period does not divide a day, the seal
                interval is outside its bounds, or `confirmations` is negative.
        """
        if self.lock_range == 0:
            raise InvalidProfile("lock_range must be at least 1 second; 0 leaves no lock to choose")
        require_divides_day(self.period)
        least, most = self.seal_interval_min, self.seal_interval_max
        if not least <= self.seal_interval <= most:
            raise InvalidProfile(
                f"seal_interval must be {least} to {most} seconds; {self.seal_interval} is not"
            )
        if self.confirmations < 0:
            raise InvalidProfile(f"confirmations must be 0 or more; {self.confirmations} is not")

    @property
    def lock_max(self) -> Seconds:
        """The longest lock."""
        return Seconds(self.lock_min + self.lock_range - 1)

    @property
    def seal_interval_max(self) -> Seconds:
        """The longest seal interval that the owner can set: an hour, or a tenth of `lock_min`."""
        return Seconds(min(_LONGEST_SEAL_INTERVAL, self.lock_min // _SEAL_SHARE_OF_LOCK))


MAIN_PROFILE: Final = Profile(
    name="main",
    lock_min=Seconds(172_800),
    lock_range=Seconds(259_200),
    period=DAY,
    seal_interval=Seconds(600),
    seal_interval_min=Seconds(60),
    confirmations=12,
)
"""For real money: locks of 2 days to one second short of 5."""

FAST: Final = Profile(
    name="fast",
    lock_min=Seconds(120),
    lock_range=Seconds(180),
    period=Seconds(600),
    seal_interval=Seconds(5),
    seal_interval_min=Seconds(2),
    confirmations=2,
)
"""For public test networks."""

DEV: Final = Profile(
    name="dev",
    lock_min=Seconds(20),
    lock_range=Seconds(30),
    period=Seconds(120),
    seal_interval=Seconds(2),
    seal_interval_min=Seconds(1),
    confirmations=0,
)
"""For one machine."""

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (MAIN_PROFILE, FAST, DEV)}
)
"""Every profile by its name."""
