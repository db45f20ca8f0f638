"""What a follower remembers of the chain, and the interface of whatever remembers it.

A store holds only the events of our contracts, each with its chain block's hash, and the header of
the last chain block that was read. The ledger is made from them again after a start, so nothing
else is kept.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from winze.protocol import BlockIndex, ChainBlock, Timestamp

from .source import Header, Logged


@dataclass(frozen=True)
class Record:
    """An event of our contracts, where and when it happened, and what it concerns."""

    logged: Logged
    timestamp: Timestamp
    """The time of its chain block."""
    touches: BlockIndex | None
    """The block of the ledger that it concerns; None where it concerns none."""

    @property
    def header(self) -> Header:
        """Its chain block."""
        return Header(self.logged.block, self.logged.block_hash, self.timestamp)


class Store(Protocol):
    """Where records are kept. Each method does all of its work or none."""

    def cursor(self) -> Header | None:
        """The last chain block that was read, or None before the first."""

    def records(self) -> Iterable[Record]:
        """All records in the order of the chain."""

    def extend(self, records: Iterable[Record], cursor: Header) -> None:
        """Add records newer than the cursor, and move the cursor to `cursor`."""

    def rewind(self, cursor: Header | None) -> None:
        """Forget every record of a chain block above `cursor`, and move the cursor there.

        None forgets everything.
        """


class MemoryStore:
    """A store for as long as the process runs."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._cursor: Header | None = None

    def cursor(self) -> Header | None:
        """See `Store`."""
        return self._cursor

    def records(self) -> Iterator[Record]:
        """See `Store`."""
        return iter(tuple(self._records))

    def extend(self, records: Iterable[Record], cursor: Header) -> None:
        """See `Store`."""
        self._records.extend(records)
        self._cursor = cursor

    def rewind(self, cursor: Header | None) -> None:
        """See `Store`."""
        kept = 0 if cursor is None else bisect_right(self._records, cursor.number, key=_number)
        del self._records[kept:]
        self._cursor = cursor


def _number(record: Record) -> ChainBlock:
    return record.logged.block
