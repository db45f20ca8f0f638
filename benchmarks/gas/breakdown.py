"""Where the gas of one transaction went, from the chain's own account of every step.

Nothing is estimated. Every step costs what the gas left before it exceeds the gas left before the
next step of the same call, less what the call that it makes uses in turn; what the transaction
costs besides its steps follows from its calldata and its refunds. The sum must be the receipt's
gas, to the unit, or nothing is reported.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.errors import NotAsPlanned
from benchmarks.figures import Figures
from benchmarks.parts import Part, part_name
from winze.contracts import Receipt, Web3, request

from .scene import Scene

BASE: Final = 21_000
"""Gas of a transaction that does nothing."""

_ZERO_BYTE: Final = 4
_OTHER_BYTE: Final = 16
"""EIP-2028: gas of a byte of calldata."""

_TOKENS: Final = 4
_FLOOR: Final = 10
"""EIP-7623: any byte but zero counts as so many tokens, and a token costs at least so much."""

_REFUNDED: Final = 5
"""EIP-3529: at most one part in so many of the gas comes back."""

_NEW_WORD: Final = 20_000
"""What a storage word costs at least that was zero before: no other write is as dear."""

_STOP, _SSTORE = 0x00, 0x55

_OPCODES: Final[Mapping[Part, Sequence[int]]] = {
    Part.HASHING: [0x20],
    Part.STORAGE: [0x54, _SSTORE, 0x5C, 0x5D],  # the last two transient: the lock on reentrance
    # CALLDATALOAD, CALLDATACOPY, CODECOPY, RETURNDATACOPY, MLOAD, MSTORE, MSTORE8, MCOPY
    Part.MEMORY: [0x35, 0x37, 0x39, 0x3E, 0x51, 0x52, 0x53, 0x5E],
    Part.EVENTS: range(0xA0, 0xA5),
    # EXTCODESIZE, which precedes a call; CALL, DELEGATECALL, STATICCALL
    Part.CALLS: [0x3B, 0xF1, 0xF4, 0xFA],
}
_PART_OF: Final = {code: part for part, codes in _OPCODES.items() for code in codes}

_PRECOMPILES: Final = {6: Part.CURVE, 7: Part.CURVE, 8: Part.PAIRING}

# Runs inside the node. A step is [opcode, gas left before it, refunds so far]; a call that begins
# is [callee, gas given, value], one that ends [gas used]. A value goes as text, since it is larger
# than the numbers of this language.
_TRACER: Final = """{
    events: [],
    step: function(log) {
        this.events.push({step: [log.op.toNumber(), log.getGas(), log.getRefund()]});
    },
    fault: function() {},
    enter: function(frame) {
        var value = frame.getValue();
        this.events.push({enter: [
            toHex(frame.getTo()), frame.getGas(), value === undefined ? "0" : value.toString()
        ]});
    },
    exit: function(result) { this.events.push({exit: [result.getGasUsed()]}); },
    result: function() { return this.events; }
}"""


@dataclass
class _Frame:
    """A call in progress, or the transaction's own."""

    given: int
    """Gas it began with."""

    code: int | None = None
    """The opcode of its last step; None before the first."""

    gas: int = 0
    """Gas left before that step."""

    inner: int = 0
    """Gas that this step's call used by steps of its own."""

    part: Part | None = None
    """What this step's call is good for, where it makes one."""


async def add(scene: Scene, figures: Figures, name: str, receipt: Receipt, items: int = 1) -> None:
    """Add a transaction's gas as a sample of `name`, one of `items`, and its parts.

    Raises:
        NotAsPlanned: the parts are not all of it.
    """
    figures.add(name, receipt.gas_used / items)
    parts = await traced(scene.devnet.w3, receipt)
    figures.divide({part_name(name, part): parts[part] for part in Part})


async def traced(w3: Web3, receipt: Receipt) -> Counter[Part]:
    """The gas of a transaction by what it went into, as `divided` has it."""
    ident, options = receipt.transaction, {"tracer": _TRACER}
    sent = await request(w3, "reading a transaction", "eth_getTransactionByHash", ident)
    trace = await request(w3, "tracing a transaction", "debug_traceTransaction", ident, options)
    return divided(bytes.fromhex(sent["input"].removeprefix("0x")), trace, receipt.gas_used)


def divided(data: bytes, trace: Iterable[Mapping[str, Any]], used: int) -> Counter[Part]:
    """The gas of a transaction by what it went into.

    Args:
        data: The transaction's calldata.
        trace: What `_TRACER` answers.
        used: What the receipt says it used.

    Raises:
        NotAsPlanned: the parts are not all of it, or it did not end by its own will.
    """
    parts, refund = _steps(trace)
    zeros = data.count(0)
    others = len(data) - zeros
    parts[Part.BASE] = BASE
    parts[Part.CALLDATA] = _ZERO_BYTE * zeros + _OTHER_BYTE * others
    spent = parts.total()
    parts[Part.REFUND] = -min(refund, spent // _REFUNDED)
    floor = BASE + _FLOOR * (zeros + _TOKENS * others)
    parts[Part.FLOOR] = max(floor - parts.total(), 0)
    if parts.total() != used:
        raise NotAsPlanned(f"its parts are {parts.total()} gas, but its receipt says {used}")
    return parts


def _steps(trace: Iterable[Mapping[str, Any]]) -> tuple[Counter[Part], int]:
    """The gas of all steps, and what they earned in refunds."""
    parts: Counter[Part] = Counter()
    frames = [_Frame(given=0)]
    refund = 0
    for event in trace:
        match event:
            case {"step": [code, gas, refund]}:
                _settle(parts, frames[-1], gas)
                frames[-1] = _Frame(frames[-1].given, code, gas)
            case {"enter": [callee, given, value]}:
                frames[-1].part = _reason(int(callee, 16), int(value))
                frames.append(_Frame(given))
            case {"exit": [spent]}:
                ended = frames.pop()
                _settle(parts, ended, ended.given - spent)
                # What a call without steps uses belongs to the step that made it.
                if ended.code is not None:
                    frames[-1].inner = spent
    if frames[0].code != _STOP:
        raise NotAsPlanned("a transaction that does not end with STOP cannot be divided")
    return parts, refund


def _settle(parts: Counter[Part], frame: _Frame, left: int) -> None:
    """Book the frame's last step, after which `left` gas was left."""
    if frame.code is None:
        return
    cost = frame.gas - left - frame.inner
    part = frame.part or _PART_OF.get(frame.code, Part.REST)
    if frame.code == _SSTORE and cost >= _NEW_WORD:
        part = Part.RECORDS
    parts[part] += cost


def _reason(callee: int, value: int) -> Part:
    return Part.PAYMENT if value else _PRECOMPILES.get(callee, Part.CALLS)
