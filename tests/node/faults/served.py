"""What a node serves of the ledger, held against a follower that never saw the node."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.chains import eventually
from tests.node.faults.desk import HttpDesk, Unreachable
from tests.node.faults.users import Place
from winze.chain import Follower
from winze.protocol import Claimed, Deposited, Transferred, Unpaid, Withdrawn
from winze.wire import MAX_PAGE_ROWS, HeaderRow, Page, Row, RowKind

Picture = dict[RowKind, list[tuple[Any, ...]]]
"""What rows say, by kind, without what only says it again."""


async def serves_the_chain(desk: HttpDesk, place: Place) -> bool:
    """Whether a node comes to serve exactly what the chain has."""

    async def agrees() -> bool:
        follower = place.fresh_follower()
        await follower.sync()
        try:
            return await _served(desk) == _expected(follower)
        except Unreachable:
            return False

    return await eventually(agrees, tries=60)


async def _served(desk: HttpDesk) -> Picture:
    kinds = [kind for kind in RowKind if kind is not RowKind.DISTRIBUTIONS]
    return {kind: [_said(row) for row in await _rows(desk, kind)] for kind in kinds}


async def _rows(desk: HttpDesk, kind: RowKind) -> Sequence[Row]:
    found: list[Row] = []
    while True:
        path = f"/v1/sync/{kind.name.lower()}?first={len(found)}"
        page = list(Page.decode(await desk.read(path), kind, len(found)))
        found += page
        if len(page) < MAX_PAGE_ROWS[kind]:
            return found


def _said(row: Row) -> tuple[Any, ...]:
    match row:
        case HeaderRow():
            left_out = {"chain_block"}
        case _:
            left_out = {"position", "spend_position", "timestamp"}
    return tuple(value for name, value in vars(row).items() if name not in left_out)


def _expected(follower: Follower) -> Picture:
    picture: Picture = {
        kind: list(_of_events(follower, kind))
        for kind in RowKind
        if kind not in {RowKind.HEADERS, RowKind.DISTRIBUTIONS}
    }
    ledger = follower.ledger
    proved = ledger.blocks[: ledger.proved]
    picture[RowKind.HEADERS] = [
        (
            *(block.root, block.timestamp, block.entropy, block.draw),
            *(len(block.entries.commitments), len(block.entries.nullifiers)),
        )
        for block in proved
    ]
    return picture


def _of_events(follower: Follower, kind: RowKind) -> Iterator[tuple[Any, ...]]:
    for record in follower.records():
        event, where = record.logged.event, (record.logged.block, record.logged.transaction)
        match kind, event:
            case RowKind.DEPOSITS, Deposited():
                yield event.depositor, event.word, event.inner, *where
            case RowKind.TRANSFERS, Transferred():
                leaves = event.nullifier1, event.nullifier2, event.out1, event.out2
                yield *leaves, event.recipient, event.amount, *where
            case RowKind.MEMOS, Transferred():
                yield (event.memos,)
            case RowKind.CLAIMS, Claimed():
                yield event.claim_id, event.recipient, event.period, event.points, *where
            case RowKind.PAYOUTS, Unpaid():
                yield event.account, event.account.zero(), event.amount, *where
            case RowKind.PAYOUTS, Withdrawn():
                yield event.account, event.to, event.amount, *where
