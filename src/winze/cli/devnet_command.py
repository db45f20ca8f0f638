"""`winze devnet`: a private network on this machine."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from winze.circuits import Circuit, CircuitKeys, KeyKind, ceremony_keys, development_keys
from winze.contracts import NetworkDescription
from winze.devnet import FUNDED, NETWORK_FILE, Devnet, devnet_deployment, funded_account
from winze.files import data_directory
from winze.protocol import PROFILES

from .output import KeyReporter, console, explained_errors, progress_console, show_json


def devnet(  # noqa: PLR0917 - Typer makes an option of each parameter
    port: Annotated[
        int, typer.Option(help="Where the chain listens, on this machine only.")
    ] = 8545,
    profile: Annotated[str, typer.Option(help=f"Its times: {', '.join(PROFILES)}.")] = "dev",
    directory: Annotated[
        Path | None,
        typer.Option(help="Where it keeps its state; by default below Winze's data directory."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Keep nothing: a new network, forgotten at the end.")
    ] = False,
    ceremony: Annotated[
        bool, typer.Option("--ceremony", help="Deploy with the keys imported from a ceremony.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print where it is as JSON, once it stands.")
    ] = False,
) -> None:
    """Run a private network until Ctrl-C: a chain with the contracts deployed and funded accounts.

    It goes on where it stopped last time, unless --fresh is given.
    """
    require_profile(profile)
    with explained_errors():
        where = None if fresh else chosen_directory(profile, directory, ceremony=ceremony)
        asyncio.run(_run(port, profile, where, ceremony=ceremony, as_json=as_json))


def require_profile(name: str) -> None:
    """Refuse a command line whose profile is none."""
    if name not in PROFILES:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(PROFILES)}")


def chosen_directory(profile: str, directory: Path | None, *, ceremony: bool) -> Path:
    """Where a devnet that is to be found again keeps its state."""
    place = f"{profile}-ceremony" if ceremony else profile
    return directory or data_directory("devnet", place)


def chosen_keys(*, ceremony: bool) -> Mapping[Circuit, CircuitKeys]:
    """The keys to deploy with, made if they have to be.

    Raises:
        KeysError: there are none, or none can be made.
    """
    return ceremony_keys() if ceremony else development_keys(KeyReporter())


async def _run(
    port: int, profile: str, directory: Path | None, *, ceremony: bool, as_json: bool
) -> None:
    keys = await asyncio.to_thread(chosen_keys, ceremony=ceremony)
    deployment = devnet_deployment(keys, PROFILES[profile])
    progress = progress_console.print
    async with Devnet(deployment, directory, port=port, progress=progress) as network:
        described = directory / NETWORK_FILE if directory else None
        if as_json:
            show_json(
                {
                    "url": network.url,
                    "network": str(described) if described else None,
                    "pool": network.network.pool,
                    "accounts": [funded_account(i).address for i in range(FUNDED)],
                }
            )
        else:
            _show(network.url, network.network, described)
        await asyncio.Event().wait()


def _show(url: str, network: NetworkDescription, described: Path | None) -> None:
    console.print(f"[bold]{network.name}[/] answers at {url} (chain id {network.chain_id})")
    if described:
        console.print(f"its description: {described}")
    for name, contract in network.contracts.items():
        console.print(f"  {name:<18} {contract.address}", highlight=False)
    console.print(f"{FUNDED} funded accounts, of the phrase that local chains share:")
    for index in range(FUNDED):
        console.print(f"  {funded_account(index).address}", highlight=False)
    if network.setup is KeyKind.DEVELOPMENT:
        console.print("[yellow]Development keys: worth nothing, unsafe for real funds.[/]")
    console.print("Ctrl-C stops.")
