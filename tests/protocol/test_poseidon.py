"""Poseidon: circomlib's published answers, and one function in two implementations."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.strategies import fields
from winze.protocol import (
    FIELD_ORDER,
    Field,
    OutOfRange,
    SpendingKey,
    poseidon,
    poseidon_reference,
)
from winze.protocol.poseidon_reference import FULL_ROUNDS, PARTIAL_ROUNDS, parameters

CIRCOMLIB = {
    1: 18586133768512220936620570745912940619677854269274689475585506675881198879027,
    2: 7853200120776062878684798364095072458815029376092732009249414926327459813530,
    3: 6542985608222806190361240322586112750744169038454362455181422643027100751666,
    4: 18821383157269793795438455681495246036402687001665670618754263018637548127333,
}
"""Poseidon of 1, of 1 and 2, and so on, as circomlib publishes them."""

Hash = Callable[..., Field]
IMPLEMENTATIONS = pytest.mark.parametrize("implementation", [poseidon, poseidon_reference])


@IMPLEMENTATIONS
@pytest.mark.parametrize("count", CIRCOMLIB)
def test_both_implementations_give_circomlibs_answers(implementation: Hash, count: int) -> None:
    inputs = [Field(number) for number in range(1, count + 1)]
    assert implementation(*inputs) == CIRCOMLIB[count]


@given(st.lists(fields, min_size=1, max_size=4))
def test_both_implementations_agree_on_any_input(inputs: list[Field]) -> None:
    assert poseidon(*inputs) == poseidon_reference(*inputs)


@given(fields, fields)
def test_two_inputs_do_not_commute(left: Field, right: Field) -> None:
    assert (poseidon(left, right) == poseidon(right, left)) == (left == right)


def test_a_trailing_zero_changes_the_hash() -> None:
    one, zero = Field(1), Field(0)
    hashes = {poseidon(one), poseidon(one, zero), poseidon(one, zero, zero)}
    assert len(hashes) == 3


@IMPLEMENTATIONS
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_order_of_the_field_is_not_taken_for_zero(implementation: Hash, count: int) -> None:
    zeros = [Field(0)] * (count - 1)
    implementation(*zeros, Field(FIELD_ORDER - 1))
    with pytest.raises(OutOfRange, match="Field must be at least 0"):
        implementation(*zeros, FIELD_ORDER)


@IMPLEMENTATIONS
@pytest.mark.parametrize("count", [0, 5])
def test_no_input_or_a_fifth_one_is_refused(implementation: Hash, count: int) -> None:
    with pytest.raises(OutOfRange, match="number of Poseidon inputs must be at least 1"):
        implementation(*[Field(1)] * count)


@given(fields, fields)
def test_a_masked_secret_is_hashed_by_its_number(secret: Field, other: Field) -> None:
    assert poseidon(SpendingKey(secret), other) == poseidon(secret, other)


@pytest.mark.parametrize("width", PARTIAL_ROUNDS)
def test_each_width_has_a_row_of_constants_for_every_round(width: int) -> None:
    constants, mds = parameters(width)
    assert [len(row) for row in constants] == [width] * (FULL_ROUNDS + PARTIAL_ROUNDS[width])
    assert [len(row) for row in mds] == [width] * width
    assert all(0 < entry < FIELD_ORDER for row in (*constants, *mds) for entry in row)
