"""What the index should hold, worked out from records alone and in the plainest way."""

from collections.abc import Iterable
from typing import Any

from winze.chain import Record
from winze.chain.replay import apply
from winze.protocol import (
    Block,
    ChainBlock,
    Claimed,
    Deposited,
    Distributed,
    EthAddress,
    Field,
    Ledger,
    Period,
    Points,
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
    LeavesRow,
    MemoRow,
    PayoutRow,
    Row,
    RowKind,
    TransferRow,
)


def expected_rows(records: Iterable[Record]) -> dict[RowKind, list[tuple[Row, int]]]:
    """The rows of each kind, each with its chain block."""
    rows: dict[RowKind, list[tuple[Row, int]]] = {kind: [] for kind in RowKind}
    ledger = Ledger()
    for record in records:
        for row in _rows_of(record, ledger):
            rows[row.KIND].append((row, record.logged.block))
    return rows


def _rows_of(record: Record, ledger: Ledger) -> list[Row]:
    where: Any = (record.logged.block, record.timestamp, record.logged.transaction)
    event = record.logged.event
    apply(ledger, event)
    rows: list[Row] = []
    match event:
        case Deposited():
            position = ledger.note_positions(ledger.open.commitments[-1])[-1]
            word, inner = Field(event.word), Field(event.inner)
            rows = [DepositRow(position, event.depositor, word, inner, *where)]
        case Transferred():
            position = ledger.note_positions(Field(event.out1))[-1]
            spent = ledger.spend_position(event.nullifier1)
            assert spent is not None
            transfer = TransferRow(position, spent, event.recipient, Wei(event.amount), *where)
            rows = [transfer, MemoRow(position, event.memos)]
        case Proved():
            rows = _block_rows(ledger.blocks[event.index], event, record.logged.block)
        case Claimed():
            period, points = Period(event.period), Points(event.points)
            rows = [ClaimRow(Field(event.claim_id), event.recipient, period, points, *where)]
        case Distributed():
            rows = [DistributionRow(Period(event.period), event.word, event.minted, *where)]
        case Unpaid():
            rows = [PayoutRow(event.account, EthAddress.zero(), Wei(event.amount), *where)]
        case Withdrawn():
            rows = [PayoutRow(event.account, event.to, Wei(event.amount), *where)]
    return rows


def _block_rows(block: Block, event: Proved, at: ChainBlock) -> list[Row]:
    notes, nullifiers = block.entries.commitments, block.entries.nullifiers
    header = HeaderRow(
        block_root=Field(event.block_root),
        timestamp=block.timestamp,
        entropy=Field(event.entropy),
        draw=block.draw,
        notes=len(notes),
        spends=len(nullifiers),
        chain_block=at,
    )
    return [header, LeavesRow(notes, nullifiers)]
