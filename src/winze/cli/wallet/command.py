"""What all commands of the wallet share: their options, the wallet they open, and how they end."""

import asyncio
import inspect
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

from ..output import console, progress_console
from .endings import ended

if TYPE_CHECKING:
    from winze.wallet import Wallet

_BREAK: Final = re.compile(r"(?<!\n)\n(?!\n)")

SHOWING: Final = "Your wallet"
MINING: Final = "Mining"
MOVING: Final = "Your private balance"

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; the rest goes to stderr.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: it is confirmed.")]
NameOption = Annotated[
    str,
    typer.Option("--wallet", envvar="WINZE_WALLET", help="Which wallet, if there are several."),
]
NetworkOption = Annotated[
    str, typer.Option("--network", envvar="WINZE_NETWORK", help="On which network, likewise.")
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", help="Holds the passphrase; else WINZE_PASSPHRASE, else it is asked."
    ),
]
WaitOption = Annotated[
    bool, typer.Option("--wait", help="Follow it to its end, not only until it is handed over.")
]


@dataclass(frozen=True)
class Wants:
    """What a caller wants of any command."""

    wallet: str = ""
    """The name of an identity; empty means the current one."""
    network: str = ""
    """The name or id of a network, likewise."""
    passphrase_file: Path | None = None
    as_json: bool = False
    yes: bool = False
    """Whether everything is confirmed."""
    wait: bool = False
    """Whether an action is followed to its end."""


@dataclass(frozen=True)
class Call:
    """One call of a command: the opened wallet, and what its caller wants."""

    wallet: "Wallet"
    wants: Wants = field(default_factory=Wants)

    @property
    def told(self) -> Console:
        """Where people are told what happens."""
        return progress_console if self.wants.as_json else console


Work = Callable[..., Coroutine[Any, Any, None]]


def _showing(
    wallet: NameOption = "",
    network: NetworkOption = "",
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Not called: the options of a command that shows something."""


def _acting(
    wallet: NameOption = "",
    network: NetworkOption = "",
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> None:
    """Not called: the options of a command that does something."""


def shows(
    app: typer.Typer, name: str, *examples: str, panel: str | None = SHOWING
) -> Callable[[Work], Work]:
    """Make a coroutine, which is given a `Call` first, a command that shows something.

    Args:
        app: Where it is added.
        name: Its name.
        examples: Command lines that its help ends with.
        panel: Where the list of commands has it.
    """
    return _made(app, name, examples, panel, _showing)


def acts(
    app: typer.Typer, name: str, *examples: str, panel: str | None = None
) -> Callable[[Work], Work]:
    """Make a coroutine a command that does something; see `shows`."""
    return _made(app, name, examples, panel, _acting)


def plain(app: typer.Typer, command: Callable[..., None], *examples: str) -> None:
    """Add a command that opens no wallet, and so has options of its own."""
    app.command(
        command.__name__,
        help=one_line_paragraphs(command.__doc__),
        epilog=examples_text(examples),
        rich_help_panel=SHOWING,
    )(command)


def examples_text(examples: Sequence[str]) -> str | None:
    """The end of a help text: what could be typed."""
    if not examples:
        return None
    return "Examples:\n\n" + "\n\n".join(examples)


def one_line_paragraphs(text: str | None) -> str:
    """A docstring whose paragraphs are one line each: the terminal breaks them."""
    return _BREAK.sub(" ", inspect.cleandoc(text or ""))


def _made(
    app: typer.Typer,
    name: str,
    examples: Sequence[str],
    panel: str | None,
    options: Callable[..., None],
) -> Callable[[Work], Work]:
    shared = inspect.signature(options).parameters

    def decorate(work: Work) -> Work:
        own = list(inspect.signature(work).parameters.values())[1:]

        @wraps(work)
        def command(context: typer.Context, **given: Any) -> None:
            wants = Wants(**{each: given.pop(each) for each in shared})
            with ended():
                asyncio.run(_called(context, wants, work, given))

        first = inspect.Parameter(
            "context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context
        )
        keyword = [
            each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared.values())
        ]
        command.__signature__ = inspect.Signature([first, *keyword])  # type: ignore[attr-defined]
        command.__annotations__ = {each.name: each.annotation for each in (first, *keyword)}
        app.command(
            name,
            help=one_line_paragraphs(work.__doc__),
            epilog=examples_text(examples),
            rich_help_panel=panel,
        )(command)
        return work

    return decorate


async def _called(context: typer.Context, wants: Wants, work: Work, given: Any) -> None:
    from .opening import opened

    # A test hands its own wallet in as the command line's object.
    async with (context.obj or opened)(wants) as wallet:
        await work(Call(wallet, wants), **given)
