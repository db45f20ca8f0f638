"""`winze connect`, `identities`, `logout`: who you are, and on which network."""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from ..output import console, progress_console, show_json
from .asking import agree, review
from .command import (
    JsonOption,
    NetworkOption,
    PassphraseOption,
    Wants,
    YesOption,
    plain,
)
from .endings import ended
from .signing import DevnetAccount, KeyFile, Keystore, NewPhrase, Phrase, Source, signer_from

if TYPE_CHECKING:
    from winze.contracts import NetworkDescription
    from winze.wallet import Entry, Settings, Signer, WalletHome

_EXAMPLES: Final = (
    "winze connect --devnet-account 5 --node http://127.0.0.1:8600 --rpc http://127.0.0.1:8545",
    "winze connect --keystore key.json --node https://node.example --rpc https://rpc.example",
    "winze connect --phrase --network NETWORK.json --rpc https://rpc.example --direct",
    "winze connect --phrase --node http://….onion --rpc … --proxy socks5h://127.0.0.1:9050",
)

Rpc = Annotated[
    list[str] | None,
    typer.Option("--rpc", help="Where the chain is asked; more than one is allowed."),
]
Nodes = Annotated[
    list[str] | None,
    typer.Option("--node", help="Where an operator's node serves; more than one is allowed."),
]
Proxy = Annotated[
    str,
    typer.Option("--proxy", help="Ask all of them through this, such as socks5h://127.0.0.1:9050."),
]
Direct = Annotated[
    bool, typer.Option("--direct", help="Read the ledger from the chain itself, without a node.")
]
_Name = Annotated[str, typer.Option("--wallet", "--name", help="How this wallet is called here.")]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    plain(app, connect, *_EXAMPLES)
    plain(app, identities, "winze identities", "winze identities --use savings")
    plain(app, logout, "winze logout")


