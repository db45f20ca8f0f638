"""`winze up`: a private network and a node on it, in one command."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from aiohttp import ClientSession

from winze.devnet import FUNDED, NETWORK_FILE, Devnet, funded_account

from .devnet_command import chosen_directory, chosen_keys, require_profile
from .operator.screen import watch
from .operator.stopping import Stop
from .output import console, explained_errors, progress_console, show_json

if TYPE_CHECKING:
    from .operator.local import Place

_EVERY = 1.0

_ACCOUNT = 5
"""A funded account that neither owns the network nor works for the node."""


def up(  # noqa: PLR0917 - Typer makes an option of each parameter
    port: Annotated[int, typer.Option(help="Where the chain listens.")] = 8545,
    node_port: Annotated[int, typer.Option(help="Where the node listens.")] = 8600,
    profile: Annotated[str, typer.Option(help="The network's times, as `winze devnet`.")] = "dev",
    directory: Annotated[
        Path | None, typer.Option(help="Where they keep their state, as `winze devnet`.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Keep nothing: a new network, forgotten at the end.")
    ] = False,
    ceremony: Annotated[
        bool, typer.Option("--ceremony", help="Deploy with the keys imported from a ceremony.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print where both are as JSON, once they stand.")
    ] = False,
) -> None:
    """Run a private network and a node that builds, relays and distributes on it, until Ctrl-C.

    They go on where they stopped last time, unless --fresh is given. Both listen on this machine
    only.
    """
    from .operator.local import Place

    require_profile(profile)
    with explained_errors():
        where = None if fresh else chosen_directory(profile, directory, ceremony=ceremony)
        place = Place(where, profile, port, node_port)
        asyncio.run(_run(place, ceremony=ceremony, as_json=as_json))


async def _run(place: "Place", *, ceremony: bool, as_json: bool) -> None:
    from .operator.local import running

    with Stop(progress_console if as_json else console) as stop:
        keys = await asyncio.to_thread(chosen_keys, ceremony=ceremony)
        async with running(place, keys, progress_console.print) as (devnet, node):
            stop.serving()
            kept = place.directory is not None
            if as_json:
                show_json(_described(devnet, node.url, kept=kept))
                await node.run_until(stop.event)
                return
            _show(devnet, node.url, kept=kept)
            async with ClientSession() as session:
                screen = asyncio.create_task(watch(session, node.url, console, every=_EVERY))
                try:
                    await node.run_until(stop.event)
                finally:
                    screen.cancel()
                    with suppress(asyncio.CancelledError):
                        await screen


def _described(devnet: Devnet, url: str, *, kept: bool) -> dict[str, object]:
    from .operator.local import LOG_FILE, NODE_ACCOUNTS

    return {
        "chain": devnet.url,
        "node": url,
        "network": str(devnet.directory / NETWORK_FILE),
        "log": str(devnet.directory / LOG_FILE),
        "kept": kept,
        "pool": devnet.network.pool,
        "accounts": [funded_account(index).address for index in range(FUNDED)],
        "node_accounts": NODE_ACCOUNTS,
        "connect": _connect(devnet, url),
    }


def _show(devnet: Devnet, url: str, *, kept: bool) -> None:
    from .operator.local import LOG_FILE

    network = devnet.network
    lines = (
        f"[bold]{network.name}[/] answers at {devnet.url} (chain id {network.chain_id})",
        f"the node serves {url}/v1, described in {url}/v1/openapi.json",
        f"its log: {devnet.directory / LOG_FILE}",
        "What both know is kept: the same command goes on with it."
        if kept
        else "Nothing is kept at the end.",
        "In another terminal, to mine:",
        f"  {_connect(devnet, url)}",
        "  winze mine 0.1 --wait",
        "  winze watch",
        "or to look at the node:",
        f"  winze node status --url {url}",
        f"  curl {url}/v1/network",
        "Ctrl-C stops both.",
        "",
    )
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _connect(devnet: Devnet, url: str) -> str:
    """What is typed to connect a wallet with a funded account."""
    return f"winze connect --devnet-account {_ACCOUNT} --node {url} --rpc {devnet.url}"
