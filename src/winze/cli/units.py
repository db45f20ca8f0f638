"""Amounts and times as people read them, never rounded."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_DECIMALS: Final = 18
_HOUR: Final = 3600
_MINUTE: Final = 60
_DAY: Final = 86_400
_AMOUNT: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d+))?")


def coins(amount: int) -> str:
    """An amount of 10^-18 coins (wei, or ITX's smallest unit), in whole coins: `0.1`, `1,939.5`."""
    whole, rest = divmod(abs(amount), 10**_DECIMALS)
    fraction = f"{rest:0{_DECIMALS}d}".rstrip("0")
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}.{fraction}" if fraction else f"{sign}{whole:,}"


def from_coins(text: str) -> int:
    """The exact amount in 10^-18 coins that a text such as `0.1` or `1,000` says.

    Raises:
        ValueError: it is no amount, is nothing, or has more than 18 decimals.
    """
    if not (found := _AMOUNT.fullmatch(text.strip())):
        raise ValueError(f"{text!r} is no amount of ETH: write it like 0.1, without a unit")
    whole, fraction = found[1].replace(",", ""), found[2] or ""
    if len(fraction) > _DECIMALS:
        raise ValueError(f"{text!r} has more than {_DECIMALS} decimals: ETH has no smaller part")
    amount = int(whole) * 10**_DECIMALS + int(fraction.ljust(_DECIMALS, "0"))
    if not amount:
        raise ValueError("nothing is no amount: it takes more than 0")
    return amount


def moment(timestamp: int, *, utc: bool = False) -> str:
    """A moment of chain time in local time, with the time in UTC where the day matters."""
    local = datetime.fromtimestamp(timestamp, UTC).astimezone()
    told = f"{local:%Y-%m-%d %H:%M:%S}"
    if not utc:
        return told
    if local.utcoffset() == timedelta(0):
        return f"{told} UTC"
    return f"{told} ({local.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"


def from_moment(text: str) -> int:
    """The chain time that a text such as `2026-11-22 08:30` (local) or `...+00:00` says.

    Raises:
        ValueError: it is no time.
    """
    try:
        return int(datetime.fromisoformat(text.strip()).astimezone().timestamp())
    except ValueError:
        raise ValueError(f"{text!r} is no time: write it like 2026-11-22 08:30") from None


def clock_time(timestamp: int) -> str:
    """A moment of chain time as the time of day in UTC."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%H:%M:%S")


def duration(seconds: int) -> str:
    """A duration: `4 min 59 s`."""
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    shown = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(shown) or "0 s"
