"""What the check over constraints takes for determined, and what it must not.

Wires: 0 is 1, and each test names its own. Every case stands beside one that differs in the point.
"""

from collections.abc import Sequence

import pytest

from tools.determinacy import Constraint, Linear, System, follows, judge
from winze.protocol import FIELD_ORDER

X, Y, Z, U, V = range(1, 6)


def times(a: Linear, b: Linear, c: Linear) -> Constraint:
    def reduced(terms: Linear) -> Linear:
        return {wire: v % FIELD_ORDER for wire, v in terms.items() if v % FIELD_ORDER}

    return Constraint(reduced(a), reduced(b), reduced(c))


def bit(*wires: int) -> list[Constraint]:
    return [times({wire: 1}, {wire: 1, 0: -1}, {}) for wire in wires]


def known(constraints: list[Constraint], *given: int) -> set[int]:
    wires = 1 + max(wire for one in constraints for side in one.sides for wire in side)
    return follows(System(wires, constraints), given).known & set(range(1, wires))


# ---- one constraint ----


def test_a_product_of_known_factors_is_known() -> None:
    assert known([times({X: 1, 0: 3}, {Y: 2}, {Z: 5, X: 1})], X, Y) == {X, Y, Z}


def test_a_hint_without_a_constraint_of_its_own_is_open() -> None:
    assert known([times({X: 1}, {Y: 1}, {Z: 1})], X) == {X}


def test_a_known_factor_that_may_be_0_tells_nothing_about_the_other() -> None:
    assert known([times({X: 1}, {Y: 1}, {Z: 1})], X, Z) == {X, Z}


def test_a_product_that_is_a_constant_but_0_tells_the_other_factor() -> None:
    assert known([times({X: 1}, {Y: 1}, {0: 1})], X) == {X, Y}
    assert known([times({X: 1}, {Y: 1}, {})], X) == {X}


def test_a_square_leaves_two_roots() -> None:
    assert known([times({Y: 1}, {Y: 1}, {X: 1})], X) == {X}


def test_a_constraint_without_a_product_is_linear() -> None:
    assert known([times({0: 2}, {Y: 1, X: 1}, {Z: 7})], X, Z) == {X, Y, Z}
    assert known([times({0: 2}, {Y: 1, X: 1}, {Z: 7})], X) == {X}


# ---- several ----


def test_two_sums_tell_two_wires_unless_they_are_the_same_sum() -> None:
    first = times({0: 1}, {X: 1}, {Y: 1, Z: 1})
    assert known([first, times({0: 1}, {X: 3}, {Y: 1, Z: 2})], X) == {X, Y, Z}
    assert known([first, times({0: 1}, {X: 2}, {Y: 2, Z: 2})], X) == {X}


def test_a_product_of_sums_that_follow_is_known_where_their_wires_are_not() -> None:
    follows_from_x = times({0: 1}, {X: 1}, {Y: 1, Z: 1})
    assert known([follows_from_x, times({Y: 1, Z: 1}, {Y: 2, Z: 2}, {U: 1})], X) == {X, U}
    assert known([follows_from_x, times({Y: 1, Z: 1}, {Y: 2, Z: 1}, {U: 1})], X) == {X}


# ---- bits ----


def decomposition(*weights: int) -> Constraint:
    """X is the sum of wires Y, Z, U, … with these weights."""
    return times({0: 1}, {X: 1}, {Y + i: weight for i, weight in enumerate(weights)})


def test_bits_follow_from_their_sum() -> None:
    assert known([decomposition(1, 2, 4), *bit(Y, Z, U)], X) == {X, Y, Z, U}
    assert known([decomposition(-4, 2, -1), *bit(Y, Z, U)], X) == {X, Y, Z, U}


def test_scaled_weights_tell_the_same() -> None:
    third = pow(3, -1, FIELD_ORDER)
    assert known([decomposition(third, 2 * third, 4 * third), *bit(Y, Z, U)], X) == {X, Y, Z, U}


