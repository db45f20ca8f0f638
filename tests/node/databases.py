"""Databases for tests: real files, migrated, and ways to make them fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from winze.node.database import migrate, open_database, writing
from winze.protocol import Seconds


def database_url(folder: Path) -> str:
    """Where a test's database is."""
    return f"sqlite:///{folder}/node.db"


def opened(folder: Path, *, busy: int = 5) -> Engine:
    """The database of a test, as a node opens it; again, as a restarted node does."""
    engine = open_database(database_url(folder), busy=Seconds(busy))
    migrate(engine)
    return engine


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Somebody else writes, and does not end."""
    with writing(engine):
        yield


def refuse_inserts(engine: Engine, table: str) -> None:
    """From now on the database fails at each new row of `table`."""
    with writing(engine) as database:
        database.execute(
            text(
                f"CREATE TRIGGER broken BEFORE INSERT ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )
        )


def allow_inserts(engine: Engine) -> None:
    """The end of `refuse_inserts`."""
    with writing(engine) as database:
        database.execute(text("DROP TRIGGER broken"))
