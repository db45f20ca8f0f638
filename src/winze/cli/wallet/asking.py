"""Confirmations: everything that matters is shown before anybody is asked."""

from collections.abc import Iterable

import typer
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..output import progress_console
from .command import Call, Wants

Rows = Iterable[tuple[str, str]]


def confirm(
    call: Call, title: str, rows: Rows, question: str, *, warnings: Iterable[str] = ()
) -> None:
    """Show what is about to happen, and go on only with a yes.

    Args:
        call: Who asks; `--yes` answers.
        title: The head of what is shown.
        rows: What is shown, exact.
        question: What is asked.
        warnings: What stands out below.

    Raises:
        NotConfirmed: the answer is no, or there is none.
    """
    call.told.print(review(title, rows, warnings))
    agree(call.wants, question)


def agree(wants: Wants, question: str) -> None:
    """Go on only with a yes.

    Raises:
        NotConfirmed: the answer is no, or there is none.
    """
    from ..errors import NotConfirmed

    if wants.yes:
        return
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        raise NotConfirmed("nobody answered: --yes confirms; nothing was sent") from None
    if not agreed:
        raise NotConfirmed("not confirmed; nothing was sent")


def review(title: str, rows: Rows, warnings: Iterable[str] = ()) -> RenderableType:
    """A panel with what is about to happen."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    # Addresses and amounts are checked by eye: they are folded, never cut.
    table.add_column(overflow="fold")
    for name, told in rows:
        table.add_row(name, Text(told))
    noted = [Text(f"! {warning}", "yellow") for warning in warnings]
    parts = [table, Text(), *noted] if noted else [table]
    return Panel(Group(*parts), title=title, title_align="left", width=_width(progress_console))


def _width(terminal: Console) -> int:
    return min(terminal.width, 80)
