"""Keeping a vault open between commands, for a while, where its owner asks for it.

What is kept is the vault's key, in the folder that the system makes for a user's session
(`XDG_RUNTIME_DIR`): in memory, its owner's alone, gone when the session ends. Whoever can read it
there can also read the memory of a wallet that runs, or wait for the passphrase; so it opens no
door but one: a machine that is left alone. Hence it ends by itself, is never kept unasked, and
nowhere but there. Another passphrase makes it worthless.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from winze.files import write_atomically

from ..errors import VaultUnusable, WrongPassphrase
from .vault import Vault

LONGEST_UNLOCK: Final = 8 * 3600
"""For how many seconds a vault is kept open at most."""

_OTHERS: Final = 0o077


@dataclass(frozen=True)
class Unlocks:
    """The vaults that are kept open."""

    folder: Path

    @classmethod
    def find(cls, environment: Mapping[str, str], user: int | None = None) -> Self | None:
        """Where a session's are; None where the system has no such place, or an open one.

        Args:
            environment: The process's.
            user: The id of whose place it must be; None for the process's own.
        """
        session = Path(environment.get("XDG_RUNTIME_DIR", ""))
        try:
            about = session.stat()
        except OSError:
            return None
        own = session.is_absolute() and about.st_uid == (os.getuid() if user is None else user)
        return cls(session / "winze") if own and not about.st_mode & _OTHERS else None

    def keep(self, vault: Vault, now: float, seconds: int) -> None:
        """Keep an unlocked vault open.

        Args:
            vault: Which one.
            now: The machine's clock, in unix seconds.
            seconds: For how long; never longer than `LONGEST_UNLOCK`.

        Raises:
            VaultLocked: it is not unlocked.
            VaultUnusable: the key cannot be kept.
        """
        until = int(now) + min(seconds, LONGEST_UNLOCK)
        content = json.dumps({"until": until, "key": vault.key.hex()}).encode()
        try:
            write_atomically(self._file(vault), content)
        except OSError as problem:
            raise VaultUnusable(
                f"{self.folder} cannot be written, so the vault is not kept open: "
                f"{problem.strerror}"
            ) from None

    def unlock(self, vault: Vault, now: float) -> bool:
        """Unlock a vault that is kept open; whether it was. What has ended is deleted.

        Raises:
            VaultUnusable: the vault itself is damaged, or not there.
        """
        try:
            form = json.loads(self._file(vault).read_bytes())
            until, key = int(form["until"]), bytes.fromhex(form["key"])
            if now < until <= now + LONGEST_UNLOCK:  # else its time is over, or the clock was moved
                vault.unlock_with(key)
                return True
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError, WrongPassphrase):
            pass
        self.forget(vault)
        return False

    def forget(self, vault: Vault) -> None:
        """Keep a vault open no longer."""
        self._file(vault).unlink(missing_ok=True)

    def _file(self, vault: Vault) -> Path:
        name = hashlib.sha256(os.fsencode(vault.path.absolute())).hexdigest()
        return self.folder / f"{name[:32]}.json"
