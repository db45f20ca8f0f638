"""How far a long reading is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """What is being done."""

    READING = "reading"
    """Rows are read from a node."""
    VERIFYING = "verifying"
    """Blocks of the ledger are worked out from their rows."""
    SCANNING = "scanning"
    """Memos are tried."""


@dataclass(frozen=True)
class Progress:
    """So much of a step is done."""

    step: Task
    done: int
    of: int


Report = Callable[[Progress], None]
"""Told of progress; may be called often."""


def silent(_: Progress) -> None:
    """Tells nobody."""