@pytest.mark.parametrize("missing", [Y, Z, U])
def test_a_missing_boolean_constraint_leaves_all_bits_open(missing: int) -> None:
    rest = {Y, Z, U} - {missing}
    assert known([decomposition(1, 2, 4), *bit(*rest)], X) == {X}


@pytest.mark.parametrize("weights", [(1, 1, 2), (1, 2, 3), (1, 2, -3)])
def test_weights_that_others_make_up_leave_the_bits_open(weights: tuple[int, ...]) -> None:
    assert known([decomposition(*weights), *bit(Y, Z, U)], X) == {X}


@pytest.mark.parametrize(("bits", "determined"), [(253, True), (254, False)])
def test_sums_that_reach_p_leave_the_bits_open(bits: int, *, determined: bool) -> None:
    wires = range(Y, Y + bits)
    constraints = [decomposition(*(1 << i for i in range(bits))), *bit(*wires)]
    assert known(constraints, X) == ({X, *wires} if determined else {X})


def test_a_bit_that_the_compiler_expressed_by_others_is_found_again() -> None:
    """X = Y + 2 Z where Y was removed: X - 2 Z is a bit."""
    removed = times({X: 1, Z: -2}, {X: 1, Z: -2, 0: -1}, {})
    assert known([removed, *bit(Z)], X) == {X, Z}
    assert known([removed], X) == {X}


def test_a_product_of_different_sums_makes_no_bit() -> None:
    scaled = times({X: 1, Z: -2}, {X: 2, Z: -4, 0: -2}, {})
    different = times({X: 1, Z: -2}, {X: 1, Z: -3, 0: -1}, {})
    assert known([scaled, *bit(Z)], X) == {X, Z}
    assert known([different, *bit(Z)], X) == {X}


def test_bits_follow_from_a_product_that_is_their_sum() -> None:
    squared = times({X: 1}, {X: 1}, {Y: 1, Z: 2})
    assert known([squared, *bit(Y, Z)], X) == {X, Y, Z}
    assert known([squared, *bit(Z)], X) == {X}


def test_what_is_0_or_2_weighs_twice() -> None:
    zero_or_two = times({Y: 1}, {Y: 1, 0: -2}, {})
    assert known([decomposition(1, 1), zero_or_two, *bit(Z)], X) == {X, Y, Z}
    assert known([decomposition(2, 1), zero_or_two, *bit(Z)], X) == {X, Y, Z}
    assert known([decomposition(1, 2), zero_or_two, *bit(Z)], X) == {X}


# ---- tests for zero ----

INVERSE_OR_ONE = times({X: 1}, {Y: 1}, {0: 1, Z: -1})
ONE_OR_ZERO = times({X: 1}, {Z: 1}, {})


def test_whether_a_known_wire_is_0_is_known() -> None:
    assert known([INVERSE_OR_ONE, ONE_OR_ZERO], X) == {X, Z}


@pytest.mark.parametrize("alone", [INVERSE_OR_ONE, ONE_OR_ZERO])
def test_half_a_test_for_0_leaves_its_answer_open(alone: Constraint) -> None:
    assert known([alone], X) == {X}


def test_a_test_for_0_of_something_else_leaves_its_answer_open() -> None:
    assert known([INVERSE_OR_ONE, times({X: 1, 0: 1}, {Z: 1}, {})], X) == {X}


def test_what_is_known_in_one_case_alone_is_open() -> None:
    """Where X is 0, Z is 1 and V is 0; elsewhere both may be anything."""
    assert known([INVERSE_OR_ONE, times({X: 1}, {U: 1}, {V: 1})], X) == {X}


def test_the_inverse_is_free_where_there_is_none() -> None:
    verdict = judge(System(4, [INVERSE_OR_ONE, ONE_OR_ZERO], {"x": (X,)}))
    assert verdict.free_where_zero == {Y: {X: 1}}
    assert not verdict.undetermined


