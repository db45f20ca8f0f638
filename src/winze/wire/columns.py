"""The columns of rows: how each type of value is written in a fixed number of bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from winze.protocol import (
    MEMOS_BYTES,
    ChainBlock,
    EthAddress,
    Field,
    Period,
    Points,
    Position,
    Timestamp,
    Wei,
)

from .errors import InvalidRow


@dataclass(frozen=True)
class Column:
    """How one field of a row is written, big-endian and always as long."""

    width: int
    """Bytes."""
    write: Callable[[Any], bytes]
    """Raises OverflowError or ValueError for what has no room."""
    read: Callable[[bytes], Any]
    """Raises ProtocolError for what is no such value."""


def _number(width: int, kind: Callable[[int], int] = int) -> Column:
    return Column(
        width,
        lambda value: int(value).to_bytes(width, "big"),
        lambda raw: kind(int.from_bytes(raw, "big")),
    )


def _bytes(width: int) -> Column:
    def write(value: bytes) -> bytes:
        if len(value) != width:
            raise InvalidRow(f"a column of {width} bytes", f"was given {len(value)}")
        return value

    return Column(width, write, bytes)


COUNT: Final = _number(1)
POINTS: Final = _number(2, Points)
WORD_NUMBER: Final = _number(4)
PERIOD: Final = _number(4, Period)
POSITION: Final = _number(8, Position)
CHAIN_BLOCK: Final = _number(8, ChainBlock)
TIMESTAMP: Final = _number(8, Timestamp)
WEI: Final = _number(12, Wei)
FIELD: Final = _number(32, Field)
BITS: Final = _number(32)
HASH: Final = _bytes(32)
MEMOS: Final = _bytes(MEMOS_BYTES)
ADDRESS: Final = Column(20, lambda address: address.bytes20, EthAddress.from_bytes)
