"""Commands that are imported when they are called: `winze --help` does not wait for them."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

Load = Callable[[], typer.Typer]
"""Imports a command: alone in its `Typer`, or a group of them."""


class Unloaded(TyperCommand):
    """What stands in the list for a command that was not imported yet."""

    def __init__(self, name: str, told: str, panel: str, load: Load) -> None:
        """Stand for the command `name`, of which the list tells `told` below the head `panel`."""
        super().__init__(name=name, callback=None, short_help=told, rich_help_panel=panel)
        self._load = load

    def loaded(self) -> Any:
        """The command itself."""
        command = get_command(self._load())
        command.name = self.name
        return command


class LazyGroup(TyperGroup):
    """A group that imports a command when it is to be run, asked for its help, or completed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that `args` begin with, imported."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.loaded() if isinstance(command, Unloaded) else command, rest


def alone(command: Callable[..., Any], *, epilog: str | None = None) -> typer.Typer:
    """A command as a `Typer` of its own."""
    app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
    app.command(epilog=epilog)(command)
    return app
