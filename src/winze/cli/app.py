"""The command line."""

from typing import Annotated, Any, Final

import typer

from .lazy import LazyGroup, Unloaded, alone
from .wallet import add_wallet_commands

_NETWORKS: Final = "Networks and nodes"


def _demo() -> typer.Typer:
    from .demo_command import demo

    return alone(demo)


def _devnet() -> typer.Typer:
    from .devnet_command import devnet

    return alone(devnet)


def _up() -> typer.Typer:
    from .up_command import up

    return alone(up)


def _keys() -> typer.Typer:
    from .keys_command import keys

    return keys


def _node() -> typer.Typer:
    from .node_command import node

    return node


UNLOADED: Final = (
    Unloaded("up", "A private network and a node on it, in one command.", _NETWORKS, _up),
    Unloaded("demo", "Three people mine on a private network, with real proofs.", _NETWORKS, _demo),
    Unloaded("devnet", "A private network on this machine.", _NETWORKS, _devnet),
    Unloaded("node", "An operator's node, and what goes with it.", _NETWORKS, _node),
    Unloaded("keys", "The keys with which statements are proved.", _NETWORKS, _keys),
)
"""The commands that take long to import."""


class _Winze(LazyGroup):
    def __init__(self, *, commands: Any, **options: Any) -> None:
        more = {str(command.name): command for command in UNLOADED}
        super().__init__(commands={**commands, **more}, **options)


app = typer.Typer(
    name="winze",
    cls=_Winze,
    help="Winze: privacy mining on an EVM chain.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold secrets
    epilog="Begin with `winze connect`; to try it out on this machine, with `winze up`.",
)
add_wallet_commands(app)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - Typer's callback
    from importlib.metadata import version

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
