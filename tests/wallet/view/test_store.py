"""The file of rows: one state after the other, whoever writes and whoever dies."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chain.acts import deposit, prove, seal, spend
from tests.index.busy_chain import BusyChain, eventful
from tests.wallet.view.fakes import view_of
from tests.wallet.view.test_view import SETTLED, assert_is, honest, now_chain
from winze.protocol import Field
from winze.wallet import RowStore, RowsUnreadable
from winze.wallet.view.store import Kept, Settled
from winze.wire import RowKind

NOTHING = Settled([], [], [], [], [], 7, 9)


def grown(chain: BusyChain, inner: int) -> None:
    """One more block of the ledger, final."""
    chain.mine(deposit(inner), spend(inner), chain.claim(inner))
    chain.mine(seal)
    chain.mine()
    chain.mine(prove)
    chain.mine_empty(SETTLED)


def test_a_new_file_is_its_owners_alone_and_empty(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    store = RowStore(path)
    assert path.stat().st_mode & 0o777 == 0o600
    kept = store.kept()
    assert (kept.blocks, kept.final, kept.time) == (0, -1, 0)
    assert set(kept.rows) == set(RowKind)
    assert (store.headers(), store.block(0), store.payouts(1)) == ([], None, [])
    store.close()
    assert RowStore(path).kept() == kept


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"?" * 5000])
def test_a_file_that_is_none_of_ours_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "rows"
    path.write_bytes(content)
    with pytest.raises(RowsUnreadable, match="move the file away"):
        RowStore(path)


def test_a_file_of_another_version_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    store = RowStore(path)
    assert store.keep(store.kept(), NOTHING)
    store.close()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 99")
    again = RowStore(path)
    assert again.kept().final == -1


def test_what_somebody_else_has_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    one, two = RowStore(tmp_path / "rows"), RowStore(tmp_path / "rows")
    base = one.kept()
    assert one.keep(base, NOTHING)
    assert not two.keep(base, NOTHING)
    assert two.kept() == one.kept() == Kept(base.epoch, base.rows, 7, 9)
    assert two.keep(two.kept(), NOTHING, anew=True)
    assert one.kept().epoch != base.epoch
    assert not one.keep(base, NOTHING)


async def test_nullifiers_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    chain = now_chain()
    view = view_of(chain, honest(chain), path=tmp_path / "rows")
    await view.sync()
    nullifiers = chain.pool.ledger.blocks[1].entries.nullifiers
    assert view.rows.seen.kept.blocks == 2
    for each in nullifiers:  # small numbers: their first eight bytes are all 0
        assert view.spend_position(each) == chain.pool.ledger.spend_position(each)
    assert view.spend_position(Field(3)) is None
    assert view.claim(Field(3)) is not None
    assert view.claim(Field(4)) is None


async def test_two_views_of_one_file_go_on_from_each_others_rows(tmp_path: Path) -> None:
    chain = now_chain()
    one, two = (view_of(chain, honest(chain), path=tmp_path / "rows") for _ in range(2))
    for turn in range(4):
        await (one if turn % 2 else two).sync()
        grown(chain, 20 + turn)
    await asyncio.gather(one.sync(), two.sync())
    for view in (one, two):
        assert_is(view, chain)
        await view.sync()
        assert view.rows.seen.kept.blocks == chain.pool.ledger.proved


async def test_a_file_that_is_read_anew_by_one_is_by_the_other(tmp_path: Path) -> None:
    chain = now_chain()
    nodes = [honest(chain, "one"), honest(chain, "two")]
    one = view_of(chain, *nodes, path=tmp_path / "rows")
    two = view_of(chain, *nodes, path=tmp_path / "rows")
    await one.sync()
    await two.sync()
    assert await one.distrust()
    assert one.place == "two"
    await two.sync()
    assert_is(two, chain)
    assert two.rows.seen.kept.epoch == one.rows.seen.kept.epoch


async def test_where_there_is_no_other_node_distrust_changes_nothing(tmp_path: Path) -> None:
    chain = now_chain()
    view = view_of(chain, honest(chain), path=tmp_path / "rows")
    await view.sync()
    shown = view.rows
    assert not await view.distrust()
    assert view.rows is shown


@pytest.mark.parametrize("after", [0, 7, 19])
def test_a_process_that_is_killed_leaves_a_file_from_which_the_next_goes_on(
    tmp_path: Path, after: int
) -> None:
    path = tmp_path / "rows"
    command = [sys.executable, "-m", __spec__.name, str(path), str(after)]
    killed = subprocess.run(command, check=False)  # noqa: S603 - ourselves
    assert killed.returncode == -signal.SIGKILL
    chain = eventful()
    grown(chain, 20)
    view = view_of(chain, honest(chain), path=path)
    asyncio.run(view.sync())
    assert_is(view, chain)


async def _killed(path: Path, after: int) -> None:
    """Synchronise, and die by the statement with this number of the one that keeps the rows."""
    chain = eventful()
    grown(chain, 20)
    view = view_of(chain, honest(chain), path=path)
    left = after
    keeping = False

    def trace(statement: str) -> None:
        nonlocal left, keeping
        keeping = keeping or statement.startswith("INSERT INTO blocks")
        left -= keeping
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    view._store._file.set_trace_callback(trace)
    await view.sync()


if __name__ == "__main__":
    asyncio.run(_killed(Path(sys.argv[1]), int(sys.argv[2])))
