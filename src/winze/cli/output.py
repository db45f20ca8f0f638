"""How commands talk: people are told on the terminal, programs get one JSON document."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from winze.circuits import Progress, Stage
    from winze.protocol import WinzeError


class ExitCode(IntEnum):
    """What a command's exit status says."""

    DONE = 0
    FAILED = 1
    """It could not be done; the message says why and what to do."""
    USAGE = 2
    """The command line is wrong."""
    DISAGREES = 3
    """Contracts and protocol do not agree: a bug, please report it."""
    MISCONFIGURED = 4
    """A configuration or a key has to be mended first: trying again does not help."""
    REFUSED = 5
    """It is not allowed, or was not confirmed; nothing moved."""
    TOP_UP = 6
    """What is there does not cover the fee: top up first. Nothing moved."""
    UNREACHABLE = 7
    """Neither node nor chain answers, or not as they should; what was begun goes on later."""
    WAITING = 8
    """It is not possible yet, and will be by itself."""
    LOCKED = 9
    """The passphrase is missing or wrong."""
    INTERRUPTED = 130
    """Ctrl-C before it was done."""


console = Console()
"""What a command has to show."""

progress_console = Console(stderr=True)
"""What it says on the way; kept apart, so that `--json` leaves the output clean."""


def show_json(value: Any) -> None:
    """Write one JSON document to the standard output."""
    typer.echo(json.dumps(value, indent=2))


@contextmanager
def explained_errors(*misconfigured: "type[WinzeError]") -> Iterator[None]:
    """End the command with a message and an exit status where one of our errors ends it.

    Args:
        misconfigured: errors after which trying again does not help.
    """
    from winze.chain import ModelMismatch
    from winze.protocol import WinzeError

    try:
        yield
    except WinzeError as error:
        progress_console.print(f"[bold red]{type(error).__name__}[/]: ", end="")
        # As it is: what looks like markup in it belongs to the message.
        progress_console.print(Text(str(error)), soft_wrap=True)
        status = ExitCode.MISCONFIGURED if isinstance(error, misconfigured) else ExitCode.FAILED
        raise typer.Exit(
            ExitCode.DISAGREES if isinstance(error, ModelMismatch) else status
        ) from error
    except KeyboardInterrupt:
        progress_console.print("interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


class KeyReporter:
    """Tells on the terminal how far the making of keys has come, each stage once."""

    def __init__(self) -> None:
        self._told: set[tuple[str, Stage]] = set()

    def __call__(self, progress: "Progress") -> None:
        """Receive one message; see `winze.circuits.Report`."""
        from winze.circuits import Stage

        key = progress.circuit, progress.stage
        if key in self._told:
            return
        self._told.add(key)
        match progress.stage:
            case Stage.SETUP:
                text = f"making keys ({progress.reason}); about 20 seconds, once"
            case Stage.WAITING:
                text = progress.reason
            case Stage.COMPILE:
                text = "compiling the circuit, to hold the file against it"
            case Stage.CHECK:
                text = "checking constraints, points and contributions"
            case Stage.IMPORT:
                text = "importing the keys"
            case Stage.TRY:
                text = "proving and verifying a statement with them"
            case Stage.DONE:
                text = f"keys made in {progress.elapsed:.1f} s"
        progress_console.print(f"[dim]{progress.circuit:>8}[/]  {text}", highlight=False)
