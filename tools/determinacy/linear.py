"""Linear combinations of a circuit's wires, over the field of BN254.

A combination is a dictionary from wires to their coefficients, none of them 0. Wire 0 is the
constant 1.
"""

from collections.abc import Container, Mapping

from winze.protocol import FIELD_ORDER

Linear = dict[int, int]
"""From a wire's number to its coefficient in 1 .. p - 1."""

ONE = 0
"""The wire that is always 1."""


def signed(value: int) -> int:
    """The representative of `value` that lies nearest to 0: p - 1 is -1."""
    value %= FIELD_ORDER
    return value - FIELD_ORDER if value > FIELD_ORDER // 2 else value


def inverse(value: int) -> int:
    """1 / value.

    Raises:
        ValueError: `value` is 0.
    """
    return pow(value, -1, FIELD_ORDER)


def scaled(terms: Mapping[int, int], factor: int) -> Linear:
    """`factor` times the combination."""
    if not factor % FIELD_ORDER:
        return {}
    return {wire: value * factor % FIELD_ORDER for wire, value in terms.items()}


def added(target: Linear, terms: Mapping[int, int], factor: int = 1) -> Linear:
    """`target` itself, to which `factor` times `terms` was added."""
    for wire, value in terms.items():
        total = (target.get(wire, 0) + factor * value) % FIELD_ORDER
        if total:
            target[wire] = total
        else:
            target.pop(wire, None)
    return target


def without(terms: Mapping[int, int], wires: Container[int]) -> Linear:
    """The terms of the wires that are not among `wires`."""
    return {wire: value for wire, value in terms.items() if wire not in wires}


def normal(terms: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """The same for all multiples of a combination: scaled so that its first wire has 1."""
    if not terms:
        return ()
    first = min(terms)
    return tuple(sorted(scaled(terms, inverse(terms[first])).items()))
