"""Databases for tests: real files, migrated."""

from pathlib import Path

from sqlalchemy import Engine

from winze.index import migrate, open_database
from winze.protocol import Seconds


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'node.db'}"


def database(folder: Path, busy: int = 30) -> Engine:
    """The database of a folder, made where it is missing."""
    engine = open_database(url_of(folder), Seconds(busy))
    migrate(engine)
    return engine
