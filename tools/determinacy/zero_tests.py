"""Wires that are known whether some combination is 0 or not: one pattern of a `Closure`."""

from collections import defaultdict

from .closure import Closure
from .elimination import Elimination
from .linear import Linear, inverse, normal, scaled, without

Product = tuple[Linear, Linear]
"""From a constraint known * other = product with the same known factor: other, product."""


def zero_tests(closure: Closure) -> bool:
    """Wires that are known both where some known combination is 0 and where it is not.

    The pattern of circomlib's IsZero: `t * inverse = 1 - z` and `t * z = 0` leave one z in either
    case (the inverse only where t is not 0).
    """
    groups: dict[tuple[tuple[int, int], ...], list[Product]] = defaultdict(list)
    for constraint in closure.open_constraints():
        for known, other in closure.known_factors(constraint):
            factor = inverse(known[min(known)])
            groups[normal(known)].append((other, scaled(constraint.c, factor)))
    found = False
    for products in groups.values():
        if len(products) > 1:
            found |= closure.learn_wires(_if_zero(closure, products) & _if_not(closure, products))
    return found


def _if_zero(closure: Closure, products: list[Product]) -> set[int]:
    """What is solved where the common factor is 0: every product is 0."""
    elimination = Elimination()
    solved: set[int] = set()
    for _, product in products:
        solved.update(elimination.add(without(product, closure.known)))
    return solved


def _if_not(closure: Closure, products: list[Product]) -> set[int]:
    """What is solved where it is not 0: the other factor is known whenever the product is."""
    elimination = Elimination()
    solved: set[int] = set()
    waiting = products
    while True:
        left: list[Product] = []
        for other, product in waiting:
            if product.keys() <= closure.known | solved:
                solved.update(elimination.add(without(other, closure.known | solved)))
            else:
                left.append((other, product))
        if len(left) == len(waiting):
            return solved
        waiting = left
