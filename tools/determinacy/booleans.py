"""Combinations that can only be 0 or 1, and sums of them with weights.

The compiler removes a wire for every linear constraint, often a bit: then `b (b - 1) = 0` is said
of a long combination that stands where `b` stood. Every such combination gets a wire of its own
here, with the definition that makes it equal, so that bits are wires again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from winze.protocol import FIELD_ORDER

from .linear import ONE, Linear, added, inverse, scaled, signed, without
from .system import Constraint, System


@dataclass
class Booleans:
    """The wires of a system that are 0 or 1, those that were removed included."""

    wires: set[int] = field(default_factory=set)
    """All of them. Numbers from the system's own upwards are the added ones."""

    definitions: list[Linear] = field(default_factory=list)
    """Combinations that are 0: an added wire minus what it stands for."""

    @classmethod
    def of(cls, system: System) -> "Booleans":
        """Those that the constraints of `system` make boolean."""
        found = cls()
        for constraint in system.constraints:
            if not constraint.c and (value := two_valued(constraint)) is not None:
                found._take(value, system.wires)
        return found

    def _take(self, value: Linear, wires: int) -> None:
        """Note that `value` is 0 or 1."""
        if len(value) == 1 and value.get(min(value)) == 1 and ONE not in value:
            self.wires.update(value)
            return
        wire = wires + len(self.definitions)
        self.wires.add(wire)
        self.definitions.append(added({wire: 1}, value, -1))


def two_valued(constraint: Constraint) -> Linear | None:
    """The combination that a constraint a * b = 0 with proportional a and b makes 0 or 1.

    With a = t + u and b = k t + v for some combination t and constants, t is -u or -v/k: where
    those differ, (t + u) / (u - v/k) is 0 or 1.
    """
    moving_a, moving_b = (without(side, (ONE,)) for side in (constraint.a, constraint.b))
    if not moving_a or moving_a.keys() != moving_b.keys():
        return None
    first = min(moving_a)
    factor = moving_b[first] * inverse(moving_a[first]) % FIELD_ORDER
    if scaled(moving_a, factor) != moving_b:
        return None
    first_zero = -constraint.a.get(ONE, 0) % FIELD_ORDER
    other_zero = -constraint.b.get(ONE, 0) * inverse(factor) % FIELD_ORDER
    low, high = sorted((first_zero, other_zero))
    if low == high:
        return None
    return scaled(added(dict(moving_a), {ONE: 1}, -low), inverse(high - low))


def weighed_apart(weights: Iterable[int]) -> bool:
    """Whether a sum of bits with these weights, known modulo p, tells every bit.

    It does if after scaling every weight is, as an integer, larger than all smaller ones together.
    Then all of them are below p together, for the largest is at most p / 2: two sums that are equal
    modulo p are equal as integers, and the largest bit in which they differed would outweigh the
    others. The smallest weight is scaled to 1: one of them must be the smallest.
    """
    given = list(weights)
    for unit in given:
        factor = inverse(unit)
        total = 0
        for size in sorted(abs(signed(weight * factor)) for weight in given):
            if size <= total:
                break
            total += size
        else:
            return True
    return False
