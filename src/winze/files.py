"""Where Winze keeps what it makes, and how a file is written so that it is never half there.

Everything that is expensive to make (keys, compiled contracts) or must survive a restart (a
development chain, a journal) lives below one data directory. The directory belongs to its owner
alone, because what later stands in it may be secret.
"""

import fcntl
import hashlib
import os
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import IO

import platformdirs

OWNER_ONLY_DIRECTORY = 0o700
_CHUNK = 1 << 20
_PAUSE = 0.02
_PRIMARY = 0xFF


def data_directory(*parts: str) -> Path:
    """The folder below Winze's data directory named by `parts`, made if it is missing.

    `WINZE_DATA` moves the whole directory; without it the platform's usual place is used.
    """
    configured = os.environ.get("WINZE_DATA")
    folder = Path(configured) if configured else platformdirs.user_data_path("winze")
    _make_private(folder)
    for part in parts:
        folder /= part
        _make_private(folder)
    return folder


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step; a crash leaves the old file or the new one.

    The file is readable by its owner only: `mkstemp` makes it so, and `os.replace` keeps it.
    """
    _make_private(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file's content, as lower-case hex, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def try_lock(stream: IO[bytes]) -> bool:
    """Whether the lock on an open file could be had at once.

    Closing the file gives it back, and so does the system when its holder dies. The file is to stay
    behind: to remove it would let two processes lock two files of one name.

    Raises:
        OSError: its file system knows no locks.
    """
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_ahead(database: sqlite3.Connection, patience: float = 30) -> None:
    """Have a database write ahead, so that those who read do not wait for one who writes.

    For the lock that this takes SQLite itself does not wait, whatever the connection's timeout is:
    of two processes that open a new file at the same time, one would be told that it is locked.

    Args:
        database: Open, and in no transaction.
        patience: Seconds to wait for others.

    Raises:
        sqlite3.Error: it is locked for longer, or is no database.
    """
    until = time.monotonic() + patience
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            busy = problem.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _make_private(folder: Path) -> None:
    """Make `folder` for its owner alone, unless it is there; what is above it as is usual."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=OWNER_ONLY_DIRECTORY, exist_ok=True)
