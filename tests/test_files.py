"""Files that are never half there, in a directory that belongs to its owner alone."""

import hashlib
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest

from winze.files import data_directory, sha256_of_file, write_ahead, write_atomically


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "data"
    monkeypatch.setenv("WINZE_DATA", str(root))
    return root


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_data_directory_is_where_the_environment_says(data: Path) -> None:
    assert data_directory("keys", "development") == data / "keys" / "development"
    assert (data / "keys" / "development").is_dir()


def test_the_data_directory_is_its_owners_from_its_root_on(data: Path) -> None:
    folder = data_directory("journal")
    assert mode(folder) == 0o700
    assert mode(data) == 0o700


def test_without_the_environment_it_is_the_platforms_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WINZE_DATA", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_directory("keys") == tmp_path / "winze" / "keys"


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_atomically(path, b"content")
    assert path.read_bytes() == b"content"
    assert mode(path) == 0o600
    write_atomically(path, b"other")
    assert path.read_bytes() == b"other"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with pytest.raises(TypeError):
        write_atomically(path, "text is no bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_files_hash_is_that_of_its_whole_content(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(251)) * (size // 251) + b"\x07" * (size % 251))
    assert sha256_of_file(path) == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new database that somebody else is writing to, in `tmp_path / "held"`."""
    with closing(sqlite3.connect(tmp_path / "held", check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_a_database_that_somebody_else_is_making_is_waited_for(
    tmp_path: Path, held: sqlite3.Connection
) -> None:
    with closing(sqlite3.connect(tmp_path / "held", timeout=0)) as database:
        soon = Timer(0.2, held.rollback)
        soon.start()
        write_ahead(database)
        soon.join()
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_it_is_not_waited_for_without_an_end(tmp_path: Path, held: sqlite3.Connection) -> None:
    assert held.in_transaction
    with (
        closing(sqlite3.connect(tmp_path / "held", timeout=0)) as database,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        write_ahead(database, patience=0.1)


def test_what_is_no_database_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, but long enough to look like one" * 100)
    with (
        closing(sqlite3.connect(tmp_path / "text")) as database,
        pytest.raises(sqlite3.DatabaseError, match="not a database"),
    ):
        write_ahead(database)
