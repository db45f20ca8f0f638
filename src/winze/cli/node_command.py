"""`winze node`: an operator's node, and what goes with it."""

import asyncio
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from aiohttp import ClientSession
from rich.text import Text

from .operator.screen import status_table, watch
from .operator.status import fetch_status
from .output import ExitCode, console, explained_errors, progress_console, show_json

node = typer.Typer()

_Config = Annotated[
    Path | None,
    typer.Option("--config", envvar="WINZE_NODE_CONFIG", help="The configuration, a TOML file."),
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@node.callback(invoke_without_command=True)
def run(  # noqa: PLR0917 - Typer makes an option of each parameter
    context: typer.Context,
    config: _Config = None,
    network: Annotated[Path | None, typer.Option(help="The network's description.")] = None,
    rpc: Annotated[
        list[str] | None, typer.Option(help="Where Ethereum is asked; more than one is allowed.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Where the API listens.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print where it serves as JSON, once it does.")
    ] = False,
) -> None:
    """Run a node until Ctrl-C or SIGTERM, which stop it in order; a second one does not wait.

    What is not an option is set in the configuration or the environment: `winze node config` prints
    a sample. The exit status is 0 after a stop in order, 4 where the configuration, a key or the
    network has to be mended first, 1 where a new try may help.
    """
    if context.invoked_subcommand is not None:
        return
    from .operator.loading import TO_BE_MENDED, loaded
    from .operator.run import serve

    def told(url: str) -> None:
        if as_json:
            show_json({"url": url})
        else:
            progress_console.print(f"the node serves {url}; `winze node status` shows how it does")

    with explained_errors(*TO_BE_MENDED):
        found = loaded(config, {"network": network, "rpc": rpc or None, "listen.port": port})
        asyncio.run(serve(*found, told))


@node.command()
def status(
    url: Annotated[str, typer.Option(help="Where the node serves.")] = "http://127.0.0.1:8600",
    once: Annotated[bool, typer.Option("--once", help="Show it once, and end.")] = False,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 1.0,
    as_json: _AsJson = False,
) -> None:
    """Show how a running node does: heights, queue, times, balances, and what to see to.

    The table is kept up to date until Ctrl-C; where the output is no terminal, or with --json, it
    is shown once.
    """
    with explained_errors():
        if as_json or once or not console.is_terminal:
            found, form = asyncio.run(_asked(url))
            if as_json:
                show_json(form)
            else:
                console.print(status_table(found))
        else:
            asyncio.run(_watched(url, every))


@node.command("config")
def sample() -> None:
    """Print a commented sample of the configuration, which loads as it is."""
    from winze.node import sample_config

    typer.echo(sample_config(), nl=False)


@node.command("new-key")
def new_key(
    path: Annotated[Path, typer.Argument(help="The keystore's file, which must not exist.")],
    passphrase_file: Annotated[
        Path | None, typer.Option(help="A file that holds the passphrase, for its owner alone.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Make a key for a node, in an encrypted keystore for its owner alone, and print its address.

    The passphrase is that of the file, else WINZE_NODE_PASSPHRASE, else asked for.
    """
    from winze.node import PASSPHRASE_VARIABLE, KeyUnusable, new_keystore, read_passphrase

    with explained_errors(KeyUnusable):
        if passphrase_file is not None:
            passphrase = read_passphrase(passphrase_file)
        elif not (passphrase := os.environ.get(PASSPHRASE_VARIABLE, "")):
            passphrase = typer.prompt(
                "a new passphrase", hide_input=True, confirmation_prompt=True, err=True
            )
        address = new_keystore(path, passphrase)
    if as_json:
        show_json({"file": str(path), "address": address})
    else:
        console.print(f"{address} is the key in {path}", soft_wrap=True, highlight=False)
        console.print("Keep the file and its passphrase apart: who has both, has the key.")


@node.command()
def check(config: _Config = None, as_json: _AsJson = False) -> None:
    """Look at everything that a node needs, without running it: nothing is sent or stored.

    The configuration, the keys, the lists, each chain that is named, the balances there.
    """
    from winze.node import shown_config

    from .operator.check import Finding, findings
    from .operator.loading import TO_BE_MENDED, loaded

    with explained_errors(*TO_BE_MENDED):
        settings, keys = loaded(config, {})

        async def looked() -> list[Finding]:
            return [found async for found in findings(settings, keys)]

        found = asyncio.run(looked())
    if as_json:
        told = [{"subject": e.subject, "good": e.good, "told": e.told} for e in found]
        show_json({"config": shown_config(settings), "findings": told})
    for each in () if as_json else found:
        mark = Text("✓ ", "green") if each.good else Text("✗ ", "bold red")
        console.print(mark + Text(f"{each.subject}: {each.told}"), soft_wrap=True)
    if not all(each.good for each in found):
        raise typer.Exit(ExitCode.FAILED)


async def _asked(url: str) -> tuple[Any, Any]:
    async with ClientSession() as session:
        return await fetch_status(session, url)


async def _watched(url: str, every: float) -> None:
    async with ClientSession() as session:
        await watch(session, url, console, every=every)