def test_an_inverse_that_is_used_elsewhere_is_not_harmless() -> None:
    used = times({Y: 1}, {Y: 1}, {U: 1})
    verdict = judge(System(5, [INVERSE_OR_ONE, ONE_OR_ZERO, used], {"x": (X,)}))
    assert verdict.undetermined == {Y, U}


def test_a_factor_beside_another_is_not_harmless() -> None:
    verdict = judge(System(5, [times({X: 1}, {Y: 1, Z: 1}, {U: 1})], {"x": (X,), "u": (U,)}))
    assert verdict.undetermined == {Y, Z}


def test_a_factor_of_an_open_product_is_not_harmless() -> None:
    verdict = judge(System(4, [times({X: 1}, {Y: 1}, {Z: 1})], {"x": (X,)}))
    assert verdict.undetermined == {Y, Z}


# ---- division ----

DIVISOR, DIVIDEND, QUOTIENT, REMAINDER = range(1, 5)
FIRST_BIT = 5
NIBBLE = (1, 2, 4, 8)


def powers(count: int) -> list[int]:
    return [1 << power for power in range(count)]


class Division:
    """dividend = quotient * divisor + remainder, over numbers of 4 bits unless told otherwise."""

    def __init__(
        self, *, quotient_bits: int = 4, gap: Sequence[int] = NIBBLE, less: int = 1
    ) -> None:
        self.next = FIRST_BIT
        self.divided = times({QUOTIENT: 1}, {DIVISOR: 1}, {DIVIDEND: 1, REMAINDER: -1})
        self.divisor = self.bounded({DIVISOR: 1})
        self.quotient = self.bounded({QUOTIENT: 1}, powers(quotient_bits))
        self.remainder = self.bounded({REMAINDER: 1})
        self.compared = self.bounded({DIVISOR: 1, REMAINDER: -1, 0: -less}, gap)

    def bounded(self, terms: Linear, weights: Sequence[int] = NIBBLE) -> list[Constraint]:
        wires = range(self.next, self.next + len(weights))
        self.next += len(weights)
        summed = times({0: 1}, terms, dict(zip(wires, weights, strict=True)))
        return [summed, *bit(*wires)]

    def tells(self, *parts: list[Constraint]) -> bool:
        constraints = [self.divided, *(one for part in parts for one in part)]
        return known(constraints, DIVISOR, DIVIDEND) >= {QUOTIENT, REMAINDER}

    @property
    def parts(self) -> list[list[Constraint]]:
        return [self.divisor, self.quotient, self.remainder, self.compared]


def test_quotient_and_remainder_are_known() -> None:
    assert Division().tells(*Division().parts)


@pytest.mark.parametrize("missing", ["quotient", "remainder", "compared"])
def test_each_bound_is_needed(missing: str) -> None:
    division = Division()
    left_out = getattr(division, missing)
    assert not division.tells(*(part for part in division.parts if part is not left_out))


def test_the_comparison_bounds_the_divisor_too() -> None:
    division = Division()
    assert division.tells(division.quotient, division.remainder, division.compared)


def test_a_remainder_may_not_be_the_divisor() -> None:
    division = Division(less=0)
    assert not division.tells(*division.parts)


@pytest.mark.parametrize("gap", [(1, 2, 4, -8), [*powers(253), 1 << 252, 1 << 252]])
def test_a_gap_that_may_be_negative_or_reach_p_compares_nothing(gap: Sequence[int]) -> None:
    division = Division(gap=gap)
    assert not division.tells(*division.parts)


@pytest.mark.parametrize(("bits", "determined"), [(248, True), (251, False)])
def test_a_quotient_may_not_wrap_around_p(bits: int, *, determined: bool) -> None:
    division = Division(quotient_bits=bits)
    assert division.tells(*division.parts) == determined


# ---- as many bits as p has ----


FIRST_PART, EXTRA = Y + 254, Y + 254 + 127 + 134


