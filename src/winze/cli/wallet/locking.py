"""`winze unlock` and `lock`: whether each command asks for the passphrase."""

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from ..output import console, show_json
from ..units import duration
from .command import (
    JsonOption,
    NameOption,
    NetworkOption,
    PassphraseOption,
    Wants,
    plain,
)
from .endings import ended

if TYPE_CHECKING:
    from winze.wallet import Unlocks

_MINUTE = 60


def add(app: typer.Typer) -> None:
    """Add the commands."""
    plain(app, unlock, "winze unlock --minutes 60")
    plain(app, lock, "winze lock")


def unlock(
    minutes: Annotated[int, typer.Option(min=1, max=480, help="For how long.")] = 15,
    wallet: NameOption = "",
    network: NetworkOption = "",
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for the passphrase now, and not again for a while; on this machine, for you alone."""
    with ended():
        from winze.wallet import WalletHome

        from .opening import chosen, passphrase

        home, wants = WalletHome(), Wants(wallet, network, passphrase_file)
        entry = chosen(home, wants)
        vault = home.vault(entry.identity)
        vault.unlock(passphrase(f"passphrase of {entry.identity}", passphrase_file))
        until = time.time() + minutes * _MINUTE
        _unlocks().keep(vault, time.time(), minutes * _MINUTE)
        if as_json:
            show_json({"wallet": entry.identity, "until": int(until)})
        else:
            told = f"{entry.identity} stays unlocked for {duration(minutes * _MINUTE)}"
            console.print(Text(f"{told}; `winze lock` ends that."))


def lock(wallet: NameOption = "", network: NetworkOption = "", as_json: JsonOption = False) -> None:
    """Ask for the passphrase again from now on."""
    with ended():
        from winze.wallet import Unlocks, WalletHome

        from .opening import chosen

        home = WalletHome()
        entry = chosen(home, Wants(wallet, network))
        unlocks = Unlocks.find(os.environ)
        if unlocks is not None:
            unlocks.forget(home.vault(entry.identity))
        if as_json:
            show_json({"wallet": entry.identity, "until": None})
        else:
            console.print(Text(f"{entry.identity} is locked."))


def _unlocks() -> "Unlocks":
    """Where vaults are kept open.

    Raises:
        VaultLocked: the system has no place for that.
    """
    from winze.wallet import Unlocks, VaultLocked

    found = Unlocks.find(os.environ)
    if found is None:
        raise VaultLocked(
            "this system gives its sessions no folder of their own in memory (XDG_RUNTIME_DIR), so "
            "no wallet is kept unlocked: give --passphrase-file instead"
        )
    return found
