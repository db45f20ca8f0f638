"""Opening the database: whose file it is, who waits for whom, and what its errors show."""

import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.index.databases import database, url_of
from winze.index import DatabaseError, DatabaseFailed, Index, open_database, reading, writing
from winze.index.tables import progress
from winze.protocol import Seconds


def test_every_file_of_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    engine = database(folder)
    with writing(engine) as connection:
        connection.execute(text("UPDATE progress SET generation = 1"))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}
    assert modes == {"node.db": 0o600, "node.db-wal": 0o600, "node.db-shm": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_a_connection_is_set_as_the_node_needs_it(
    tmp_path: Path, pragma: str, value: object
) -> None:
    engine = database(tmp_path)
    for transaction in (reading, writing):
        with transaction(engine) as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def generation(folder: Path) -> int:
    return Index(database(folder)).generation()


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    engine = database(tmp_path)

    def fail() -> None:
        with writing(engine) as connection:
            connection.execute(text("UPDATE progress SET generation = 5"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert generation(tmp_path) == 0


def test_a_reader_sees_one_state_and_waits_for_nobody(tmp_path: Path) -> None:
    engine = database(tmp_path, busy=0)
    query = text("SELECT generation FROM progress")
    with reading(engine) as reader:
        assert reader.execute(query).scalar() == 0
        with writing(engine) as writer:
            writer.execute(text("UPDATE progress SET generation = 5"))
            assert reader.execute(query).scalar() == 0
        assert reader.execute(query).scalar() == 0
    assert generation(tmp_path) == 5


def test_a_writer_waits_for_another_at_its_beginning(tmp_path: Path) -> None:
    engine = database(tmp_path, busy=30)
    bump = text("UPDATE progress SET generation = generation + 1")
    with writing(engine) as first:
        second = threading.Thread(target=lambda: _write(tmp_path, "generation = 10 * generation"))
        second.start()
        second.join(0.3)
        assert second.is_alive()
        first.execute(bump)
    second.join()
    assert generation(tmp_path) == 10


def _write(folder: Path, change: str) -> None:
    with writing(database(folder)) as connection:
        connection.execute(text(f"UPDATE progress SET {change}"))  # noqa: S608 - of this test


def test_a_writer_that_waits_too_long_says_so(tmp_path: Path) -> None:
    patient, hasty = database(tmp_path), open_database(url_of(tmp_path), Seconds(0))
    with writing(patient):
        with pytest.raises(DatabaseFailed, match="database is locked"):
            _begin(hasty)
        with reading(hasty):
            pass
    _begin(hasty)


def _begin(engine: object) -> None:
    with writing(engine):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize("url", ["", "node.db", "nonsense://user:hunter2@host/db"])
def test_a_url_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(DatabaseError, match="sqlite:///") as refused:
        open_database(url)
    assert "hunter2" not in str(refused.value)


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(DatabaseError, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path / 'taken' / 'node.db'}")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "node.db").write_bytes(b"something else" * 100)
    with pytest.raises(DatabaseFailed, match="not a database"):
        database(tmp_path)


def test_an_error_shows_neither_statement_nor_values(tmp_path: Path) -> None:
    engine = database(tmp_path)
    change = text("UPDATE progress SET id = 2, hash = :secret")
    with pytest.raises(DatabaseFailed) as failed, writing(engine) as connection:
        connection.execute(change, {"secret": "hunter2"})
    assert "hunter2" not in str(failed.value)
    assert "hunter2" not in str(failed.value.__cause__)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(progress)) == 1
