"""Bringing an index to its revision: once, whole, and never backwards."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from tests.chain.fakes import DEPLOYED, FakeSource
from tests.index.busy_chain import eventful
from tests.index.databases import database, url_of
from winze.chain import Follower
from winze.index import (
    DatabaseTooNew,
    Index,
    SqlStore,
    metadata,
    migrate,
    open_database,
    reading,
    writing,
)
from winze.index.database.migrate import migrations


def revision(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def same_pages(one: Engine, other: Engine) -> bool:
    """Whether two indices serve the same rows."""
    extents = Index(one).extents()
    return extents == Index(other).extents() and all(
        Index(one).page(kind, 0, extent.rows) == Index(other).page(kind, 0, extent.rows)
        for kind, extent in extents.items()
    )


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


def test_there_is_one_line_of_revisions() -> None:
    script = ScriptDirectory.from_config(migrations())
    known = [each.revision for each in script.walk_revisions()]
    assert len(script.get_heads()) == 1
    assert known[::-1] == ["0001", *(f"i{n:04}" for n in range(2, len(known) + 1))]


async def test_an_index_of_before_transfers_held_their_leaves_is_read_again(
    tmp_path: Path,
) -> None:
    engine, chain, config = open_database(url_of(tmp_path)), eventful(), migrations()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine)).sync()
    with writing(engine) as connection:
        connection.execute(text("UPDATE rows SET body = x'00'"))
    migrate(engine)
    assert (Index(engine).cursor(), Index(engine).generation()) == (None, 1)
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine)).sync()
    fresh = database(tmp_path / "fresh")
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(fresh)).sync()
    assert same_pages(engine, fresh)


def test_a_database_that_is_up_to_date_stays_as_it_is(tmp_path: Path) -> None:
    engine = database(tmp_path)
    before = revision(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE progress SET generation = 5"))
    migrate(engine)
    assert revision(engine) == before
    with reading(engine) as connection:
        assert connection.execute(text("SELECT generation FROM progress")).scalar() == 5


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    engine = database(tmp_path)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="revision 9999"):
        migrate(engine)
    assert revision(engine) == "9999"


def test_a_revision_that_fails_leaves_nothing(tmp_path: Path) -> None:
    engine = open_database(url_of(tmp_path))
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE payouts (id INTEGER)"))  # the last one in its way
    with pytest.raises(Exception, match="payouts already exists"):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["payouts"]


MIGRATE = """
import sys
from winze.index import migrate, open_database
migrate(open_database(sys.argv[1]))
"""


def test_processes_that_start_together_all_find_it_ready(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-c", MIGRATE, url_of(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for _ in range(4)
    ]
    ended = [(each.communicate()[0], each.returncode) for each in started]
    assert ended == [(b"", 0)] * 4
    assert revision(open_database(url_of(tmp_path))) is not None


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    """What joins the revisions' folders must not stand in a path: both are ours and others'."""
    more = tmp_path / "50% a:b;c"
    more.mkdir()
    (more / "x0001.py").write_text(
        "revision, down_revision = 'x0001', '0001'\ndef upgrade(): pass\n"
    )
    engine = open_database(url_of(tmp_path))
    migrate(engine, more)
    with reading(engine) as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    assert set(heads) == {"i0002", "x0001"}
