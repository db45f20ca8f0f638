"""The wallet's commands: thin callers of `winze.wallet.Wallet`.

One module for each group of commands; nothing heavy is imported before a command runs.
"""

import typer

from . import connecting, locking, looking, mining, moving, safekeeping, sessions, watching

__all__ = ["add_wallet_commands"]

_MODULES = (connecting, locking, looking, watching, mining, sessions, moving, safekeeping)


def add_wallet_commands(app: typer.Typer) -> None:
    """Add all of them to the command line."""
    for module in _MODULES:
        module.add(app)
