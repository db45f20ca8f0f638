"""Why a call was refused: revert data and nodes' messages turned into words and error types."""

from typing import Any, Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from .errors import InsufficientFunds, OutOfGas, RpcError, TransactionError, TransactionReverted

NO_REASON: Final = "no reason given (a failed check of the language, such as an overflow)"
"""Our words for revert data of no bytes."""

_ERROR: Final = bytes.fromhex("08c379a0")  # Error(string): Vyper's and snekmate's reasons
_PANIC: Final = bytes.fromhex("4e487b71")  # Panic(uint256): Solidity's failed checks
_OUT_OF_GAS: Final = ("out of gas", "outofgas", "gas required exceeds allowance")
_NO_FUNDS: Final = ("insufficient funds", "insufficient balance", "lack of funds")
_REVERTED: Final = ("revert", "evm error", "invalid opcode", "stack underflow")

_PANICS: Final = {
    0x01: "an assertion failed",
    0x11: "arithmetic overflow",
    0x12: "division by zero",
    0x21: "no such member of an enumeration",
    0x22: "storage array encoded wrongly",
    0x31: "an empty array was popped",
    0x32: "index out of bounds",
    0x41: "too much memory",
    0x51: "uninitialised function",
}


def revert_reason(data: bytes) -> str:
    """The reason that revert data gives: the contract's string, or our words where it has none."""
    if not data:
        return NO_REASON
    try:
        if data.startswith(_ERROR):
            return str(decode(["string"], data[4:])[0])
        if data.startswith(_PANIC):
            code = int(decode(["uint256"], data[4:])[0])
            return f"panic {code:#04x}: {_PANICS.get(code, 'of an unknown kind')}"
    except (DecodingError, UnicodeDecodeError):
        pass  # it only looked like one of the two: its bytes are all that can be told
    return f"custom error 0x{data.hex()}"


def refusal(action: str, error: Any) -> RpcError | TransactionError:
    """The error of ours for the `error` object of a JSON-RPC answer to a call or a transaction.

    Nodes agree on revert data (code 3) but on nothing else, so the rest goes by their words.
    """
    message = str(error.get("message", error)) if isinstance(error, dict) else str(error)
    data = _revert_data(error)
    words = message.lower()
    if data is not None:
        return TransactionReverted(action, revert_reason(data))
    if any(each in words for each in _NO_FUNDS):
        return InsufficientFunds(f"{action}: the node says: {message}")
    if any(each in words for each in _OUT_OF_GAS):
        return OutOfGas(action, f"out of gas ({message})")
    if any(each in words for each in _REVERTED):
        return TransactionReverted(action, message)
    return RpcError(f"{action}: the node says: {message}")


def _revert_data(error: Any) -> bytes | None:
    """The revert data in an `error` object; None where it speaks of something else."""
    if not isinstance(error, dict):
        return None
    data = error.get("data")
    if isinstance(data, dict):  # some nodes wrap it once more
        data = data.get("data")
    if isinstance(data, str) and data.startswith("0x"):
        try:
            return bytes.fromhex(data[2:])
        except ValueError:
            return None
    return None
