"""The journal: a file of its owner's, in which every intent stands sealed.

Each record is sealed with a key that only the seed gives, so that who reads the file learns how
many intents there are, and nothing else.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Final, cast

from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from winze.files import write_ahead
from winze.protocol import Seed

from ..errors import JournalUnreadable
from .intent import Intent

_LABEL: Final = b"winze/1/journal"
_OWNER_ONLY: Final = 0o600
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS intents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sealed BLOB NOT NULL
) STRICT;
"""


class Journal:
    """The intents of one identity on one network. Each call is one transaction; any thread may.

    Raises:
        JournalUnreadable: the file is no journal, or another identity's.
    """

    def __init__(self, path: Path | None, seed: Seed) -> None:
        """Open the journal at `path`, made if it is missing; None keeps it in memory."""
        # With its default of one key the library returns bytes; its type also covers several.
        secret = HKDF(seed.secret, SecretBox.KEY_SIZE, b"", SHA256, context=_LABEL)
        self._box = SecretBox(cast("bytes", secret))
        self._path, self._lock = path, Lock()
        if path is not None:
            path.touch(mode=_OWNER_ONLY, exist_ok=True)
        with self._explained():
            self._file = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=30)
            write_ahead(self._file)
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.executescript(_TABLES)
            self._intents: dict[str, Intent] = {}
            self._version: int | None = None
            self._refresh()

    def __repr__(self) -> str:
        return f"Journal({self._path})"

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def intents(self) -> list[Intent]:
        """All of them, the oldest first."""
        with self._lock, self._explained():
            self._refresh()
            return list(self._intents.values())

    def get(self, intent_id: str) -> Intent | None:
        """The newest version of one intent."""
        with self._lock, self._explained():
            self._refresh()
            return self._intents.get(intent_id)

    def put(self, *intents: Intent) -> None:
        """Write these versions of intents down, all or none; on the disk when it returns."""
        rows = [(each.id, self._seal(each)) for each in intents]
        with self._lock, self._explained(), self._file:
            self._file.executemany(
                "INSERT INTO intents (id, sealed) VALUES (?, ?) "
                "ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
                rows,
            )
            self._intents.update({each.id: each for each in intents})

    def merge(self, found: Mapping[str, Intent]) -> int:
        """Take over intents of a backup that are not known here; how many there were."""
        known = {each.id for each in self.intents()}
        new = [each for key, each in found.items() if key not in known]
        self.put(*new)
        return len(new)

    def _seal(self, intent: Intent) -> bytes:
        return bytes(self._box.encrypt(intent.to_json().encode()))

    def _refresh(self) -> None:
        """Read again what another process of this wallet has written."""
        version = self._file.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._version, self._intents = version, {each.id: each for each in self._read()}

    def _read(self) -> Iterator[Intent]:
        with closing(self._file.execute("SELECT sealed FROM intents ORDER BY number")) as rows:
            for (sealed,) in rows:
                yield Intent.from_json(self._box.decrypt(sealed).decode())

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            raise JournalUnreadable(f"the journal {self._path} cannot be used: {problem}") from None
        except (CryptoError, ValueError, KeyError, TypeError):
            raise JournalUnreadable(
                f"the journal {self._path} is damaged or another identity's: restore it from a "
                "backup, or move it away; sessions and balances are found again without it"
            ) from None
