"""Opening the wallet that a command means: which, its passphrase, and what signs for it."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from winze.wallet import (
    Entry,
    HomeError,
    Secrets,
    SignerKind,
    Unlocks,
    VaultLocked,
    Wallet,
    WalletHome,
    WrongPassphrase,
    open_wallet,
)

from ..output import progress_console
from .command import Wants

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

PASSPHRASE: Final = "WINZE_PASSPHRASE"  # noqa: S105 - a variable's name
"""The environment variable that may hold the vault's passphrase."""

KEYSTORE_PASSPHRASE: Final = "WINZE_KEYSTORE_PASSPHRASE"  # noqa: S105 - likewise
"""The one that may hold a keystore's."""


@asynccontextmanager
async def opened(wants: Wants) -> AsyncIterator[Wallet]:
    """The wallet that is meant, unlocked.

    Raises:
        HomeError: there is none, or several.
        VaultLocked: the passphrase is missing, and nobody can be asked.
        WrongPassphrase: it is another.
    """
    home = WalletHome()
    entry = chosen(home, wants)
    secrets = unlocked(home, entry, wants)
    identity = secrets.identity(entry.network_id)
    if identity is None:
        raise HomeError(f"{entry.identity!r} has not signed in to {entry.network.name}: connect it")
    async with open_wallet(entry, identity, _key(secrets)) as wallet:
        yield wallet


def chosen(home: WalletHome, wants: Wants) -> Entry:
    """Which wallet is meant.

    Raises:
        HomeError: there is none, or nothing says which.
    """
    entries = home.entries()
    current = home.current()
    identity = wants.wallet or (current.identity if current else "")
    fitting = [
        each
        for each in entries
        if (not identity or each.identity == identity)
        and (not wants.network or wants.network in {each.network_id, each.network.name})
    ]
    if current is not None and current in fitting:
        return current
    match fitting:
        case [found]:
            return found
        case [] if not entries:
            raise HomeError("there is no wallet on this machine: begin with `winze connect`")
        case []:
            raise HomeError("there is no such wallet: `winze identities` lists all there are")
    raise HomeError("there are several: name one with --wallet and --network")


def unlocked(home: WalletHome, entry: Entry, wants: Wants) -> Secrets:
    """The secrets of a wallet."""
    vault = home.vault(entry.identity)
    if not vault.exists:
        raise HomeError(
            f"{entry.identity!r} was logged out: `winze connect --wallet {entry.identity}` again"
        )
    unlocks = Unlocks.find(os.environ)
    if unlocks is not None and unlocks.unlock(vault, time.time()):
        return vault.secrets
    return vault.unlock(passphrase(f"passphrase of {entry.identity}", wants.passphrase_file))


def passphrase(prompt: str, file: Path | None, *, variable: str = PASSPHRASE) -> str:
    """The passphrase that a file, the environment, or the person at the terminal says.

    Raises:
        VaultLocked: none does.
    """
    if file is not None:
        return _read(file)
    if told := os.environ.get(variable, ""):
        return told
    require_terminal(f"the {prompt} is needed: set {variable}, or give --passphrase-file")
    asked: str = typer.prompt(prompt, hide_input=True, err=True)
    return asked


def require_terminal(problem: str) -> None:
    """Refuse where nobody can be asked."""
    if not progress_console.is_terminal:
        raise VaultLocked(problem)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise WrongPassphrase(f"{file} cannot be read as text ({problem})") from None


def _key(secrets: Secrets) -> "LocalAccount | None":
    """What signs here; None where an external wallet does."""
    signer = secrets.signer
    if signer.kind is SignerKind.EXTERNAL:
        return None
    phrase = ""
    if signer.kind is SignerKind.KEYSTORE:
        phrase = passphrase(
            f"passphrase of the keystore {signer.secret}", None, variable=KEYSTORE_PASSPHRASE
        )
    return signer.account(phrase)
