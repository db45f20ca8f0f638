"""Gaussian elimination, one equation after another, over few unknowns at a time."""

from collections import defaultdict
from collections.abc import Mapping

from .linear import Linear, added, inverse, scaled


class Elimination:
    """Combinations that are known; a wire on which they leave no choice is *solved*.

    Each row has a pivot, a wire that no other row mentions. A row of its pivot alone is solved.
    """

    def __init__(self) -> None:
        self._rows: dict[int, Linear] = {}
        self._mentions: dict[int, set[int]] = defaultdict(set)
        """For each wire, the pivots of the rows that mention it besides their own pivot."""

    def add(self, terms: Mapping[int, int]) -> list[int]:
        """Take one more known combination; returns the wires that are solved by it."""
        row = self.reduced(terms)
        if not row:
            return []
        pivot = min(row)
        row = scaled(row, inverse(row[pivot]))
        touched = sorted(self._mentions.pop(pivot, ()))
        for other in touched:
            changed = self._forget(other)
            self._keep(other, added(changed, row, -changed[pivot]))
        self._keep(pivot, row)
        return [wire for wire in (pivot, *touched) if len(self._rows[wire]) == 1]

    def reduced(self, terms: Mapping[int, int]) -> Linear:
        """What is left of `terms` when all that follows from the rows is taken away."""
        row = dict(terms)
        for wire in list(row):
            if wire in self._rows:
                added(row, self._rows[wire], -row[wire])
        return row

    def settle(self, wire: int) -> list[int]:
        """Drop a wire that is known now; returns the wires that are solved by it."""
        solved: list[int] = []
        if wire in self._rows:
            rest = self._forget(wire)
            del rest[wire]
            solved += self.add(rest) if rest else []
        for pivot in sorted(self._mentions.pop(wire, ())):
            del self._rows[pivot][wire]
            if len(self._rows[pivot]) == 1:
                solved.append(pivot)
        return solved

    def _keep(self, pivot: int, row: Linear) -> None:
        self._rows[pivot] = row
        for wire in row:
            if wire != pivot:
                self._mentions[wire].add(pivot)

    def _forget(self, pivot: int) -> Linear:
        row = self._rows.pop(pivot)
        for wire in row:
            if wire != pivot:
                self._mentions[wire].discard(pivot)
        return row
