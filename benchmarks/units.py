"""Figures as people read them."""

from typing import Final

from benchmarks.figures import Value

_MEGABYTE: Final = 1_000_000
_TIMES: Final = ((1.0, 1, "s"), (1e-3, 1_000, "ms"), (0.0, 1_000_000, "µs"))
"""From so many seconds on, how many of a unit a second has."""


def shown(name: str, value: Value) -> str:
    """A figure with its unit, which the end of its name says; gas and counts have none."""
    if isinstance(value, str):
        return value
    if name.endswith(".seconds"):
        return _duration(value)
    if name.endswith(".bytes_per_second"):
        return f"{value / _MEGABYTE:,.1f} MB/s"
    if name.endswith(".bytes") and value >= _MEGABYTE:
        return f"{value / _MEGABYTE:,.1f} MB"
    return f"{value:,.0f}"


def _duration(seconds: float) -> str:
    for least, parts, unit in _TIMES:
        if seconds >= least:
            return f"{float(f'{seconds * parts:.3g}'):g} {unit}"
    raise ValueError(f"{seconds} s: no duration is negative")
