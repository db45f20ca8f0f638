"""A database that is locked or full while the index grows: nothing half done, and on it goes."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource
from tests.chain.pictures import fresh_picture, picture
from tests.index.busy_chain import eventful
from tests.index.databases import database, url_of
from tools.repository import ROOT
from winze.chain import Follower
from winze.index import DatabaseFailed, Index, SqlStore, open_database, writing
from winze.protocol import Seconds


def follower_of(folder: Path, chain: FakeChain, busy: int = 30) -> Follower:
    database(folder)
    return opened(folder, chain, busy)


def opened(folder: Path, chain: FakeChain, busy: int = 30) -> Follower:
    engine = open_database(url_of(folder), Seconds(busy))
    return Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine))


def stored(folder: Path, chain: FakeChain) -> dict[str, object]:
    """What somebody finds who opens the database anew."""
    return picture(opened(folder, chain))


async def test_while_another_connection_writes_nothing_is_read_and_then_all(
    tmp_path: Path,
) -> None:
    chain = eventful()
    follower = follower_of(tmp_path, chain, busy=0)
    before = picture(follower)
    with writing(database(tmp_path)):
        for _ in range(2):
            with pytest.raises(DatabaseFailed, match="locked"):
                await follower.sync()
            assert picture(follower) == before == stored(tmp_path, chain)
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


async def test_while_another_connection_writes_the_ledger_does_not_go_back_either(
    tmp_path: Path,
) -> None:
    chain = eventful()
    follower = follower_of(tmp_path, chain, busy=0)
    await follower.sync()
    before = picture(follower)
    chain.reorganise(5, *[[]] * 6)
    with writing(database(tmp_path)):
        for _ in range(2):
            with pytest.raises(DatabaseFailed, match="locked"):
                await follower.sync()
            assert picture(follower) == before
    assert Index(database(tmp_path)).generation() == 0
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


async def test_who_is_cancelled_while_the_store_waits_leaves_ledger_and_store_alike(
    tmp_path: Path,
) -> None:
    chain = eventful()
    follower = follower_of(tmp_path, chain)
    loop_goes_on = threading.Event()
    with writing(database(tmp_path)):
        syncing = asyncio.create_task(follower.sync())
        while not len(follower.ledger.blocks):  # noqa: ASYNC110 - applied, and being stored
            await asyncio.sleep(0)
        for _ in range(3):
            syncing.cancel()
            await asyncio.sleep(0.01)
        assert not syncing.done()
        loop_goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await syncing
    assert loop_goes_on.is_set()
    assert follower.cursor is not None
    found, again = picture(follower), stored(tmp_path, chain)
    assert found["records"] == again["records"] != []
    assert (found["cursor"], found["root"]) == (again["cursor"], again["root"])
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


FULL = """
import asyncio, resource, sys
from pathlib import Path
from benchmarks.node.synthetic import FIRST, SyntheticSource
from winze.chain import Follower
from winze.index import DatabaseFailed, Index, SqlStore, migrate, open_database

engine = open_database(sys.argv[1])
migrate(engine)
source = SyntheticSource(1_500)
follower = Follower(source, FIRST, store=SqlStore(engine))


def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def main():
    limit(400_000)
    seen = []
    for _ in range(3):
        try:
            await follower.sync()
        except DatabaseFailed as failed:
            seen.append(str(failed))
            stored = list(SqlStore(engine).records())
            assert stored == source.records[: len(stored)], "not the beginning"
            assert follower.cursor == SqlStore(engine).cursor() == Index(engine).cursor()
            again = Follower(source, FIRST, store=SqlStore(engine))
            assert again.ledger.root == follower.ledger.root
            assert again.ledger.open == follower.ledger.open
            assert again.ledger.open_index == follower.ledger.open_index
    assert len(seen) == 3 and 0 < len(stored) < len(source.records), (seen, len(stored))
    limit(resource.RLIM_INFINITY)
    await follower.sync()
    assert list(SqlStore(engine).records()) == source.records
    assert follower.ledger.root == source.ledger.root
    print(*seen, sep="\\n")


asyncio.run(main())
"""


def test_a_full_disk_stops_the_index_where_it_is_until_there_is_room(tmp_path: Path) -> None:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT / "src"), str(ROOT)]))
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", FULL, url_of(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert len(done.stdout.splitlines()) == 3
