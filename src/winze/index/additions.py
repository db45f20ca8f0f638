"""What records add to the index: the rows of each table, worked out before any is written."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Table

from winze.chain import Record
from winze.contracts import encode_event
from winze.protocol import (
    Block,
    BlockIndex,
    ChainBlock,
    Claimed,
    Deposited,
    Distributed,
    EthAddress,
    Field,
    Period,
    Points,
    Position,
    Proved,
    Transferred,
    Unpaid,
    Wei,
    Withdrawn,
)
from winze.wire import (
    ClaimRow,
    DepositRow,
    DistributionRow,
    HeaderRow,
    MemoRow,
    PayoutRow,
    Row,
    TransferRow,
)

from .state import State
from .tables import chain_blocks, claims, events, payouts, rows, spends

_Values = dict[str, Any]


class Additions:
    """Collects rows in the order in which they have to be inserted, and what was minted."""

    def __init__(self, state: State, proved: Iterable[Block]) -> None:
        self._state = state
        self._proved = {block.index: block for block in proved}
        self._blocks: dict[ChainBlock, _Values] = {}
        self._rows: defaultdict[Table, list[_Values]] = defaultdict(list)
        self.minted: list[tuple[ChainBlock, Distributed]] = []
        """What was minted, with the chain block of each."""

    @property
    def rows(self) -> Iterable[tuple[Table, list[_Values]]]:
        """The rows of each table; what others refer to comes first."""
        yield chain_blocks, list(self._blocks.values())
        yield from self._rows.items()

    def add(self, record: Record) -> None:
        """Work out what one record adds.

        Raises:
            ProtocolError: it announces what no contract of ours could.
            InvalidRow: a value of it has no room in its row.
        """
        logged = record.logged
        self._blocks.setdefault(
            logged.block,
            {"number": logged.block, "hash": logged.block_hash, "timestamp": record.timestamp},
        )
        number = self._state.next_event()
        self._insert(
            events,
            record,
            id=number,
            name=type(logged.event).__name__,
            words=encode_event(logged.event),
            transaction=logged.transaction,
            touches=record.touches,
        )
        add = _ADDING.get(type(logged.event))
        if add is not None:
            add(self, record, logged.event, number)

    def deposited(self, record: Record, event: Deposited, _: int) -> None:
        """A note was made in the open."""
        position, _spent = self._places(record, notes=1)
        word, inner = Field(event.word), Field(event.inner)
        self._row(record, DepositRow(position, event.depositor, word, inner, *_where(record)))

    def transferred(self, record: Record, event: Transferred, number: int) -> None:
        """Two notes were spent, two made."""
        position, spent = self._places(record, notes=2, nullifiers=2)
        nullifiers = Field(event.nullifier1), Field(event.nullifier2)
        leaves = (*nullifiers, Field(event.out1), Field(event.out2))
        paid = event.recipient, Wei(event.amount)
        self._row(record, TransferRow(position, spent, *leaves, *paid, *_where(record)))
        self._row(record, MemoRow(position, event.memos))
        for nullifier in nullifiers:
            self._insert(spends, record, nullifier=nullifier, event=number)

    def proved(self, record: Record, event: Proved, _: int) -> None:
        """A block has its header."""
        block = self._proved[BlockIndex(event.index)]
        self._row(
            record,
            HeaderRow(
                block_root=block.root,
                timestamp=block.timestamp,
                entropy=block.drawn,
                draw=block.draw,
                notes=len(block.entries.commitments),
                spends=len(block.entries.nullifiers),
                chain_block=record.logged.block,
            ),
        )

    def claimed(self, record: Record, event: Claimed, number: int) -> None:
        """Points were earned."""
        claim_id, period = Field(event.claim_id), Period(event.period)
        points, place = Points(event.points), self._state.next_claim(period)
        self._row(record, ClaimRow(claim_id, event.recipient, period, points, *_where(record)))
        self._insert(
            claims,
            record,
            claim_id=claim_id,
            event=number,
            recipient=event.recipient,
            period=period,
            points=points,
            number=place,
            minted=None,
        )

    def distributed(self, record: Record, event: Distributed, _: int) -> None:
        """ITX was minted."""
        period = Period(event.period)
        row = DistributionRow(period, event.word, event.minted, *_where(record))
        self._row(record, row)
        self.minted.append((record.logged.block, event))

    def paid(self, record: Record, event: Unpaid | Withdrawn, number: int) -> None:
        """A payment was refused, or what waited was taken."""
        taken = isinstance(event, Withdrawn)
        to = event.to if isinstance(event, Withdrawn) else EthAddress.zero()
        amount = Wei(event.amount)
        self._row(record, PayoutRow(event.account, to, amount, *_where(record)))
        self._insert(
            payouts, record, event=number, account=event.account, amount=amount, taken=int(taken)
        )

    def _row(self, record: Record, row: Row) -> None:
        number = self._state.next_row(row.KIND)
        self._insert(rows, record, kind=int(row.KIND), number=number, body=row.encode())

    def _insert(self, table: Table, record: Record, **values: Any) -> None:
        values["chain_block"] = record.logged.block
        self._rows[table].append(values)

    def _places(
        self, record: Record, *, notes: int, nullifiers: int = 0
    ) -> tuple[Position, Position]:
        """Where the entry's first note and first nullifier stand."""
        index = BlockIndex(record.touches or 0)
        return self._state.next_places(index, notes, nullifiers)


def _where(record: Record) -> tuple[Any, ...]:
    """The columns in which rows end: chain block, time, transaction."""
    return record.logged.block, record.timestamp, record.logged.transaction


_ADDING: dict[type, Callable[[Additions, Record, Any, int], None]] = {
    Deposited: Additions.deposited,
    Transferred: Additions.transferred,
    Proved: Additions.proved,
    Claimed: Additions.claimed,
    Distributed: Additions.distributed,
    Unpaid: Additions.paid,
    Withdrawn: Additions.paid,
}
