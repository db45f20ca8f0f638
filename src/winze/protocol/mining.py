"""Mining: which amounts count, for how many points, and how long they stay (protocol §6)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .errors import InvalidProfile, NotMineable
from .poseidon import poseidon
from .types import Field, Points, Seconds, Timestamp, Wei

ETHER: Final = 10**18
"""Wei in one ETH."""

DENOMINATIONS: Final[Mapping[Wei, Points]] = MappingProxyType(
    {
        Wei(ETHER // 10): Points(1),
        Wei(ETHER): Points(4),
        Wei(10 * ETHER): Points(9),
        Wei(100 * ETHER): Points(16),
    }
)
"""The amounts that can mine, and the points that a claim of each earns (protocol §6.3)."""

_LOW_BITS: Final = 64


def points(value: Wei) -> Points:
    """The points that a claim of `value` earns.

    Raises:
        NotMineable: `value` is none of the denominations.
    """
    earned = DENOMINATIONS.get(value)
    if earned is None:
        amounts = ", ".join(str(amount) for amount in DENOMINATIONS)
        raise NotMineable(f"{value} wei cannot mine; choose one of {amounts}")
    return earned


def lock_period(header: Field, blinding: Field, lock_min: Seconds, lock_range: Seconds) -> Seconds:
    """How long a deposit stays before its spend can be claimed (protocol §6.1).

    Nobody can know it at deposit: `header` holds entropy from a chain block after the sealing.

    Args:
        header: Of the block in which the deposit was sealed.
        blinding: The deposit note's.
        lock_min: The shortest lock of the network.
        lock_range: How many different locks it has, one second apart; at least 1.

    Raises:
        InvalidProfile: `lock_range` is 0.
    """
    return lock_from_hash(poseidon(header, blinding), lock_min, lock_range)


def lock_from_hash(mixed: Field, lock_min: Seconds, lock_range: Seconds) -> Seconds:
    """The lock that `mixed` = `H2(header, blinding)` decides: its low 64 bits mod `lock_range`.

    Raises:
        InvalidProfile: `lock_range` is 0.
    """
    if lock_range == 0:
        raise InvalidProfile("lock_range must be at least 1 second; 0 leaves no lock to choose")
    low = mixed & ((1 << _LOW_BITS) - 1)
    return Seconds(lock_min + low % lock_range)


def maturity(sealed_at: Timestamp, lock: Seconds) -> Timestamp:
    """The first moment at which a spend earns: `sealed_at`, the block's timestamp, plus the lock.

    Raises:
        OutOfRange: the sum lies beyond what a timestamp can say.
    """
    return Timestamp(sealed_at + lock)
