"""How a command ends: its message, and the exit status that tells programs why."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer
from rich.text import Text

from ..output import ExitCode, progress_console
from ..units import coins

if TYPE_CHECKING:
    from winze.protocol import WinzeError

_WEI: Final = re.compile(r"\b(\d{10,}) wei\b")

NOTHING_LOST: Final = (
    "Stopped watching; nothing is lost. What was handed over goes on without this machine; what "
    "was only begun goes on with the next command, or with `winze watch`."
)
"""Told at Ctrl-C."""


@contextmanager
def ended() -> Iterator[None]:
    """End the command with a message and an exit status where an error of ours ends it."""
    try:
        yield
    except KeyboardInterrupt:
        progress_console.print(f"\n{NOTHING_LOST}", highlight=False)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except Exception as error:
        from winze.protocol import WinzeError

        if not isinstance(error, WinzeError):
            raise
        status = status_of(error)
        progress_console.print(f"[bold red]{type(error).__name__}[/]: ", end="")
        # As it is: what looks like markup in it belongs to the message.
        progress_console.print(Text(message_of(error)), soft_wrap=True)
        for line in _advice(error, status):
            progress_console.print(line, highlight=False)
        raise typer.Exit(status) from error


def message_of(error: "WinzeError") -> str:
    """Its message, with large amounts of wei told in ETH, exactly."""
    from winze.wallet import InsufficientNotes

    if isinstance(error, InsufficientNotes):
        held, needed = coins(error.available), coins(error.needed)
        missing = coins(error.needed - error.available)
        return f"{needed} ETH are needed and {held} are there: {missing} are missing"
    return _WEI.sub(lambda found: f"{coins(int(found[1]))} ETH", str(error))


def status_of(error: "WinzeError") -> ExitCode:
    """The exit status that an error ends a command with."""
    for kinds, status in _table():
        if isinstance(error, kinds):
            return status
    return ExitCode.FAILED


def _table() -> Iterator[tuple[tuple[type[Exception], ...], ExitCode]]:
    """Errors and what they end with; the first that fits counts."""
    from winze.chain import ModelMismatch
    from winze.contracts import InsufficientFunds, InvalidNetworkDescription, RpcError, WrongNetwork
    from winze.protocol import ProtocolError
    from winze.wallet import (
        AddressRefused,
        BackupUnusable,
        Declined,
        HomeError,
        InsufficientNotes,
        InvalidTime,
        KeyUnreadable,
        NodeBehind,
        NodeBusy,
        NodeLies,
        NodeMisbehaves,
        NodeRefused,
        NodeUnreachable,
        NoNode,
        NoRelayer,
        NotDone,
        NotPossible,
        NotYet,
        VaultLocked,
        WalletFull,
        WrongPassphrase,
    )

    from ..errors import FeeNotCovered, NotConfirmed

    yield (ModelMismatch,), ExitCode.DISAGREES
    yield (VaultLocked, WrongPassphrase), ExitCode.LOCKED
    yield (
        (HomeError, BackupUnusable, KeyUnreadable, InvalidNetworkDescription, WrongNetwork),
        ExitCode.MISCONFIGURED,
    )
    yield (FeeNotCovered, InsufficientNotes), ExitCode.TOP_UP
    yield (NotYet, NodeBusy), ExitCode.WAITING
    yield (NodeUnreachable, NodeBehind, NodeLies, NodeMisbehaves), ExitCode.UNREACHABLE
    yield (NoNode, NoRelayer, RpcError), ExitCode.UNREACHABLE
    refused = (
        AddressRefused,
        NotPossible,
        NotDone,
        Declined,
        WalletFull,
        InvalidTime,
        NodeRefused,
        NotConfirmed,
    )
    yield (*refused, InsufficientFunds, ProtocolError), ExitCode.REFUSED


def _advice(error: "WinzeError", status: ExitCode) -> Iterator[str]:
    from winze.wallet import NoRelayer

    from ..errors import FeeNotCovered

    if isinstance(error, NoRelayer):
        yield "Nothing moved. With --own-transaction the connected wallet sends it, for all to see."
    elif status is ExitCode.UNREACHABLE:
        yield "What was begun is kept, and goes on with the next command."
    elif status is ExitCode.TOP_UP and not isinstance(error, FeeNotCovered):
        yield "Nothing moved; `winze deposit` fills the private balance."
