"""Wires written as sums of bits, by the decompositions that the circuit makes of them."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .linear import ONE, Linear, added, inverse, scaled, signed, without


@dataclass(frozen=True)
class Interval:
    """Integers from `low` to `high`, both included."""

    low: int
    high: int

    @property
    def reach(self) -> int:
        """The largest absolute value."""
        return max(abs(self.low), abs(self.high))

    @property
    def width(self) -> int:
        """How far two of them can be apart."""
        return self.high - self.low


class Expansions:
    """Wires written as sums of bits, which bounds them."""

    def __init__(self, bits: AbstractSet[int], zeros: Iterable[Mapping[int, int]]) -> None:
        """Solve definitions for the one wire in them that is no bit and has no expansion yet.

        Args:
            bits: The wires in which others are written, as they are.
            zeros: Combinations that are 0 in every solution. The shortest come first, which finds
                a wire's own decomposition before a comparison with other wires.
        """
        self._bits = bits | {ONE}
        self._of: dict[int, Linear] = {}
        waiting = sorted(zeros, key=lambda zero: len(without(zero, self._bits)))
        while waiting:
            left = [zero for zero in waiting if not self._solve(zero)]
            if len(left) == len(waiting):
                return
            waiting = left

    def _solve(self, zero: Mapping[int, int]) -> bool:
        """Expand the one open wire of `zero`; True if that is done, or nothing is open."""
        others = without(zero, self._bits)
        unsolved = [wire for wire in others if wire not in self._of]
        if len(unsolved) > 1:
            return False
        if unsolved:
            wire = unsolved[0]
            rest = without(zero, (wire,))
            self._of[wire] = scaled(self.expand(rest), -inverse(zero[wire]))
        return True

    def expand(self, terms: Mapping[int, int]) -> Linear:
        """`terms` with every wire that has an expansion replaced by it."""
        result: Linear = {}
        for wire, value in terms.items():
            added(result, self._of.get(wire, {wire: 1}), value)
        return result

    def interval(self, terms: Mapping[int, int]) -> Interval | None:
        """Integers between which `terms` lies, modulo p; None where a wire is no sum of bits."""
        low = high = 0
        for wire, value in self.expand(terms).items():
            if wire not in self._bits:
                return None
            weight = signed(value)
            if wire == ONE:
                low, high = low + weight, high + weight
            elif weight < 0:
                low += weight
            else:
                high += weight
        return Interval(low, high)
