"""Amounts and times as people read them, never rounded."""

from datetime import UTC, datetime
from typing import Final

_DECIMALS: Final = 18
_HOUR: Final = 3600
_MINUTE: Final = 60


def coins(amount: int) -> str:
    """An amount of 10^-18 coins (wei, or ITX's smallest unit), in whole coins: `0.1`, `1,939.5`."""
    whole, rest = divmod(abs(amount), 10**_DECIMALS)
    fraction = f"{rest:0{_DECIMALS}d}".rstrip("0")
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}.{fraction}" if fraction else f"{sign}{whole:,}"


def clock_time(timestamp: int) -> str:
    """A moment of chain time as the time of day in UTC."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%H:%M:%S")


def duration(seconds: int) -> str:
    """A duration: `4 min 59 s`."""
    hours, rest = divmod(seconds, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    shown = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(shown) or "0 s"
