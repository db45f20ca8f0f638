"""The vault: an identity's secrets in a file, sealed with a passphrase.

How is `winze.wallet.sealing`'s affair.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from winze.files import write_atomically
from winze.protocol import WinzeError

from ..errors import SealUnreadable, VaultLocked, VaultUnusable, WrongPassphrase
from ..sealing import COST, Cost, Lock, opened_with_key
from .signer import Secrets

LEAST_PASSPHRASE: Final = 8
"""The fewest characters of a passphrase."""


class Vault:
    """The secrets of one identity, locked until its passphrase is given.

    Raises:
        VaultUnusable: the file is damaged, or cannot be read or written.
    """

    def __init__(self, path: Path, cost: Cost = COST) -> None:
        """Nothing is read yet.

        Args:
            path: The file.
            cost: What a new passphrase costs; one that cost less is sealed anew when it is used.
        """
        self.path, self._cost = path, cost
        self._open: tuple[Lock, bytes, Secrets] | None = None

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
        self._open_with(lock, lock.key(passphrase), sealed)
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
        self._open_with(lock, key, sealed)
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

    def _opened(self) -> tuple[Lock, bytes, Secrets]:
        if self._open is None:
            raise VaultLocked(f"the wallet is locked: give the passphrase of {self.path}")
        return self._open

    def _seal_anew(self, passphrase: str, secrets: Secrets) -> None:
        if len(passphrase) < LEAST_PASSPHRASE:
            raise WrongPassphrase(f"a passphrase takes at least {LEAST_PASSPHRASE} characters")
        lock = Lock.new(self._cost)
        self._write(lock, lock.key(passphrase), secrets)

    def _write(self, lock: Lock, key: bytes, secrets: Secrets) -> None:
        try:
            write_atomically(self.path, lock.seal(secrets.to_json().encode(), key))
        except OSError as problem:
            raise self._unusable(f"cannot be written: {problem.strerror}") from None
        self._open = lock, key, secrets

    def _read(self) -> tuple[Lock, bytes]:
        try:
            sealed = self.path.read_bytes()
            return Lock.of(sealed), sealed
        except FileNotFoundError:
            raise self._unusable("is not there: sign in first") from None
        except OSError as problem:
            raise self._unusable(f"cannot be read: {problem.strerror}") from None
        except SealUnreadable as problem:
            raise self._unusable(
                f"is damaged ({problem}): move it away and sign in again"
            ) from None

    def _open_with(self, lock: Lock, key: bytes, sealed: bytes) -> None:
        try:
            text = opened_with_key(sealed, key).decode()
        except WrongPassphrase:
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
