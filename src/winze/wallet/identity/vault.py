"""The vault: an identity's secrets in a file, sealed with a passphrase.

The passphrase becomes a key by argon2id, slow and with much memory so that guessing is dear, and
libsodium's secretbox seals with it. Salt and cost stand beside what is sealed.
"""

import json
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from winze.files import write_atomically
from winze.protocol import WinzeError

from ..errors import VaultLocked, VaultUnusable, WrongPassphrase
from .signer import Secrets

LEAST_PASSPHRASE: Final = 8
"""The fewest characters of a passphrase."""

_FORMAT: Final = 1
_KDF: Final = "argon2id"


@dataclass(frozen=True)
class Cost:
    """What working out the key from a passphrase takes."""

    operations: int
    memory: int
    """In bytes."""

    def __post_init__(self) -> None:
        """Refuse what libsodium cannot do, or what would take all of a machine's memory."""
        fits = argon2id.OPSLIMIT_MIN <= self.operations <= argon2id.OPSLIMIT_SENSITIVE
        if not fits or not argon2id.MEMLIMIT_MIN <= self.memory <= argon2id.MEMLIMIT_SENSITIVE:
            raise ValueError(f"no cost of argon2id: {self.operations} times {self.memory} bytes")

    def covers(self, other: "Cost") -> bool:
        """Whether it is nowhere below `other`."""
        return self.operations >= other.operations and self.memory >= other.memory


MODERATE: Final = Cost(argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)
"""256 MiB, about a second: libsodium's choice for what is opened by hand."""


@dataclass(frozen=True)
class _Lock:
    """How a passphrase becomes the key of a file."""

    cost: Cost
    salt: bytes

    @classmethod
    def new(cls, cost: Cost) -> Self:
        return cls(cost, random(argon2id.SALTBYTES))

    def key(self, passphrase: str) -> bytes:
        # One passphrase has several spellings in Unicode, and keyboards differ in which they send.
        text = unicodedata.normalize("NFC", passphrase).encode()
        cost = self.cost
        return bytes(
            argon2id.kdf(SecretBox.KEY_SIZE, text, self.salt, cost.operations, cost.memory)
        )


