"""Decompositions of 254 bits, which fit a field element twice: one pattern of a `Closure`.

Bits that sum up to a known number modulo p may sum up to the number or to the number plus p,
unless the circuit compares them with p - 1. circomlib's AliasCheck does: for each two neighbouring
bits it adds a part to a sum, so weighed that the first two bits from above which differ from
p - 1's decide a bit of the sum, and demands that this bit is 0.

Nothing of that is taken on trust here. The parts and their sum are found in the constraints, and
for every first place at which bits can exceed p - 1, the sum is shown to be one that the
constraints rule out, whatever the bits below.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from winze.protocol import FIELD_ORDER

from .closure import Closure
from .expansions import Expansions
from .linear import ONE, Linear, inverse, scaled, signed, without
from .system import Constraint

LARGEST = FIELD_ORDER - 1

POWERS = {(1 << power) % FIELD_ORDER: power for power in range(254)}
"""From the powers of two, modulo p, to their exponents."""


@dataclass(frozen=True)
class Part:
    """A wire that two neighbouring bits decide."""

    wire: int
    digit: int
    """It stands for bits 2 * digit and 2 * digit + 1."""

    values: Sequence[int]
    """The wire's value where the two bits, as a number, are 0, 1, 2, 3."""


def strict_bits(closure: Closure) -> bool:
    """Learn bits whose sum is known and which are held against p - 1."""
    bits = closure.booleans.wires
    expansions = Expansions(bits, closure.zeros)
    found = False
    for group in _decompositions(closure):
        parts = list(_parts(closure, expansions, group))
        if any(
            _all_exceeding_refused(parts, total, len(group) // 2) for total in _sums(closure, parts)
        ):
            found |= closure.learn_wires(group)
    return found


def _decompositions(closure: Closure) -> Iterator[list[int]]:
    """Bits, from the lowest up, whose sum with powers of two is known and can exceed p - 1."""
    expansions = Expansions(closure.booleans.wires | closure.known, closure.zeros)
    for zero in closure.zeros:
        weights = without(expansions.expand(zero), closure.known)
        if len(weights) < LARGEST.bit_length() or not weights.keys() <= closure.booleans.wires:
            continue
        for unit in weights.values():
            powers = {POWERS.get(v * inverse(unit) % FIELD_ORDER): w for w, v in weights.items()}
            if None not in powers and len(powers) == len(weights):
                yield [powers[power] for power in range(len(powers))]
                break


def _parts(closure: Closure, expansions: Expansions, group: list[int]) -> Iterator[Part]:
    """The wires that constraints make of two neighbouring bits of `group`."""
    place = {wire: number for number, wire in enumerate(group)}
    for constraint in closure.open_constraints():
        a, b, c = map(expansions.expand, constraint.sides)
        inside = {wire for wire in (a.keys() | b.keys() | c.keys()) - {ONE} if wire in place}
        outside = (a.keys() | b.keys() | c.keys()) - inside - {ONE}
        digits = {place[wire] // 2 for wire in inside}
        if len(digits) != 1 or len(outside) != 1 or not outside <= c.keys() - a.keys() - b.keys():
            continue
        digit, wire = digits.pop(), outside.pop()
        low, high = group[2 * digit : 2 * digit + 2]
        solved = Constraint(a, b, c)
        values = [
            _solved(solved, wire, {ONE: 1, low: number & 1, high: number >> 1})
            for number in range(4)
        ]
        yield Part(wire, digit, values)


def _solved(constraint: Constraint, wire: int, others: Mapping[int, int]) -> int:
    """The value of a wire that only the constraint's product mentions, the others given."""

    def value(terms: Linear) -> int:
        return sum(factor * others[wire] for wire, factor in terms.items())

    rest = value(constraint.a) * value(constraint.b) - value(without(constraint.c, (wire,)))
    return signed(rest * inverse(constraint.c[wire]))


@dataclass(frozen=True)
class Total:
    """The sum of all parts, as the circuit decomposes it."""

    constant: int
    """What is added to the parts."""

    weights: frozenset[int]
    """The powers of two of which the result is a sum, each taken once or not at all."""


def _sums(closure: Closure, parts: list[Part]) -> Iterator[Total]:
    """The definitions that make the sum of all `parts` a sum of powers of two."""
    wires = {part.wire for part in parts}
    for zero in closure.zeros:
        others = without(zero, closure.booleans.wires | {ONE})
        if not others or others.keys() != wires or len(set(others.values())) > 1:
            continue
        summed = scaled(zero, -inverse(next(iter(others.values()))))
        weights = [signed(v) for wire, v in summed.items() if wire in closure.booleans.wires]
        if len(set(weights)) == len(weights) and all(w in POWERS for w in weights):
            yield Total(-signed(summed.get(ONE, 0)), frozenset(weights))


def _all_exceeding_refused(parts: list[Part], total: Total, digits: int) -> bool:
    """Whether every number above p - 1 leads to a sum that no choice of the powers gives."""
    by_digit = {part.digit: part.values for part in parts}
    if len(by_digit) != len(parts) or by_digit.keys() != set(range(digits)):
        return False
    # Equal modulo p is then equal as integers.
    reach = sum(max(map(abs, values)) for values in by_digit.values()) + abs(total.constant)
    if reach + sum(total.weights) >= FIELD_ORDER:
        return False
    highest = max(total.weights).bit_length()
    missing = [power for power in range(highest) if 1 << power not in total.weights]
    return any(
        _always_sets([by_digit[digit] for digit in range(digits)], total.constant, power)
        for power in missing
    )


def _always_sets(parts: list[Sequence[int]], constant: int, power: int) -> bool:
    """Whether the sum for every number above p - 1 has bit `power`, which no sum of weights has.

    Weights are other powers of two, so modulo 2^(power + 1) their sums stay below 2^power. A number
    above p - 1 has a first digit from above that exceeds that of p - 1: higher parts are those of
    p - 1 itself, lower ones may be anything.
    """
    modulus = 2 << power
    near = [[(v + modulus // 2) % modulus - modulus // 2 for v in part] for part in parts]
    equal = constant
    for digit in reversed(range(len(near))):
        own = LARGEST >> 2 * digit & 3
        for exceeding in near[digit][own + 1 :]:
            low = equal + exceeding + sum(map(min, near[:digit]))
            high = equal + exceeding + sum(map(max, near[:digit]))
            if low >> power != high >> power or not low >> power & 1:
                return False
        equal += near[digit][own]
    return True