def held_against(
    limit: int, zero_bit: int = 127, also: Linear | None = None, lesser: int = 1 << 14
) -> list[Constraint]:
    """X in 254 bits, and circomlib's comparison of them with `limit`.

    `also` changes factors in the sum of all parts; `lesser` is what part 14, the lowest for which
    p - 1 has bits, is where its bits are less than those of `limit`.
    """
    bits = range(Y, Y + 254)
    parts = range(bits.stop, bits.stop + 127)
    sums = range(parts.stop, parts.stop + 134)
    weights = [1 << power for power in range(135) if power != zero_bit]
    total = {**dict.fromkeys(parts, -1), **dict(zip(sums, weights, strict=True))} | (also or {})
    constraints = [decomposition(*powers(254)), times({0: 1}, total, {}), *bit(*bits, *sums)]
    for digit, part in enumerate(parts):
        low, high = bits[2 * digit : 2 * digit + 2]
        less, more = lesser if digit == 14 else 1 << digit, (1 << 128) - (1 << digit)
        own = limit >> 2 * digit & 3
        v = [0 if n == own else less if n < own else more for n in range(4)]
        linear = {part: 1, 0: -v[0], low: v[0] - v[1], high: v[0] - v[2]}
        constraints.append(times({high: v[0] - v[1] - v[2] + v[3]}, {low: 1}, linear))
    return constraints


@pytest.mark.parametrize("limit", [FIELD_ORDER - 1, FIELD_ORDER - 2, 1 << 200])
def test_254_bits_held_against_the_largest_element_are_known(limit: int) -> None:
    constraints = held_against(limit)
    assert len(known(constraints, X)) == 1 + 254 + 127 + 134


@pytest.mark.parametrize("limit", [FIELD_ORDER, (1 << 254) - 1])
def test_254_bits_held_against_more_are_open(limit: int) -> None:
    assert known(held_against(limit), X) == {X}


@pytest.mark.parametrize("also", [{EXTRA: -1}, {FIRST_PART + 5: -2}])
def test_254_bits_whose_comparison_sums_up_something_else_are_open(also: Linear) -> None:
    assert known(held_against(FIELD_ORDER - 1, also=also), X) == {X}


def test_254_bits_whose_comparison_may_reach_p_are_open() -> None:
    """All as it should be modulo 2^128, but the sums can be equal modulo p alone."""
    also = {EXTRA + i: 1 << (140 + i) for i in range(113)}
    lesser = (1 << 14) + (1 << 252)
    constraints = [*held_against(FIELD_ORDER - 1, also=also, lesser=lesser), *bit(*also)]
    assert len(known(constraints, X)) > 1
    lesser += 1 << 251
    constraints = [*held_against(FIELD_ORDER - 1, also=also, lesser=lesser), *bit(*also)]
    assert known(constraints, X) == {X}


def test_254_bits_with_a_part_that_outweighs_the_others_are_open() -> None:
    assert known(held_against(FIELD_ORDER - 1, lesser=1 << 126), X) == {X}


def test_254_bits_whose_comparison_is_asked_for_another_bit_are_open() -> None:
    assert known(held_against(FIELD_ORDER - 1, zero_bit=100), X) == {X}


@pytest.mark.parametrize("left_out", [0, 1, 2, 300, 400, -1])
def test_254_bits_without_one_constraint_of_their_comparison_are_open(left_out: int) -> None:
    constraints = held_against(FIELD_ORDER - 1)
    del constraints[left_out]
    assert not set(range(Y, Y + 254)) <= known(constraints, X)


# ---- names ----


def test_an_input_in_no_constraint_is_told() -> None:
    system = System(4, [times({X: 1}, {X: 1}, {Y: 1})], {"x": (X,), "other": (Z, None)})
    assert system.unused_inputs() == {"other[0]"}


def test_inputs_have_wires_and_wires_names() -> None:
    system = System(6, [], {"x": (X,), "list": (Y, None, Z)})
    assert system.wires_of("x", "list") == {X, Y, Z}
    assert system.wires_of("list[2]", "list[1]") == {Z}
    assert [system.name_of(wire) for wire in (X, Z, V)] == ["x", "list[2]", "wire 5"]
