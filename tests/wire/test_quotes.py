"""A quote's fees are of the ladder 1, 2, 5 x 10^k."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.requests import SOMEBODY
from winze.protocol import OutOfRange, Timestamp, Wei
from winze.wire import InvalidForm, Quote, rung

QUOTE = Quote(Wei(2 * 10**14), Wei(5 * 10**14), SOMEBODY, Timestamp(1_800_000_000))
LADDER = [Wei(step * 10**power) for power in range(28) for step in (1, 2, 5)]


def test_a_quote_is_read_again() -> None:
    assert Quote.from_json(QUOTE.to_json()) == QUOTE
    assert json.loads(QUOTE.to_json()) == {
        "transfer": "200000000000000",
        "claim": "500000000000000",
        "relayer": SOMEBODY,
        "valid_until": 1_800_000_000,
    }


@pytest.mark.parametrize("fee", LADDER)
def test_every_rung_is_a_fee_and_its_neighbours_are_not(fee: Wei) -> None:
    assert Quote(fee, fee, SOMEBODY, Timestamp(0)).transfer == fee
    for wrong in (fee - 1, fee + 1):
        if wrong not in LADDER:
            with pytest.raises(InvalidForm, match=r"^claim must be 1, 2 or 5"):
                Quote(fee, Wei(wrong), SOMEBODY, Timestamp(0))


@given(st.integers(1, int(LADDER[-1])))
def test_a_rung_covers_its_cost_and_the_one_below_does_not(cost: int) -> None:
    fee = rung(cost)
    assert fee >= cost
    assert fee in LADDER
    assert all(below < cost for below in LADDER[: LADDER.index(fee)])


def test_costs_beyond_the_ladder_are_refused() -> None:
    assert rung(5 * 10**28) == 5 * 10**28
    with pytest.raises(OutOfRange):
        rung(5 * 10**28 + 1)
    with pytest.raises(ValueError, match="above 0"):
        rung(0)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("transfer", 1),
        ("transfer", "0"),
        ("transfer", "3"),
        ("claim", "01"),
        ("relayer", SOMEBODY.lower()),
        ("valid_until", "5"),
        ("valid_until", 2**40),
        ("more", 1),
    ],
)
def test_another_spelling_is_refused(field: str, wrong: Any) -> None:
    form = json.loads(QUOTE.to_json()) | {field: wrong}
    with pytest.raises(InvalidForm, match=field):
        Quote.from_json(json.dumps(form))
