"""The verdict over a circuit: is every wire determined by its inputs, and where not, why not."""

from collections.abc import Iterable
from dataclasses import dataclass

from .booleans import Booleans
from .closure import Closure
from .comparators import strict_bits
from .divisions import divisions
from .linear import Linear
from .system import System
from .zero_tests import zero_tests


@dataclass(frozen=True)
class Verdict:
    """The wires that the wires we began with leave open."""

    free_where_zero: dict[int, Linear]
    """Open wires that appear once, as the one factor of a product whose other factor, which stands
    here, is known: they are free where that is 0, determined elsewhere, and decide nothing."""

    undetermined: frozenset[int]
    """All other open wires. There should be none."""


def follows(system: System, given: Iterable[int]) -> Closure:
    """All that two solutions of `system` share when they agree on the wires `given`."""
    return Closure(system, Booleans.of(system), given).run(zero_tests, strict_bits, divisions)


def judge(system: System) -> Verdict:
    """Whether the inputs determine every wire."""
    closure = follows(system, system.wires_of(*system.inputs))
    open_wires = set(range(system.wires)) - closure.known
    free = {wire: factor for wire in open_wires if (factor := _only_factor(closure, wire))}
    return Verdict(free, frozenset(open_wires - free.keys()))


def _only_factor(closure: Closure, wire: int) -> Linear | None:
    """What `wire` is multiplied by, if it stands once, as a factor of its own, beside the known."""
    uses = closure.system.uses.get(wire, ())
    if len(uses) != 1:
        return None
    constraint = closure.system.constraints[uses[0][0]]
    for known, other in closure.known_factors(constraint):
        if other.keys() == {wire} and closure.knows(constraint.c):
            return known
    return None
