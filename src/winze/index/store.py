"""What a follower remembers, in SQL: its records, and everything that follows from them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from winze.chain import Header, LedgerMismatch, Logged, Record
from winze.contracts import POOL_EVENTS, REWARDS_EVENTS, decode_event
from winze.protocol import (
    Block,
    BlockIndex,
    ChainBlock,
    Distributed,
    Timestamp,
    minted_numbers,
)

from .additions import Additions
from .database import reading, writing
from .errors import DatabaseFailed
from .state import State
from .tables import chain_blocks, claims, events, progress

_KINDS: Final = {**POOL_EVENTS, **REWARDS_EVENTS}
_AT_ONCE: Final = 1_000
"""Rows that are held in memory while many are read."""


class SqlStore:
    """A `Store` in a migrated database, for one follower.

    Each method is one transaction, and may be called in any thread.

    Raises:
        DatabaseFailed: any method; the database refuses a statement. Nothing was changed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with reading(engine) as connection:
            self._cursor = read_cursor(connection)

    def cursor(self) -> Header | None:
        """See `Store`."""
        return self._cursor

    def records(
        self, *, above: ChainBlock | None = None, touching: BlockIndex | None = None
    ) -> Iterator[Record]:
        """See `Store`."""
        query = select(events, chain_blocks.c.hash, chain_blocks.c.timestamp).join(chain_blocks)
        if above is not None:
            query = query.where(events.c.chain_block > above)
        if touching is not None:
            query = query.where(events.c.touches >= touching)
        # As they are when the first one is asked for, whatever is written meanwhile.
        yield from map(_record, self._stream(query.order_by(events.c.id)))

    def places(self) -> Iterator[Header]:
        """See `Store`."""
        query = select(chain_blocks).order_by(chain_blocks.c.number.desc())
        return (_header(row) for row in self._stream(query))

    def extend(
        self, records: Iterable[Record], cursor: Header, proved: Iterable[Block] = ()
    ) -> None:
        """See `Store`.

        Raises:
            LedgerMismatch: the records announce something for the second time.
            ProtocolError: they announce what no contract of ours could.
        """
        try:
            with writing(self._engine) as connection:
                additions = Additions(State(connection), proved)
                for record in records:
                    additions.add(record)
                for table, rows in additions.rows:
                    if rows:
                        connection.execute(insert(table), rows)
                for block, distributed in additions.minted:
                    _mint(connection, block, distributed)
                _move(connection, cursor)
        except DatabaseFailed as failed:
            if isinstance(failed.__cause__, IntegrityError):
                raise LedgerMismatch(
                    f"up to chain block {cursor.number} something is announced twice that can "
                    f"happen once ({failed})"
                ) from failed
            raise
        self._cursor = cursor

    def rewind(self, cursor: Header | None) -> None:
        """See `Store`."""
        last = -1 if cursor is None else cursor.number
        with writing(self._engine) as connection:
            connection.execute(delete(chain_blocks).where(chain_blocks.c.number > last))
            _move(connection, cursor)
            generation = progress.c.generation
            connection.execute(update(progress).values({generation: generation + 1}))
        self._cursor = cursor

    def _stream(self, query: Select[Any]) -> Iterator[Row[Any]]:
        with reading(self._engine) as connection:
            yield from connection.execute(query.execution_options(yield_per=_AT_ONCE))


def read_cursor(connection: Connection) -> Header | None:
    """The last chain block that was read."""
    row = connection.execute(select(progress)).one()
    return None if row.number is None else _header(row)


def _move(connection: Connection, cursor: Header | None) -> None:
    values: dict[str, Any] = dict.fromkeys(("number", "hash", "timestamp"))
    if cursor is not None:
        values = {"number": cursor.number, "hash": cursor.hash, "timestamp": cursor.timestamp}
    connection.execute(update(progress).values(values))


def _mint(connection: Connection, block: ChainBlock, distributed: Distributed) -> None:
    """Note what a distribution minted."""
    numbers = minted_numbers(distributed.word, distributed.minted)
    connection.execute(
        update(claims)
        .where(claims.c.period == distributed.period, claims.c.number.in_(numbers))
        .values(minted=block)
    )


def _header(row: Row[Any]) -> Header:
    return Header(ChainBlock(row.number), row.hash, Timestamp(row.timestamp))


def _record(row: Row[Any]) -> Record:
    event = decode_event(_KINDS[row.name], row.words)
    logged = Logged(event, ChainBlock(row.chain_block), row.hash, row.transaction)
    touches = None if row.touches is None else BlockIndex(row.touches)
    return Record(logged, Timestamp(row.timestamp), touches)
