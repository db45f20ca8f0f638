"""The command line."""

from importlib.metadata import version
from typing import Annotated

import typer

from .demo_command import demo
from .devnet_command import devnet
from .keys_command import keys
from .node_command import node
from .up_command import up

app = typer.Typer(
    name="winze",
    help="Winze: privacy mining on an EVM chain.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold secrets
)
app.command()(demo)
app.command()(devnet)
app.command()(up)
app.add_typer(keys, name="keys")
app.add_typer(node, name="node")


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - Typer's callback
    if wanted:
        typer.echo(f"winze {version('winze')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Winze: privacy mining on an EVM chain."""


def main() -> None:
    """Run `winze`."""
    app()
