"""How far the tables are filled: the numbers that come next, asked for once a transaction."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, func, select

from winze.protocol import BlockIndex, Deposited, Period, Position, Transferred
from winze.wire import RowKind

from .tables import claims, events, rows

_K = TypeVar("_K")


class State:
    """The next numbers of events, rows, claims and slots."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._events: int | None = None
        self._rows: dict[RowKind, int] = {}
        self._claims: dict[Period, int] = {}
        self._slots: dict[BlockIndex, tuple[int, int]] = {}

    def next_event(self) -> int:
        """The number of the next event."""
        if self._events is None:
            last = self._connection.scalar(select(func.max(events.c.id)))
            self._events = 0 if last is None else last + 1
        self._events += 1
        return self._events - 1

    def next_row(self, kind: RowKind) -> int:
        """The number of the next row of this kind."""
        return _count(self._rows, kind, lambda: row_count(self._connection, kind))

    def next_claim(self, period: Period) -> int:
        """How many claims came before the next one in this period."""
        return _count(self._claims, period, lambda: self._claims_of(period))

    def next_places(
        self, index: BlockIndex, notes: int, nullifiers: int
    ) -> tuple[Position, Position]:
        """The next slots for notes and nullifiers in a block, of which so many are taken then."""
        if index not in self._slots:
            self._slots[index] = self._slots_of(index)
        note, spend = self._slots[index]
        self._slots[index] = note + notes, spend + nullifiers
        # A full block has no slot for a nullifier to come; a deposit asks for none.
        return Position.at(index, note), Position.at(index, spend if nullifiers else 0)

    def _claims_of(self, period: Period) -> int:
        query = select(func.count()).where(claims.c.period == period)
        return self._connection.scalar(query) or 0

    def _slots_of(self, index: BlockIndex) -> tuple[int, int]:
        names = Deposited.__name__, Transferred.__name__
        query = (
            select(events.c.name, func.count().label("many"))
            .where(events.c.touches == index, events.c.name.in_(names))
            .group_by(events.c.name)
        )
        found = {row.name: row.many for row in self._connection.execute(query)}
        deposits, transfers = (found.get(name, 0) for name in names)
        return deposits + 2 * transfers, 2 * transfers


def row_count(connection: Connection, kind: RowKind, until: int | None = None) -> int:
    """How many rows of a kind there are; with `until`, those up to this chain block."""
    query = select(rows.c.number).where(rows.c.kind == kind)
    if until is not None:
        query = query.where(rows.c.chain_block <= until)
    # Both numbers and chain blocks only grow: the last one tells, and is found from the end.
    last = connection.scalar(query.order_by(rows.c.number.desc()).limit(1))
    return 0 if last is None else last + 1


def _count(counts: dict[_K, int], key: _K, begin: Callable[[], int]) -> int:
    number = counts.get(key)
    if number is None:
        number = begin()
    counts[key] = number + 1
    return number
