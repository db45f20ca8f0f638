"""Quotients and remainders that leave no choice: one pattern of a `Closure`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from winze.protocol import FIELD_ORDER

from .closure import Closure
from .expansions import Expansions
from .linear import ONE, Linear, added, inverse, scaled, without


def divisions(closure: Closure) -> bool:
    """Learn quotient and remainder of known * quotient = dividend - remainder.

    See `_is_unique` for what is checked, and why it suffices.
    """
    expansions = Expansions(closure.booleans.wires, closure.zeros)
    found = False
    for constraint in closure.open_constraints():
        for factor, quotient in closure.known_factors(constraint):
            moving = without(constraint.c, closure.known)
            if any(
                _is_unique(expansions, quotient, comparison)
                for comparison in _comparisons(closure, factor, moving)
            ):
                closure.learn(quotient)
                closure.learn(moving)
                found = True
    return found


@dataclass(frozen=True)
class Comparison:
    """A remainder and a divisor of which some definition says that the first is smaller."""

    divisor: Linear
    remainder: Linear
    gap: Linear
    """divisor - remainder - 1, as a sum of bits."""


def _comparisons(closure: Closure, factor: Linear, moving: Linear) -> Iterator[Comparison]:
    """The definitions of a sum of bits as divisor - remainder - 1.

    The divisor is `factor`, the remainder moves with `moving`: each may have the other sign, which
    changes nothing about what is unique.
    """
    for zero in closure.zeros:
        bits = {wire: v for wire, v in zero.items() if wire in closure.booleans.wires}
        others = without(zero, bits)
        shared = next((wire for wire in moving if wire in others), None)
        if shared is None:
            continue
        for sign, turn in product((1, -1), repeat=2):
            scale = turn * moving[shared] * inverse(others[shared])
            gap = scaled(others, scale)
            divisor = scaled(factor, sign)
            if closure.knows(added(added(dict(gap), moving, -turn), divisor, -1)):
                remainder = added(added({ONE: FIELD_ORDER - 1}, divisor), gap, -1)
                yield Comparison(divisor, remainder, scaled(bits, -scale))


def _is_unique(expansions: Expansions, quotient: Linear, one: Comparison) -> bool:
    """Whether divisor * quotient + remainder = (known) leaves one quotient and one remainder.

    It does if 0 <= remainder < divisor as integers and nothing wraps around p: two solutions give
    divisor * (q - q') = r' - r as integers, where the right side is smaller than the divisor.
    """
    bounds = [
        expansions.interval(terms) for terms in (one.divisor, quotient, one.remainder, one.gap)
    ]
    known = [bound for bound in bounds if bound is not None]
    if len(known) < len(bounds):
        return False
    divisor, times, remainder, gap = known
    compared = divisor.reach + remainder.reach + gap.reach + 1 < FIELD_ORDER
    divided = divisor.reach * times.width + remainder.width < FIELD_ORDER
    return remainder.low >= 0 and gap.low >= 0 and compared and divided
