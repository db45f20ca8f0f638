"""A node's database: the index's tables and those of its own work, revised together."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import winze.node.service  # noqa: F401 - declares every table
from tests.chain.fakes import DEPLOYED, FakeSource
from tests.index.busy_chain import eventful
from tests.index.database.test_migrate import same_pages
from tests.node.databases import database_url, opened
from tools.repository import ROOT
from winze import index
from winze.chain import Follower
from winze.index import DatabaseTooNew, Index, SqlStore, open_database, reading, writing
from winze.node.database import metadata, migrate

HEADS = {"i0002", "0002"}


def revisions(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def test_the_revisions_make_the_tables_that_are_declared(tmp_path: Path) -> None:
    with reading(opened(tmp_path)) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, [index.metadata, metadata]) == []


def test_the_constraints_have_the_names_that_are_declared(tmp_path: Path) -> None:
    found = inspect(opened(tmp_path))
    for table in metadata.sorted_tables:
        keys = {each["name"] for each in found.get_foreign_keys(table.name)}
        assert keys == {each.name for each in table.foreign_key_constraints}, table.name


async def test_a_node_of_an_older_version_keeps_its_work_and_reads_its_index_again(
    tmp_path: Path,
) -> None:
    engine, chain = opened(tmp_path), eventful()
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine)).sync()
    with writing(engine) as connection:
        # That version's tables are this one's: the revision changes what stands in them.
        connection.execute(text("DELETE FROM alembic_version WHERE version_num = 'i0002'"))
        connection.execute(text("UPDATE rows SET body = x'00'"))
        connection.execute(
            text("INSERT INTO batches (kind, begun_at, settled) VALUES ('execute', 5, 0)")
        )
    migrate(engine)
    assert revisions(engine) == HEADS
    assert (Index(engine).cursor(), Index(engine).generation()) == (None, 1)
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine)).sync()
    fresh = opened(tmp_path / "fresh")
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(fresh)).sync()
    assert same_pages(engine, fresh)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM batches")) == 1


def test_an_index_alone_does_not_open_a_nodes_database(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    with pytest.raises(DatabaseTooNew, match="revision 0002"):
        index.migrate(engine)
    assert revisions(engine) == HEADS


MIGRATE = """
import sys
from winze.node.database import migrate, open_database
migrate(open_database(sys.argv[1]))
"""


def test_an_installed_package_has_its_revisions_and_the_indexs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - ours
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    started = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", MIGRATE, database_url(tmp_path)],
        env=dict(os.environ, PYTHONPATH=str(installed)),
        capture_output=True,
        check=False,
    )
    assert (started.stdout + started.stderr, started.returncode) == (b"", 0)
    assert revisions(open_database(database_url(tmp_path))) == HEADS
