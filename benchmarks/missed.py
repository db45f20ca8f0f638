"""Which aims were missed, and why."""

from collections.abc import Mapping
from typing import Final

from benchmarks.figures import Results
from benchmarks.markdown import table
from benchmarks.rows import ROWS, SIZES, Group, Row
from benchmarks.units import shown

_INDEXING: Final = (
    "Reading is divided between the ledger, whose trees are hashed for every block that is proved, "
    "and the database, where an event fills several tables; both are Python, on one core."
)

REASONS: Final[Mapping[str, str]] = {
    "node.requests_per_second": (
        "Each request takes some 4 ms, of which verifying takes 2 and may run beside the rest: "
        "HTTP, JSON and the database, one request at a time. Clients, the chain and the batches "
        "that begin meanwhile run on the same cores."
    ),
    "node.index.rpc.entries_per_second": (
        f"{_INDEXING} The chain answers in JSON, on the same cores."
    ),
    **{f"node.index.{notes}.entries_per_second": _INDEXING for notes in SIZES},
    f"node.sync.{max(SIZES)}.seconds": (
        "Pages are made the first time that they are asked for, row by row from the database."
    ),
}
"""What stands between the node and its aims, where a machine is too slow to meet them."""


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
