"""Questions to what was read of the chain: by workers, by the API, in any thread."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Engine, LargeBinary, Row, Select, func, select

from winze.chain import Header
from winze.contracts import decode_event
from winze.protocol import (
    DENOMINATIONS,
    MINEABLE,
    ChainBlock,
    EthAddress,
    Field,
    Period,
    Points,
    Timestamp,
    Transferred,
    Wei,
)
from winze.wire import FINALITY, MAX_PAGE_ROWS, DepositRow, Extent, Page, RowKind

from .database import reading
from .found import FoundClaim, FoundTransfer, PeriodRewards, Statistics
from .state import row_count
from .store import read_cursor
from .tables import chain_blocks, claims, events, payouts, progress, rows, spends

_VALUES: Final = {points: value for value, points in DENOMINATIONS.items()}
_WORD_AT: Final = 1 + DepositRow.width_before("word")
_WORD_BYTES: Final = 32


class Index:
    """The index of one network. Every answer is of one state.

    Raises:
        DatabaseFailed: any method; the database refuses a statement.
    """

    def __init__(self, engine: Engine, confirmations: int = 0) -> None:
        """Answer from a migrated database.

        Args:
            engine: The database.
            confirmations: The network's: no row is final that has fewer.
        """
        self._engine = engine
        self._finality = max(FINALITY, confirmations)

    def cursor(self) -> Header | None:
        """The last chain block that was read, or None before the first."""
        with reading(self._engine) as connection:
            return read_cursor(connection)

    def generation(self) -> int:
        """How often the chain went back; whoever remembers something of it asks again then."""
        with reading(self._engine) as connection:
            return int(connection.execute(select(progress.c.generation)).scalar_one())

    # -- bulk data ----------------------------------------------------------------------------

    def extents(self) -> Mapping[RowKind, Extent]:
        """How many rows of each kind there are, and how many of them never change."""
        with reading(self._engine) as connection:
            cursor = read_cursor(connection)
            final = -1 if cursor is None else cursor.number - self._finality
            return {
                kind: Extent(row_count(connection, kind), row_count(connection, kind, final))
                for kind in RowKind
            }

    def page(self, kind: RowKind, first: int, count: int) -> bytes:
        """The encoded page of up to `count` rows from row `first` on.

        It holds fewer, or none, where there are no more, and `MAX_PAGE_ROWS` of the kind at most.
        """
        last = first + min(count, MAX_PAGE_ROWS[kind]) - 1
        query = (
            select(rows.c.body)
            .where(rows.c.kind == kind, rows.c.number.between(first, last))
            .order_by(rows.c.number)
        )
        with reading(self._engine) as connection:
            return Page.of(kind, first, connection.scalars(query)).encode()

    # -- single things ------------------------------------------------------------------------

    def transfer_spending(self, nullifier: Field) -> FoundTransfer | None:
        """The transfer that published `nullifier`, or None where none did."""
        query = _with_event(spends, events.c.words).where(spends.c.nullifier == nullifier)
        row = self._first(query)
        if row is None:
            return None
        event = decode_event(Transferred, row.words)
        return FoundTransfer(
            nullifier1=Field(event.nullifier1),
            nullifier2=Field(event.nullifier2),
            out1=Field(event.out1),
            out2=Field(event.out2),
            **_place(row),
        )

    def spent(self, nullifiers: Collection[Field]) -> Field | None:
        """One of `nullifiers` that is published already, or None."""
        query = select(spends.c.nullifier).where(spends.c.nullifier.in_(nullifiers)).limit(1)
        row = self._first(query)
        return None if row is None else Field(row.nullifier)

    def claim(self, claim_id: Field) -> FoundClaim | None:
        """The claim with this id, or None where none counted."""
        row = self._first(_with_event(claims, claims).where(claims.c.claim_id == claim_id))
        if row is None:
            return None
        return FoundClaim(
            recipient=row.recipient,
            period=Period(row.period),
            points=Points(row.points),
            number=row.number,
            minted=row.minted is not None,
            **_place(row),
        )

    # -- rewards ------------------------------------------------------------------------------

    def unminted(self, before: Period) -> Mapping[Period, Sequence[Field]]:
        """The claims of each period before `before` that were not minted, in their order."""
        query = (
            select(claims.c.period, claims.c.claim_id)
            .where(claims.c.minted.is_(None), claims.c.period < before)
            .order_by(claims.c.period, claims.c.number)
        )
        found: defaultdict[Period, list[Field]] = defaultdict(list)
        for row in self._all(query):
            found[Period(row.period)].append(Field(row.claim_id))
        return dict(found)

    def rewards_of(self, account: EthAddress) -> Sequence[PeriodRewards]:
        """What `account` earned, period by period."""
        own, everybody = claims.alias(), claims.alias()
        total = (
            select(func.sum(everybody.c.points))
            .where(everybody.c.period == own.c.period)
            .scalar_subquery()
        )
        minted = func.sum(own.c.points).filter(own.c.minted.is_not(None))
        query = (
            select(
                own.c.period,
                func.sum(own.c.points).label("points"),
                func.coalesce(minted, 0).label("minted"),
                total.label("total"),
            )
            .where(own.c.recipient == account)
            .group_by(own.c.period)
            .order_by(own.c.period)
        )
        return [
            PeriodRewards(
                Period(row.period), Points(row.points), Points(row.minted), Points(row.total)
            )
            for row in self._all(query)
        ]

    def withdrawable(self, account: EthAddress) -> Wei:
        """What waits for `account`, because it refused payments, in wei."""
        query = select(payouts.c.amount, payouts.c.taken).where(payouts.c.account == account)
        return Wei(sum(-row.amount if row.taken else row.amount for row in self._all(query)))

    def statistics(self) -> Statistics:
        """What has happened since the network began."""
        word = func.substr(rows.c.body, _WORD_AT, _WORD_BYTES, type_=LargeBinary)
        deposits = select(word, func.count()).where(rows.c.kind == RowKind.DEPOSITS).group_by(word)
        earned = select(claims.c.period, claims.c.points, func.count()).group_by(
            claims.c.period, claims.c.points
        )
        with reading(self._engine) as connection:
            by_word = {int.from_bytes(raw): count for raw, count in connection.execute(deposits)}
            by_points: defaultdict[int, int] = defaultdict(int)
            by_period: defaultdict[int, int] = defaultdict(int)
            for period, points, count in connection.execute(earned):
                by_points[points] += count
                by_period[period] += points * count
            transfers = row_count(connection, RowKind.TRANSFERS)
        return Statistics(
            deposits={value: by_word.get(MINEABLE + value, 0) for value in DENOMINATIONS},
            claims={value: by_points[points] for points, value in _VALUES.items()},
            all_deposits=sum(by_word.values()),
            transfers=transfers,
            points={Period(each): Points(by_period[each]) for each in sorted(by_period)},
        )

    def _first(self, query: Select[Any]) -> Row[Any] | None:
        with reading(self._engine) as connection:
            return connection.execute(query).first()

    def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with reading(self._engine) as connection:
            return connection.execute(query).all()


def _with_event(table: Any, *columns: Any) -> Select[Any]:
    """Rows of a table with the transaction and the time of the events that caused them."""
    return (
        select(*columns, events.c.transaction, events.c.chain_block, chain_blocks.c.timestamp)
        .join_from(table, events, events.c.id == table.c.event)
        .join(chain_blocks, chain_blocks.c.number == events.c.chain_block)
    )


def _place(row: Row[Any]) -> dict[str, Any]:
    return {
        "transaction": row.transaction,
        "chain_block": ChainBlock(row.chain_block),
        "timestamp": Timestamp(row.timestamp),
    }
