"""Events as ABI words, one after another in the order of their fields, and back.

That is how the chain keeps them too: every event of ours has its topics first and takes words
alone, so its topics and data together are these words. Reading them here, and not with a general
decoder, is what makes following a long history quick.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any, Final, TypeVar, cast

from winze.protocol import WORD_BYTES, EthAddress, OutOfRange, word

from .errors import UnexpectedAnswer
from .events import ContractEvent

_PADDING: Final = bytes(12)
_E = TypeVar("_E", bound=ContractEvent)


def encode_event(event: ContractEvent) -> bytes:
    """The event's fields as words."""
    return b"".join(_write(getattr(event, field.name)) for field in fields(event))


def decode_event(kind: type[_E], data: bytes) -> _E:
    """The event of type `kind` that these words tell.

    Raises:
        UnexpectedAnswer: their number is another, or one is outside its type's bounds.
    """
    values, at = [], 0
    readers = _readers(cast("Any", kind))
    # The one field of several words, where there is one, takes what the others leave.
    slack = len(data) - WORD_BYTES * (len(readers) - 1)
    try:
        for several, read in readers:
            end = at + (slack if several else WORD_BYTES)
            values.append(read(data[at:end]))
            at = end
        if at != len(data) or slack % WORD_BYTES:
            raise ValueError(f"{len(data)} bytes")  # noqa: TRY301 - as any other misfit
        return kind(*values)
    except (ValueError, OutOfRange) as problem:
        raise UnexpectedAnswer(f"no {kind.__name__} is 0x{data.hex()}: {problem}") from problem


def _write(value: object) -> bytes:
    if isinstance(value, EthAddress):
        return _PADDING + value.bytes20
    return value if isinstance(value, bytes) else word(int(value))  # type: ignore[call-overload]


@cache
def _readers(kind: Any) -> tuple[tuple[bool, Callable[[bytes], Any]], ...]:
    """For each field, whether it may take several words, and what reads it."""
    return tuple((field.type is bytes, _reader(field.type)) for field in fields(kind))


def _reader(kind: Any) -> Callable[[bytes], Any]:
    if kind is bytes:
        return bytes
    if kind is EthAddress:
        return _address
    if kind is bool:
        return _flag
    if kind is int:
        return _number
    return lambda raw: kind(_number(raw))


def _number(raw: bytes) -> int:
    if len(raw) != WORD_BYTES:
        raise ValueError(f"a word of {len(raw)} bytes")
    return int.from_bytes(raw)


def _flag(raw: bytes) -> bool:
    number = _number(raw)
    if number > 1:
        raise ValueError(f"{number} is neither true nor false")
    return bool(number)


@lru_cache(maxsize=1 << 14)  # its checksum is a hash, and the same accounts come again
def _address(raw: bytes) -> EthAddress:
    if raw[: len(_PADDING)] != _PADDING or len(raw) != WORD_BYTES:
        raise ValueError(f"0x{raw.hex()} is no address")
    return EthAddress.from_bytes(raw[len(_PADDING) :])
