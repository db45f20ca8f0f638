"""Which aims were missed, and why."""

from collections.abc import Mapping
from typing import Final

from benchmarks.figures import Results
from benchmarks.markdown import table
from benchmarks.rows import ROWS, Group, Row
from benchmarks.units import shown

REASONS: Final[Mapping[str, str]] = {}
"""Why a figure of the node misses its aim, or did where machines are slow or busy."""


def missed_rows(results: Results) -> list[Row]:
    """The node's figures that miss their aims."""
    return [row for row in ROWS if row.group is Group.NODE and row.misses(_number(results, row))]


def missed(results: Results) -> str:
    """The aims that the node misses, as part of the document."""
    rows = missed_rows(results)
    if not rows:
        return "## Aims that the node misses\n\nNone.\n"
    return "## Aims that the node misses\n\n" + table(
        ("figure", "measured", "aim", "why"),
        (
            (
                f"`{row.name}`",
                shown(row.name, _number(results, row)),
                shown(row.name, row.aim or 0),
                REASONS.get(row.name, "?"),
            )
            for row in rows
        ),
    )


def _number(results: Results, row: Row) -> float:
    """The figure, or the aim itself where nothing was measured."""
    value = results.get(row.name)
    return value if isinstance(value, int | float) else row.aim or 0
