"""Bringing a database to its revision: once, whole, and never backwards."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import winze.node.service  # noqa: F401 - declares every table
from tests.chain.fakes import DEPLOYED, FakeSource
from tests.node.database.databases import database, url_of
from tests.node.index.busy_chain import eventful
from tools.repository import ROOT
from winze.chain import Follower
from winze.node.database import metadata, migrate, open_database, reading, writing
from winze.node.database.migrate import migrations
from winze.node.errors import DatabaseTooNew
from winze.node.index import Index, SqlStore


def revisions(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def test_the_revisions_make_the_tables_that_are_declared(tmp_path: Path) -> None:
    with reading(database(tmp_path)) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_constraints_have_the_names_that_are_declared(tmp_path: Path) -> None:
    found = inspect(database(tmp_path))
    for table in metadata.sorted_tables:
        keys = {each["name"] for each in found.get_foreign_keys(table.name)}
        assert keys == {each.name for each in table.foreign_key_constraints}, table.name
        rules = {
            (each["name"], each["options"].get("ondelete"))
            for each in found.get_foreign_keys(table.name)
        }
        assert rules == {(each.name, each.ondelete) for each in table.foreign_key_constraints}


def test_there_is_a_line_of_revisions_for_the_index_and_one_for_the_work_from_0001_on() -> None:
    script = ScriptDirectory.from_config(migrations())
    after = {each.revision: each.down_revision for each in script.walk_revisions()}
    for line in (["0001", "i0002"], ["0001", "0002"]):
        assert [after.pop(each) for each in line[1:]] == line[:-1]
    assert after == {"0001": None}


async def test_a_database_of_before_transfers_held_their_leaves_is_read_again(
    tmp_path: Path,
) -> None:
    engine, chain = open_database(url_of(tmp_path)), eventful()
    _migrate_to(engine, "0002")
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine)).sync()
    with writing(engine) as connection:
        connection.execute(text("UPDATE rows SET body = x'00'"))
        connection.execute(
            text("INSERT INTO batches (kind, begun_at, settled) VALUES ('execute', 5, 0)")
        )
    migrate(engine)
    index = Index(engine)
    assert (index.cursor(), index.generation()) == (None, 1)
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine)).sync()
    fresh = database(tmp_path / "fresh")
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(fresh)).sync()
    for kind, extent in Index(fresh).extents().items():
        assert index.page(kind, 0, extent.rows) == Index(fresh).page(kind, 0, extent.rows)
    assert index.extents() == Index(fresh).extents()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM batches")) == 1


def _migrate_to(engine: Engine, target: str) -> None:
    config = migrations()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, target)


def test_a_database_that_is_up_to_date_stays_as_it_is(tmp_path: Path) -> None:
    engine = database(tmp_path)
    before = revisions(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE progress SET generation = 5"))
    migrate(engine)
    assert revisions(engine) == before
    with reading(engine) as connection:
        assert connection.execute(text("SELECT generation FROM progress")).scalar() == 5


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    engine = database(tmp_path)
    with writing(engine) as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = '9999' WHERE version_num = '0002'")
        )
    with pytest.raises(DatabaseTooNew, match="revision 9999"):
        migrate(engine)
    assert revisions(engine) == {"i0002", "9999"}


def test_a_revision_that_fails_leaves_nothing(tmp_path: Path) -> None:
    engine = open_database(url_of(tmp_path))
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE payouts (id INTEGER)"))  # the last one in its way
    with pytest.raises(Exception, match="payouts already exists"):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["payouts"]


MIGRATE = """
import sys
from winze.node.database import migrate, open_database
migrate(open_database(sys.argv[1]))
"""


def test_processes_that_start_together_all_find_it_ready(tmp_path: Path) -> None:
    started = [_python(MIGRATE, url_of(tmp_path)) for _ in range(4)]
    ended = [(each.communicate()[0], each.returncode) for each in started]
    assert ended == [(b"", 0)] * 4
    assert revisions(open_database(url_of(tmp_path))) == {"i0002", "0002"}


def test_an_installed_package_has_its_revisions(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - ours
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    process = _python(MIGRATE, url_of(tmp_path), path=installed)
    assert (process.communicate()[0], process.returncode) == (b"", 0)
    assert revisions(open_database(url_of(tmp_path))) == {"i0002", "0002"}


def _python(program: str, *arguments: str, path: Path | None = None) -> "subprocess.Popen[bytes]":
    environment = dict(os.environ, PYTHONPATH=str(path or ROOT / "src"))
    return subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-c", program, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
