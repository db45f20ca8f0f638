"""What a follower remembers of the chain, and the interface of whatever remembers it.

A store holds only the events of our contracts, each with its chain block's hash, and the header of
the last chain block that was read. The ledger is made from them again after a start, so nothing
else is kept.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from winze.protocol import Block, BlockIndex, ChainBlock, Timestamp

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
        """The last chain block that was read, or None before the first. It costs nothing to ask."""

    def records(
        self, *, above: ChainBlock | None = None, touching: BlockIndex | None = None
    ) -> Iterable[Record]:
        """The records in the order of the chain: all, or only some, which are found quickly.

        Args:
            above: Only those of later chain blocks than this one.
            touching: Only those that concern this block of the ledger or a later one.
        """

    def places(self) -> Iterable[Header]:
        """The chain blocks that hold records, the newest first, read as they are asked for."""

    def extend(
        self, records: Iterable[Record], cursor: Header, proved: Iterable[Block] = ()
    ) -> None:
        """Add records newer than the cursor, and move the cursor to `cursor`.

        `proved` are the ledger's blocks that the records prove, for a store that keeps more than
        records.
        """

    def rewind(self, cursor: Header | None) -> None:
        """Forget every record of a chain block above `cursor`, and move the cursor there.

        None forgets everything.
        """


class MemoryStore:
    """A store for as long as the process runs."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        # Where the records of each block of the ledger begin; nothing concerns it any earlier.
        self._begins: list[int] = []
        self._cursor: Header | None = None

    def cursor(self) -> Header | None:
        """See `Store`."""
        return self._cursor

    def records(
        self, *, above: ChainBlock | None = None, touching: BlockIndex | None = None
    ) -> Iterator[Record]:
        """See `Store`."""
        start = 0 if above is None else self._kept(above)
        if touching is None:
            return iter(self._records[start:])
        begins = self._begins[touching] if touching < len(self._begins) else len(self._records)
        found = self._records[max(start, begins) :]
        return (each for each in found if each.touches is not None and each.touches >= touching)

    def places(self) -> Iterator[Header]:
        """See `Store`."""
        return (place for place, _ in groupby(reversed(self._records), lambda each: each.header))

    def extend(
        self, records: Iterable[Record], cursor: Header, proved: Iterable[Block] = ()
    ) -> None:
        """See `Store`."""
        del proved  # follows from the records, and is made from them again
        for record in records:
            while record.touches is not None and record.touches >= len(self._begins):
                self._begins.append(len(self._records))
            self._records.append(record)
        self._cursor = cursor

    def rewind(self, cursor: Header | None) -> None:
        """See `Store`."""
        kept = 0 if cursor is None else self._kept(cursor.number)
        del self._records[kept:]
        del self._begins[bisect_left(self._begins, kept) :]
        self._cursor = cursor

    def _kept(self, until: ChainBlock) -> int:
        """How many records are of chain blocks up to this one."""
        return bisect_right(self._records, until, key=_number)


def _number(record: Record) -> ChainBlock:
    return record.logged.block
