"""Why something was refused, in words, whatever the node makes of it."""

import pytest
from eth_abi import encode

from winze.contracts import (
    InsufficientFunds,
    OutOfGas,
    RpcError,
    TransactionReverted,
    revert_reason,
)
from winze.contracts.reverts import NO_REASON, refusal


def error_string(text: str) -> bytes:
    return bytes.fromhex("08c379a0") + encode(["string"], [text])


def panic(code: int) -> bytes:
    return bytes.fromhex("4e487b71") + encode(["uint256"], [code])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (error_string("pool: not due"), "pool: not due"),
        (error_string(""), ""),
        (error_string("ownable: caller is not the owner"), "ownable: caller is not the owner"),
        (panic(0x11), "panic 0x11: arithmetic overflow"),
        (panic(0x99), "panic 0x99: of an unknown kind"),
        (b"", NO_REASON),
        (bytes.fromhex("deadbeef00"), "custom error 0xdeadbeef00"),
        (error_string("cut short")[:40], "custom error 0x" + error_string("cut short")[:40].hex()),
        (panic(1)[:20], "custom error 0x" + panic(1)[:20].hex()),
    ],
)
def test_revert_data_is_told_in_words(data: bytes, words: str) -> None:
    assert revert_reason(data) == words


def test_a_reason_that_is_no_text_is_told_in_bytes() -> None:
    data = bytes.fromhex("08c379a0") + encode(["bytes"], [b"\xff\xfe"])
    assert revert_reason(data) == f"custom error 0x{data.hex()}"


def anvil_revert(reason: str) -> dict[str, object]:
    data = "0x" + error_string(reason).hex()
    return {"code": 3, "message": f"execution reverted: {reason}", "data": data}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (anvil_revert("pool: not due"), TransactionReverted),
        ({"code": 3, "message": "execution reverted", "data": "0x"}, TransactionReverted),
        ({"code": -32000, "message": "execution reverted"}, TransactionReverted),
        ({"code": -32603, "message": "EVM error StackUnderflow"}, TransactionReverted),
        ({"code": -32603, "message": "EVM error OutOfGas"}, OutOfGas),
        ({"code": -32000, "message": "gas required exceeds allowance (30000000)"}, OutOfGas),
        (
            {"code": -32003, "message": "Insufficient funds for gas * price + value"},
            InsufficientFunds,
        ),
        ({"code": -32000, "message": "insufficient funds for transfer"}, InsufficientFunds),
        ({"code": -32000, "message": "nonce too low"}, RpcError),
        ({"code": -32005, "message": "limit exceeded", "data": {"see": "docs"}}, RpcError),
        ("bad gateway", RpcError),
    ],
)
def test_a_nodes_error_becomes_the_fitting_one_of_ours(error: object, kind: type) -> None:
    assert type(refusal("pool.seal", error)) is kind


def test_a_revert_that_a_node_wraps_once_more_keeps_its_reason() -> None:
    error = {"code": -32000, "message": "failed", "data": anvil_revert("pool: not due")}
    problem = refusal("pool.seal", error)
    assert isinstance(problem, TransactionReverted)
    assert problem.reason == "pool: not due"


def test_a_refusal_names_the_call_and_the_reason() -> None:
    problem = refusal("pool.seal", anvil_revert("pool: not due"))
    assert str(problem) == "pool.seal reverted: pool: not due"
