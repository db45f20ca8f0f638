"""The store in SQL: as the one in memory, and its rows as the records say."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy import Engine, func, select

from tests.chain.acts import deposit
from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource
from tests.chain.pictures import ledger_picture
from tests.index.busy_chain import (
    BusyChain,
    Named,
    announced,
    eventful,
    header,
    histories,
    named,
)
from tests.index.databases import database
from tests.index.expected import expected_rows
from tests.protocol.histories import ALICE
from winze.chain import Follower, LedgerMismatch, MemoryStore
from winze.index import Index, SqlStore, metadata, reading
from winze.protocol import (
    SLOTS,
    BlockIndex,
    ChainBlock,
    Claimed,
    Event,
    Ledger,
    ProtocolError,
    Unpaid,
    Wei,
    poseidon,
)
from winze.wire import (
    MAX_PAGE_ROWS,
    ROWS,
    DepositRow,
    Page,
    Row,
    RowKind,
    TransferRow,
    WireError,
)

History = Sequence[tuple[int, Sequence[Sequence[Named]]]]


@contextmanager
def databases() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = database(Path(folder))
        try:
            yield engine
        finally:
            engine.dispose()


class Twins:
    """Two followers of one chain, one with each kind of store."""

    def __init__(self, engine: Engine, chain: FakeChain) -> None:
        self.engine, self.chain = engine, chain
        self.sql, self.memory = SqlStore(engine), MemoryStore()
        self.followers = [
            Follower(FakeSource(chain), DEPLOYED, store=store) for store in (self.sql, self.memory)
        ]

    async def sync(self) -> None:
        for follower in self.followers:
            await follower.sync()

    def agree(self) -> None:
        """See that everything that can be asked has one answer."""
        sql, memory = self.sql, self.memory
        records = list(memory.records())
        assert list(sql.records()) == records
        assert sql.cursor() == memory.cursor() == Index(self.engine).cursor()
        assert list(sql.places()) == list(memory.places())
        ledgers = [ledger_picture(each.ledger) for each in self.followers]
        assert ledgers[0] == ledgers[1]
        for index in {record.touches or 0 for record in records} | {99}:
            touching = BlockIndex(index)
            some = [r for r in records if r.touches is not None and r.touches >= index]
            assert list(sql.records(touching=touching)) == some
            assert list(memory.records(touching=touching)) == some
        for number in {record.logged.block for record in records} | {0}:
            later = [r for r in records if r.logged.block > number]
            assert list(sql.records(above=ChainBlock(number))) == later
            assert list(memory.records(above=ChainBlock(number))) == later
        assert all_rows(self.engine) == {
            kind: [row for row, _ in rows] for kind, rows in expected_rows(records).items()
        }
        assert leaves_of_rows(self.engine) == leaves_of(self.followers[1].ledger)
        again = Follower(FakeSource(self.chain), DEPLOYED, store=SqlStore(self.engine))
        unknown = {"blocks", "headers"}  # entropies that were drawn, which no store holds
        fresh = ledger_picture(again.ledger)
        assert {k: v for k, v in fresh.items() if k not in unknown} == {
            k: v for k, v in ledgers[0].items() if k not in unknown
        }


def all_rows(engine: Engine) -> dict[RowKind, list[Row]]:
    """Every row that is served, page by page."""
    index, found = Index(engine), {}
    for kind, extent in index.extents().items():
        pages = [
            Page.decode(index.page(kind, first, 3), kind, first)
            for first in range(0, extent.rows + 1, 3)
        ]
        found[kind] = [row for page in pages for row in page]
        assert len(found[kind]) == extent.rows
    return found


def leaves_of_rows(engine: Engine) -> tuple[dict[int, int], dict[int, int]]:
    """The notes and the nullifiers that deposits and transfers tell, by their positions."""
    found = all_rows(engine)
    notes: dict[int, int] = {}
    nullifiers: dict[int, int] = {}
    for row in (*found[RowKind.DEPOSITS], *found[RowKind.TRANSFERS]):
        match row:
            case DepositRow():
                notes[row.position] = poseidon(row.word, row.inner)
            case TransferRow():
                notes |= {row.position: row.out1, row.position + 1: row.out2}
                spent = row.spend_position
                nullifiers |= {spent: row.nullifier1, spent + 1: row.nullifier2}
    return notes, nullifiers


def leaves_of(ledger: Ledger) -> tuple[dict[int, int], dict[int, int]]:
    """The notes and the nullifiers of all blocks, proved or not, by their positions."""
    notes: dict[int, int] = {}
    nullifiers: dict[int, int] = {}
    entries = [block.entries for block in ledger.blocks] + [ledger.open]
    for index, block in enumerate(entries):
        notes |= {SLOTS * index + slot: leaf for slot, leaf in enumerate(block.commitments)}
        nullifiers |= {SLOTS * index + slot: leaf for slot, leaf in enumerate(block.nullifiers)}
    return notes, nullifiers


@settings(max_examples=40, deadline=None)
@given(history=histories)
def test_after_any_history_both_stores_hold_the_same(history: History) -> None:
    with databases() as engine:
        asyncio.run(play(engine, history))


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(history=histories)
def test_after_many_histories_too(history: History) -> None:
    with databases() as engine:
        asyncio.run(play(engine, history))


async def play(engine: Engine, history: History) -> None:
    chain = BusyChain()
    twins = Twins(engine, chain)
    for depth, blocks in history:
        acts = [[named(chain, act) for act in block] for block in blocks]
        chain.reorganise(min(depth, len(chain.blocks) - DEPLOYED), *acts)
        cursor = twins.followers[0].cursor
        if cursor is not None:  # a fork wins by being longer
            chain.mine_empty(cursor.number - chain.head)
        await twins.sync()
    twins.agree()


@pytest.mark.parametrize("depth", range(1, 11))
async def test_at_every_depth_both_stores_go_back_alike(tmp_path: Path, depth: int) -> None:
    chain = eventful()
    twins = Twins(database(tmp_path), chain)
    await twins.sync()
    twins.agree()
    chain.reorganise(depth, [deposit(9), chain.claim(20)], *[[]] * depth)
    await twins.sync()
    twins.agree()


async def test_a_new_store_is_empty(tmp_path: Path) -> None:
    store = SqlStore(database(tmp_path))
    assert (store.cursor(), list(store.records()), list(store.places())) == (None, [], [])


async def test_whoever_opens_it_again_finds_everything(tmp_path: Path) -> None:
    chain = eventful()
    twins = Twins(database(tmp_path), chain)
    await twins.sync()
    twins.engine.dispose()
    again = SqlStore(database(tmp_path))
    assert again.cursor() == twins.memory.cursor()
    assert list(again.records()) == list(twins.memory.records())


async def test_forgetting_everything_leaves_no_row_anywhere(tmp_path: Path) -> None:
    twins = Twins(database(tmp_path), eventful())
    await twins.sync()
    twins.sql.rewind(None)
    assert twins.sql.cursor() is None
    with reading(twins.engine) as connection:
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in metadata.sorted_tables
        }
    assert {name for name, count in counts.items() if count} == {"progress"}


async def test_records_are_those_of_the_moment_in_which_the_first_is_asked_for(
    tmp_path: Path,
) -> None:
    twins = Twins(database(tmp_path), eventful())
    await twins.sync()
    whole = list(twins.sql.records())
    reading_on = iter(twins.sql.records())
    first = next(reading_on)
    twins.sql.rewind(None)
    assert [first, *reading_on] == whole


async def test_going_back_is_counted(tmp_path: Path) -> None:
    chain = eventful()
    twins = Twins(database(tmp_path), chain)
    index = Index(twins.engine)
    await twins.sync()
    assert index.generation() == 0
    chain.reorganise(1, [], [])
    await twins.sync()
    assert index.generation() == 1
    await twins.sync()
    assert index.generation() == 1


# -- what no contract announces -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([Claimed(1, ALICE, 0, 4), Claimed(1, ALICE, 1, 4)], LedgerMismatch),
        ([Claimed(1, ALICE, 1 << 32, 4)], WireError),
        ([Claimed(1, ALICE, 0, 1 << 16)], WireError),
        ([Unpaid(ALICE, Wei.bound)], ProtocolError),
    ],
)
def test_what_cannot_be_is_refused_whole(
    tmp_path: Path, events: list[Event], error: type[Exception]
) -> None:
    store = SqlStore(database(tmp_path))
    store.extend([announced(Claimed(5, ALICE, 0, 1), 3)], header(4))
    before = list(store.records())
    for _ in range(2):
        with pytest.raises(error):
            store.extend(
                [announced(Claimed(6, ALICE, 0, 1), 6), *map(announced, events)], header(8)
            )
        assert (store.cursor(), list(store.records())) == (header(4), before)
    store.extend([announced(Claimed(6, ALICE, 0, 1), 6)], header(8))
    assert len(list(store.records())) == 2


@pytest.mark.parametrize("place", [0, 1])
def test_the_greatest_values_have_room(tmp_path: Path, place: int) -> None:
    store = SqlStore(database(tmp_path))
    events: Any = [
        Claimed(1, ALICE, (1 << 32) - 1, (1 << 16) - 1),
        Unpaid(ALICE, Wei.bound - 1),
    ]
    store.extend([announced(events[place])], header(8))
    assert [each.logged.event for each in store.records()] == [events[place]]


def test_a_page_holds_no_more_than_its_kind_allows(tmp_path: Path) -> None:
    engine = database(tmp_path)
    store, kind = SqlStore(engine), RowKind.CLAIMS
    most = MAX_PAGE_ROWS[kind]
    claims = [announced(Claimed(number, ALICE, 0, 1)) for number in range(most + 1)]
    store.extend(claims, header(8))
    index = Index(engine)
    assert len(Page.decode(index.page(kind, 0, most + 1), kind, 0)) == most
    assert len(Page.decode(index.page(kind, 1, most), kind, 1)) == most
    assert len(index.page(kind, 0, most)) == 24 + most * ROWS[kind].SIZE <= 1 << 20
    assert len(Page.decode(index.page(kind, most, 5), kind, most)) == 1
    assert len(Page.decode(index.page(kind, most + 1, 5), kind, most + 1)) == 0
    assert len(Page.decode(index.page(kind, 0, 0), kind, 0)) == 0
