"""How far the making of keys has come, told while it goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What happens now."""

    WAITING = "waiting"
    """Another process makes the same keys; they will be shared."""

    SETUP = "setup"
    """The circuit is compiled and its keys are made; told again every now and then."""

    COMPILE = "compile"
    """The circuit is compiled, to hold a ceremony's key against it."""

    CHECK = "check"
    """A ceremony's key is checked."""

    IMPORT = "import"
    """A ceremony's key is brought into the form that provers read."""

    TRY = "try"
    """A statement is proved and verified with the imported keys."""

    DONE = "done"
    """The keys are made, or imported, and stored."""


@dataclass(frozen=True)
class Progress:
    """One message about one circuit's keys."""

    circuit: str
    """The circuit's name."""

    stage: Stage
    """What happens now."""

    elapsed: float
    """Seconds since this stage began; in DONE, since the work began."""

    reason: str
    """Why keys are made: what was wrong with those that stood there, if any did."""


Report = Callable[[Progress], None]
"""Receives every message. It may be called from several threads, but never from two at a time."""


def unreported(_: Progress) -> None:
    """A `Report` for those who do not care."""
