"""What the index should hold, worked out from records alone and in the plainest way."""

from collections.abc import Iterable
from typing import Any

from winze.chain import Record
from winze.protocol import (
    Block,
    BlockIndex,
    ChainBlock,
    Claimed,
    Deposit,
    Deposited,
    Distributed,
    EthAddress,
    Field,
    Ledger,
    Period,
    Points,
    Proved,
    Redrawn,
    Sealed,
    Spend,
    Timestamp,
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
    rows: list[Row] = []
    match event:
        case Deposited():
            word, inner = Field(event.word), Field(event.inner)
            (position,) = ledger.append(Deposit(word, inner))
            rows = [DepositRow(position, event.depositor, word, inner, *where)]
        case Transferred():
            words = event.out1, event.out2, event.nullifier1, event.nullifier2
            position, _ = ledger.append(Spend(*map(Field, words)))
            spent = ledger.spend_position(event.nullifier1)
            assert spent is not None
            rows = [_transfer_row(event, position, spent, where), MemoRow(position, event.memos)]
        case Sealed():
            ledger.seal(Timestamp(event.timestamp), ChainBlock(event.draw))
        case Redrawn():
            ledger.redraw(BlockIndex(event.index), ChainBlock(event.draw))
        case Proved():
            ledger.prove(Field(event.entropy))
            rows = [_header_row(ledger.blocks[event.index], event, record.logged.block)]
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


def _transfer_row(event: Transferred, position: Any, spent: Any, where: Any) -> TransferRow:
    leaves = event.nullifier1, event.nullifier2, event.out1, event.out2
    paid = event.recipient, Wei(event.amount)
    return TransferRow(position, spent, *map(Field, leaves), *paid, *where)


def _header_row(block: Block, event: Proved, at: ChainBlock) -> HeaderRow:
    return HeaderRow(
        block_root=Field(event.block_root),
        timestamp=block.timestamp,
        entropy=Field(event.entropy),
        draw=block.draw,
        notes=len(block.entries.commitments),
        spends=len(block.entries.nullifiers),
        chain_block=at,
    )
