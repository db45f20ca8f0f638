"""Opening the database, and transactions that either see one state or change it whole.

SQLite keeps its file for its owner alone. Readers never wait (write-ahead log); writers wait for
each other at the *beginning* of a transaction, so that none of them fails half-way because another
one came between. What was committed survives a power cut (`synchronous=FULL`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from winze.files import write_ahead
from winze.protocol import Seconds

from ..errors import DatabaseError, DatabaseFailed

BUSY: Final = Seconds(30)
"""How long a transaction waits for another one to end."""

_OWNER_ONLY: Final = 0o600
_OWNER_ONLY_FOLDER: Final = 0o700
_WRITES: Final = "winze_writes"


def open_database(url: str, busy: Seconds = BUSY) -> Engine:
    """The database at `url`, `sqlite:///path`; a missing file is made. Then `migrate` it.

    Args:
        url: As SQLAlchemy spells it. It is never shown: it may hold a password.
        busy: How long a transaction waits for another one to end.

    Raises:
        DatabaseError: the URL is none, or its file cannot be made.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, busy)
        return create_engine(parsed, hide_parameters=True)
    except (ArgumentError, ImportError) as problem:
        raise DatabaseError(
            "the database's URL cannot be read; write sqlite:///folder/file.db"
        ) from problem


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database, whatever is written meanwhile.

    Raises:
        DatabaseFailed: the database refuses a statement.
    """
    with _failures(), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes everything or, where anything is raised in it, nothing.

    Raises:
        DatabaseFailed: the database refuses a statement, or another transaction takes too long.
    """
    writer = engine.execution_options(**{_WRITES: True})
    with _failures(), writer.begin() as connection:
        yield connection


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as problem:
        # Neither statement nor parameters: the cause says what can be mended.
        cause = getattr(problem, "orig", None) or type(problem).__name__
        raise DatabaseFailed(f"the database failed: {cause}") from problem


def _sqlite(url: URL, busy: Seconds) -> Engine:
    if url.database and url.database != ":memory:":
        _make_file(Path(url.database))
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": float(busy), "check_same_thread": False}
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _make_file(path: Path) -> None:
    """The file belongs to its owner from its first moment on; SQLite's other files copy its mode.

    Raises:
        DatabaseError: it cannot be made.
    """
    try:
        path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY))
    except OSError as problem:
        raise DatabaseError(f"the database {path} cannot be opened: {problem}") from problem


def _configure(connection: Any, _: object) -> None:
    # Python's driver would begin transactions at moments of its own choice.
    connection.isolation_level = None
    write_ahead(connection)
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
