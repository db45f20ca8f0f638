"""Which notes pay for something.

The choice follows from the notes alone: two machines of one wallet that see the same chain choose
the same notes, so that at most one of their transfers can be executed.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

from winze.protocol import Wei

from .holdings import OwnNote

INPUTS: Final = 2
"""How many notes one transfer can spend."""


def covering(
    groups: Iterable[Iterable[OwnNote]], needed: Wei, most: int = INPUTS
) -> tuple[OwnNote, ...] | None:
    """Notes that are worth `needed` wei together, at most `most` of them; None where none are.

    Fewer notes are better than more, earlier groups better than later ones, and little change
    better than much.

    Args:
        groups: Notes that may be spent, those that are to be spent first in the first group.
        needed: Above 0.
        most: 1 or 2.
    """
    ordered: list[Sequence[OwnNote]] = [sorted(group, key=_by_worth) for group in groups]
    every = [own for group in ordered for own in group]
    for count in range(1, most + 1):
        for candidates in (*ordered, every):
            fitting = [
                chosen for chosen in combinations(candidates, count) if worth(chosen) >= needed
            ]
            if fitting:
                return min(fitting, key=worth)
    return None


def mergeable(notes: Iterable[OwnNote], needed: Wei, fee: Wei) -> int | None:
    """How many notes, merged one by one, are worth `needed` wei then; None where none are.

    Args:
        notes: Notes of one account.
        needed: Above 0.
        fee: What each merging costs; it makes one note less.
    """
    largest = sorted(notes, key=_by_worth, reverse=True)
    for count in range(INPUTS, len(largest) + 1):
        if worth(largest[:count]) - (count - 1) * fee >= needed:
            return count
    return None


def reachable(notes: Iterable[OwnNote], fee: Wei) -> Wei:
    """The most that one transfer can spend of these notes, merged one by one where that pays."""
    largest = sorted(notes, key=_by_worth, reverse=True)
    merged = (
        worth(largest[:count]) - max(count - INPUTS, 0) * fee for count in range(len(largest) + 1)
    )
    return Wei(max(merged))


def worth(notes: Iterable[OwnNote]) -> Wei:
    """What the notes hold together."""
    return Wei(sum(own.note.value for own in notes))


def _by_worth(own: OwnNote) -> tuple[int, int]:
    return own.note.value, own.position
