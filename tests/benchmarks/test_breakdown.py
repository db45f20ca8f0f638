"""Dividing a transaction's gas: every rule by a history made up for it, and all on a real chain."""

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.errors import NotAsPlanned
from benchmarks.gas.breakdown import BASE, divided, traced
from benchmarks.parts import Part
from tests.chains import anvil_program, made_up_deployment
from winze.contracts import Pool
from winze.devnet import Devnet
from winze.protocol import Field, Wei

STOP, ADD, KECCAK, MSTORE, SLOAD, SSTORE, LOG2 = 0x00, 0x01, 0x20, 0x52, 0x54, 0x55, 0xA2
CALL, STATICCALL, RETURN = 0xF1, 0xFA, 0xF3
ACCOUNT = "0x" + "ab" * 20


def step(code: int, gas: int, refund: int = 0) -> Mapping[str, Any]:
    return {"step": [code, gas, refund]}


def enter(callee: str, gas: int, value: int = 0) -> Mapping[str, Any]:
    return {"enter": [callee, gas, str(value)]}


def leave(used: int) -> Mapping[str, Any]:
    return {"exit": [used]}


def precompile(number: int) -> str:
    return f"0x{number:040x}"


def parts_of(*trace: Mapping[str, Any], used: int, data: bytes = b"") -> dict[Part, int]:
    """What is left of the parts without what every transaction costs."""
    parts = divided(data, trace, used)
    assert parts.pop(Part.BASE) == BASE
    return {part: gas for part, gas in parts.items() if gas}


@pytest.mark.parametrize(
    ("code", "cost", "part"),
    [
        (ADD, 3, Part.REST),
        (KECCAK, 42, Part.HASHING),
        (MSTORE, 6, Part.MEMORY),
        (SLOAD, 2_100, Part.STORAGE),
        (SSTORE, 19_999, Part.STORAGE),
        (SSTORE, 20_000, Part.RECORDS),
        (SSTORE, 22_100, Part.RECORDS),
        (LOG2, 1_125, Part.EVENTS),
    ],
)
def test_a_step_costs_what_is_gone_before_the_next_one(code: int, cost: int, part: Part) -> None:
    trace = step(code, 50_000), step(STOP, 50_000 - cost)
    assert parts_of(*trace, used=BASE + cost) == {part: cost}


def test_a_call_costs_what_its_own_steps_do_not() -> None:
    trace = (
        step(STATICCALL, 10_000),
        enter(ACCOUNT, 7_000),
        step(ADD, 7_000),
        step(KECCAK, 6_997),
        step(RETURN, 6_900),
        leave(106),
        step(ADD, 10_000 - 2_600 - 106),
        step(STOP, 10_000 - 2_600 - 106 - 3),
    )
    assert parts_of(*trace, used=BASE + 2_709) == {
        Part.CALLS: 2_600,
        Part.REST: 3 + 6 + 3,
        Part.HASHING: 97,
    }


@pytest.mark.parametrize(
    ("callee", "value", "part"),
    [
        (precompile(5), 0, Part.CALLS),
        (precompile(6), 0, Part.CURVE),
        (precompile(7), 0, Part.CURVE),
        (precompile(8), 0, Part.PAIRING),
        (ACCOUNT, 0, Part.CALLS),
        (ACCOUNT, 1, Part.PAYMENT),
        (ACCOUNT, 10**24, Part.PAYMENT),
    ],
)
def test_a_call_without_steps_is_named_after_its_callee(
    callee: str, value: int, part: Part
) -> None:
    trace = step(CALL, 9_000), enter(callee, 6_000, value), leave(4_000), step(STOP, 4_900)
    assert parts_of(*trace, used=BASE + 4_100) == {part: 4_100}


def test_a_payment_to_a_contract_is_apart_from_what_the_contract_does() -> None:
    trace = (
        step(CALL, 50_000),
        enter(ACCOUNT, 12_300, value=1),
        step(ADD, 12_300),
        step(STOP, 12_200),
        leave(100),
        step(STOP, 50_000 - 6_800),
    )
    assert parts_of(*trace, used=BASE + 6_800) == {Part.PAYMENT: 6_700, Part.REST: 100}


def test_calldata_costs_less_where_it_is_zero() -> None:
    trace = step(ADD, 9_000), step(STOP, 1_000)
    assert parts_of(*trace, used=BASE + 8_000 + 3 * 4 + 2 * 16, data=b"\0\1\0\2\0") == {
        Part.CALLDATA: 3 * 4 + 2 * 16,
        Part.REST: 8_000,
    }


@pytest.mark.parametrize(("steps", "more"), [(23, 1), (24, 0), (25, 0)])
def test_the_floor_adds_what_is_missing_to_it(steps: int, more: int) -> None:
    # A byte costs 16 and at least 40.
    trace = step(ADD, 100), step(STOP, 100 - steps)
    parts = divided(b"\1", trace, BASE + 16 + steps + more)
    assert parts[Part.FLOOR] == more


@pytest.mark.parametrize(("earned", "back"), [(4_800, 4_800), (5_200, 5_200), (5_201, 5_200)])
def test_at_most_a_fifth_comes_back(earned: int, back: int) -> None:
    trace = step(SSTORE, 9_000), step(STOP, 9_000 - 5_000, earned)
    parts = divided(b"", trace, max(BASE + 5_000 - back, BASE))
    assert parts[Part.REFUND] == -back


def test_parts_that_are_not_all_of_it_are_refused() -> None:
    trace = step(ADD, 100), step(STOP, 97)
    with pytest.raises(NotAsPlanned, match="21003 gas, but its receipt says 21004"):
        divided(b"", trace, BASE + 4)


@pytest.mark.parametrize(
    "trace",
    [
        (),
        (step(RETURN, 100),),
        (step(CALL, 100), enter(ACCOUNT, 50), step(STOP, 50)),
    ],
    ids=["nothing", "ends with an answer", "ends inside a call"],
)
def test_a_transaction_that_does_not_end_with_stop_is_refused(
    trace: tuple[Mapping[str, Any], ...],
) -> None:
    with pytest.raises(NotAsPlanned, match="STOP"):
        divided(b"", trace, BASE)


@pytest.mark.chain
async def test_a_deposit_on_a_chain_is_divided_to_the_unit() -> None:
    async with Devnet(made_up_deployment(), None, program=anvil_program()) as devnet:
        pool, sender = Pool(devnet.w3, devnet.network.pool), devnet.sender(1)
        for inner in (5, 6):
            receipt = await sender.send(pool.deposit(Field(inner), Wei(10**18), mine=True))
        parts = await traced(devnet.w3, receipt)
    assert parts.total() == receipt.gas_used
    assert parts[Part.EVENTS] > 0
    assert parts[Part.HASHING] > 0
    assert parts[Part.STORAGE] > 0
    assert parts[Part.RECORDS] == parts[Part.PAIRING] == parts[Part.FLOOR] == 0