def connect(
    keystore: Keystore = None,
    key_file: KeyFile = None,
    phrase: Phrase = False,
    new_phrase: NewPhrase = False,
    devnet_account: DevnetAccount = None,
    network: Annotated[
        Path | None,
        typer.Option(help="The network's description; else the first node's, which is shown."),
    ] = None,
    node: Nodes = None,
    rpc: Rpc = None,
    proxy: Proxy = "",
    direct: Direct = False,
    wallet: _Name = "main",
    passphrase_file: PassphraseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Connect Wallet: the same signature, key or phrase always gives the same accounts.

    The network, the text that is signed and whom will be asked are shown before anything is kept.
    What is secret is kept on this machine, sealed with a passphrase of your own.
    """
    wants = Wants(wallet=wallet, passphrase_file=passphrase_file, as_json=as_json, yes=yes)
    source = Source(keystore, key_file, phrase, new_phrase, devnet_account)
    source.require_one()
    with ended():
        from winze.wallet import Settings

        settings = Settings(tuple(rpc or ()), tuple(node or ()), proxy, direct=direct)
        asyncio.run(_connect(wants, source, settings, network))


async def _connect(
    wants: Wants, source: Source, settings: "Settings", description: Path | None
) -> None:
    from winze.wallet import WalletHome, network_id, sign_in_with_key

    network = await found_network(settings, description)
    signer, account = signer_from(source)
    require_test_network(network, source)
    rows = review("Connect Wallet", _rows(network, signer, settings))
    (progress_console if wants.as_json else console).print(rows)
    agree(wants, "Sign and connect")
    identity = await sign_in_with_key(account, network)
    home = WalletHome()
    keep(home, wants, signer, {network_id(network): identity.seed})
    entry = home.add(wants.wallet, network, settings)
    private = identity.private_address.encode(network.address_prefix)
    tell_connected(entry, signer, private, wants)


async def found_network(settings: "Settings", description: Path | None) -> "NetworkDescription":
    """The network that a file or the first node describes, held against the contracts' code.

    Raises:
        InvalidNetworkDescription: the file is none.
        WalletError: no node describes one.
        WrongNetwork: the chain holds other contracts.
        RpcError: the chain cannot be asked.
    """
    from winze.contracts import connected, load_network
    from winze.wallet import NodeClient, described_by

    async with AsyncExitStack() as stack:
        w3 = await stack.enter_async_context(connected(*settings.rpcs, proxy=settings.way))
        if description is not None:
            network = load_network(description)
            await network.check(w3)
            return network
        nodes = [
            await stack.enter_async_context(NodeClient(url, proxy=settings.way))
            for url in settings.nodes
        ]
        return await described_by(nodes, w3)


def require_test_network(network: "NetworkDescription", source: Source) -> None:
    """Refuse a key that everybody knows where it could hold real funds.

    Raises:
        typer.BadParameter: it could.
    """
    from winze.devnet import CHAIN_ID

    if source.devnet_account is not None and network.chain_id != CHAIN_ID:
        raise typer.BadParameter(
            f"everybody knows the key of a devnet account, and {network.name} is on chain "
            f"{network.chain_id}: use a key of your own"
        )


def keep(home: "WalletHome", wants: Wants, signer: "Signer", seeds: "dict[str, object]") -> None:
    """Seal what is secret in the wallet's vault, beside what it holds already.

    Raises:
        HomeError: the vault is another wallet's.
    """
    from winze.wallet import HomeError, Secrets

    from .opening import passphrase

    vault = home.vault(wants.wallet)
    if not vault.exists:
        vault.create(_new_passphrase(wants), Secrets(signer, seeds))  # type: ignore[arg-type]
        return
    known = vault.unlock(passphrase(f"passphrase of {wants.wallet}", wants.passphrase_file))
    if known.signer.address != signer.address:
        raise HomeError(
            f"{wants.wallet!r} is the wallet of {known.signer.address}: give this one another "
            "name with --name"
        )
    vault.store(Secrets(signer, {**known.seeds, **seeds}))  # type: ignore[dict-item]


def _new_passphrase(wants: Wants) -> str:
    from .opening import PASSPHRASE, passphrase, require_terminal

    if wants.passphrase_file is not None or os.environ.get(PASSPHRASE):
        return passphrase("passphrase", wants.passphrase_file)
    require_terminal(f"a passphrase is needed: set {PASSPHRASE}, or give --passphrase-file")
    asked: str = typer.prompt(
        "a passphrase for this machine", hide_input=True, confirmation_prompt=True, err=True
    )
    return asked


def _rows(
    network: "NetworkDescription", signer: "Signer", settings: "Settings"
) -> list[tuple[str, str]]:
    from winze.contracts import place_of
    from winze.protocol import sign_in_message

    rows = [
        ("Network", f"{network.name} (chain {network.chain_id}), keys: {network.setup.value}"),
        ("Pool", str(network.pool)),
        ("Ethereum address", str(signer.address)),
        ("Chain", ", ".join(map(place_of, settings.rpcs))),
        ("Nodes", ", ".join(map(place_of, settings.nodes)) or "none: read directly"),
    ]
    if settings.proxy:
        rows.append(("Through", settings.proxy))
    return [*rows, ("Signed, twice", sign_in_message(signer.address, network.name))]


def tell_connected(entry: "Entry", signer: "Signer", private: str, wants: Wants) -> None:
    """Tell who is connected now, and what can be typed next."""
    if wants.as_json:
        show_json(
            {
                "wallet": entry.identity,
                "network": entry.network.name,
                "network_id": entry.network_id,
                "ethereum": signer.address,
                "private": private,
            }
        )
        return
    lines = (
        f"{entry.identity} is connected to {entry.network.name}.",
        f"Private address  {private}",
        "Next: `winze mine 0.1` begins to mine, `winze portfolio` shows how it goes.",
    )
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def identities(
    use: Annotated[str, typer.Option("--use", help="Mean this one where none is named.")] = "",
    network: NetworkOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the wallets on this machine, each on each of its networks; --use chooses one."""
    with ended():
        from winze.wallet import WalletHome

        from .opening import chosen

        home = WalletHome()
        if use:
            home.select(chosen(home, Wants(wallet=use, network=network)))
        _list(home, as_json=as_json)


def _list(home: "WalletHome", *, as_json: bool) -> None:
    current, entries = home.current(), home.entries()
    if as_json:
        show_json(
            [
                {
                    "wallet": each.identity,
                    "network": each.network.name,
                    "network_id": each.network_id,
                    "current": each == current,
                    "logged_out": not home.vault(each.identity).exists,
                }
                for each in entries
            ]
        )
    elif not entries:
        console.print("No wallet on this machine yet: begin with `winze connect`.")
    else:
        table = Table(show_edge=False, pad_edge=False)
        for name in ("", "wallet", "network", ""):
            table.add_column(name)
        for each in entries:
            out = "" if home.vault(each.identity).exists else "logged out"
            table.add_row("*" if each == current else "", each.identity, each.network_id, out)
        console.print(table)


def logout(
    wallet: Annotated[str, typer.Option("--wallet", help="Which; else the current one.")] = "",
    journal: Annotated[
        bool,
        typer.Option(
            "--journal", help="Forget the journal too: planned addresses, times, notes are lost."
        ),
    ] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Logout: forget the secrets and what was found; what is on the chain is found again."""
    with ended():
        from winze.wallet import HomeError, Unlocks, WalletHome

        home = WalletHome()
        current = home.current()
        name = wallet or (current.identity if current else "")
        if not name:
            raise HomeError("name the wallet with --wallet: `winze identities` lists all there are")
        lost = " and its journal, which cannot be found again" if journal else ""
        agree(Wants(yes=yes), f"Forget the secrets of {name}{lost}")
        if (unlocks := Unlocks.find(os.environ)) is not None:
            unlocks.forget(home.vault(name))
        gone = home.logout(name, journal=journal)
        if as_json:
            deleted, kept = [str(each) for each in gone.deleted], [str(each) for each in gone.kept]
            show_json({"wallet": name, "deleted": deleted, "kept": kept})
        else:
            console.print(Text(f"{name} is logged out; {len(gone.deleted)} files are deleted."))