class Vault:
    """The secrets of one identity, locked until its passphrase is given.

    Raises:
        VaultUnusable: the file is damaged, or cannot be read or written.
    """

    def __init__(self, path: Path, cost: Cost = MODERATE) -> None:
        """Nothing is read yet.

        Args:
            path: The file.
            cost: What a new passphrase costs; one that cost less is sealed anew when it is used.
        """
        self.path, self._cost = path, cost
        self._open: tuple[_Lock, bytes, Secrets] | None = None

    def __repr__(self) -> str:
        return f"Vault({self.path}, {'locked' if self.locked else 'unlocked'})"

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        return self.path.exists()

    @property
    def locked(self) -> bool:
        """Whether the passphrase has to be given first."""
        return self._open is None

    @property
    def secrets(self) -> Secrets:
        """What it holds.

        Raises:
            VaultLocked: the passphrase has to be given first.
        """
        return self._opened()[2]

    def create(self, passphrase: str, secrets: Secrets) -> None:
        """Make it, unlocked.

        Raises:
            VaultUnusable: there is one already, which is kept.
            WrongPassphrase: the passphrase is too short.
        """
        if self.exists:
            raise VaultUnusable(
                f"{self.path} holds another identity's secrets: log out of it first"
            )
        self._seal_anew(passphrase, secrets)

    def unlock(self, passphrase: str) -> Secrets:
        """What it holds, until `lock`.

        Raises:
            WrongPassphrase: it is another passphrase.
        """
        lock, sealed = self._read()
        self._opened_with(lock, lock.key(passphrase), sealed)
        if not lock.cost.covers(self._cost):
            with suppress(VaultUnusable):  # a disk that cannot be written keeps nobody out
                self._seal_anew(passphrase, self.secrets)
        return self.secrets

    def unlock_with(self, key: bytes) -> Secrets:
        """As `unlock`, with the key that the passphrase gave before; see `key`.

        Raises:
            WrongPassphrase: the passphrase was changed meanwhile.
        """
        lock, sealed = self._read()
        self._opened_with(lock, key, sealed)
        return self.secrets

    @property
    def key(self) -> bytes:
        """What opens this file without the passphrase, as long as that is not changed; secret.

        Raises:
            VaultLocked: the passphrase has to be given first.
        """
        return self._opened()[1]

    def store(self, secrets: Secrets) -> None:
        """Hold these from now on.

        Raises:
            VaultLocked: the passphrase has to be given first.
        """
        lock, key, _ = self._opened()
        self._write(lock, key, secrets)

    def lock(self) -> None:
        """Forget the key; the file stays."""
        self._open = None

    def change_passphrase(self, old: str, new: str) -> None:
        """Seal it with another passphrase; unlocked afterwards.

        A copy of the old file still opens with the old one.

        Raises:
            WrongPassphrase: `old` is another passphrase, or `new` is too short.
        """
        self._seal_anew(new, self.unlock(old))

    def forget(self) -> None:
        """Delete it. What it held can be found again by signing in."""
        self.lock()
        try:
            self.path.unlink(missing_ok=True)
        except OSError as problem:
            raise self._unusable(f"cannot be deleted: {problem.strerror}") from None

    # -- the file --------------------------------------------------------------------------------

    def _opened(self) -> tuple[_Lock, bytes, Secrets]:
        if self._open is None:
            raise VaultLocked(f"the wallet is locked: give the passphrase of {self.path}")
        return self._open

    def _seal_anew(self, passphrase: str, secrets: Secrets) -> None:
        if len(passphrase) < LEAST_PASSPHRASE:
            raise WrongPassphrase(f"a passphrase takes at least {LEAST_PASSPHRASE} characters")
        lock = _Lock.new(self._cost)
        self._write(lock, lock.key(passphrase), secrets)

    def _write(self, lock: _Lock, key: bytes, secrets: Secrets) -> None:
        form = {
            "format": _FORMAT,
            "kdf": _KDF,
            "operations": lock.cost.operations,
            "memory": lock.cost.memory,
            "salt": lock.salt.hex(),
            "sealed": bytes(SecretBox(key).encrypt(secrets.to_json().encode())).hex(),
        }
        try:
            write_atomically(self.path, (json.dumps(form, indent=2) + "\n").encode())
        except OSError as problem:
            raise self._unusable(f"cannot be written: {problem.strerror}") from None
        self._open = lock, key, secrets

    def _read(self) -> tuple[_Lock, bytes]:
        try:
            return _parsed(self.path.read_bytes())
        except FileNotFoundError:
            raise self._unusable("is not there: sign in first") from None
        except OSError as problem:
            raise self._unusable(f"cannot be read: {problem.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise self._unusable("is damaged: sign in again, or restore it from a backup") from None

    def _opened_with(self, lock: _Lock, key: bytes, sealed: bytes) -> None:
        try:
            text = SecretBox(key).decrypt(sealed).decode()
        except (CryptoError, ValueError):
            raise WrongPassphrase(
                f"this passphrase does not open {self.path}: it is another one, or the file is "
                "damaged; whoever has the wallet can log out and sign in again"
            ) from None
        try:
            self._open = lock, key, Secrets.from_json(text)
        except (ValueError, KeyError, TypeError, WinzeError):
            raise self._unusable("holds what this version does not know") from None

    def _unusable(self, how: str) -> VaultUnusable:
        return VaultUnusable(f"the vault {self.path} {how}")


def _parsed(content: bytes) -> tuple[_Lock, bytes]:
    form: Any = json.loads(content)
    salt = bytes.fromhex(form["salt"])
    if (form["format"], form["kdf"], len(salt)) != (_FORMAT, _KDF, argon2id.SALTBYTES):
        raise ValueError
    return _Lock(Cost(form["operations"], form["memory"]), salt), bytes.fromhex(form["sealed"])
