"""`winze backup` and `winze restore`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from ..output import console, progress_console, show_json
from .asking import agree, review
from .command import (
    Call,
    JsonOption,
    PassphraseOption,
    Wants,
    YesOption,
    plain,
    shows,
)
from .connecting import (
    Direct,
    Nodes,
    Proxy,
    Rpc,
    keep,
    require_test_network,
    tell_connected,
)
from .endings import ended
from .signing import DevnetAccount, KeyFile, Keystore, Phrase, Source, signer_from

if TYPE_CHECKING:
    from winze.wallet import Backup, Settings, Signer

_BackupPassphrase = Annotated[
    Path | None,
    typer.Option(
        help="Holds the passphrase of the backup; else WINZE_BACKUP_PASSPHRASE, else asked for."
    ),
]
_VARIABLE = "WINZE_BACKUP_PASSPHRASE"


def add(app: typer.Typer) -> None:
    """Add the commands."""
    shows(app, "backup", "winze backup winze.backup")(backup)
    plain(
        app,
        restore,
        "winze restore winze.backup --rpc https://rpc.example --node https://node.example",
    )


async def backup(
    call: Call,
    file: Annotated[Path, typer.Argument(help="What is written, which must not exist.")],
    backup_passphrase_file: _BackupPassphrase = None,
) -> None:
    """Write seed and journal of this wallet into one file, sealed with a passphrase.

    The seed finds everything again that is on the chain; the journal is what the chain does not
    know. The key of the connected wallet is not in it.
    """
    from winze.wallet import Backup

    if file.exists():
        raise typer.BadParameter(f"{file} exists already: name another file")
    wallet = call.wallet
    intents = wallet.journal.intents()
    sealed = Backup.of(wallet.identity, wallet.network, intents)
    sealed.write(file, _passphrase(backup_passphrase_file, new=True))
    if call.wants.as_json:
        show_json({"file": str(file), "intents": len(intents)})
        return
    call.told.print(Text(f"{file} holds the wallet and {len(intents)} entries of its journal."))
    call.told.print("Keep file and passphrase apart: who has both, has the wallet.")


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    rpc: Rpc = None,
    node: Nodes = None,
    proxy: Proxy = "",
    direct: Direct = False,
    keystore: Keystore = None,
    key_file: KeyFile = None,
    phrase: Phrase = False,
    devnet_account: DevnetAccount = None,
    wallet: Annotated[
        str, typer.Option("--wallet", "--name", help="How this wallet is called here.")
    ] = "main",
    backup_passphrase_file: _BackupPassphrase = None,
    passphrase_file: PassphraseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take a backup over on this machine, or its journal into a wallet that is here already.

    Without a key it shows everything and withdraws; deposits take the connected wallet's key too.
    """
    wants = Wants(wallet=wallet, passphrase_file=passphrase_file, as_json=as_json, yes=yes)
    source = Source(keystore, key_file, phrase, devnet_account=devnet_account)
    with ended():
        from winze.wallet import Settings

        settings = Settings(tuple(rpc or ()), tuple(node or ()), proxy, direct=direct)
        asyncio.run(_restore(wants, source, settings, _opened(file, backup_passphrase_file)))


async def _restore(wants: Wants, source: Source, settings: "Settings", found: "Backup") -> None:
    from winze.contracts import connected
    from winze.wallet import Journal, WalletHome, network_id

    async with connected(*settings.rpcs, proxy=settings.way) as w3:
        await found.network.check(w3)
    signer = _signer(source, found)
    require_test_network(found.network, source)
    rows = [
        ("Network", f"{found.network.name} (chain {found.network.chain_id})"),
        ("Pool", str(found.network.pool)),
        ("Ethereum address", str(found.identity.address)),
        ("Journal", f"{len(found.intents)} entries"),
    ]
    (progress_console if wants.as_json else console).print(review("Restore", rows))
    agree(wants, "Restore")
    home = WalletHome()
    keep(home, wants, signer, {network_id(found.network): found.identity.seed})
    entry = home.add(wants.wallet, found.network, settings)
    journal = Journal(entry.journal, found.identity.seed)
    try:
        found.restore(journal)
    finally:
        journal.close()
    private = found.identity.private_address.encode(found.network.address_prefix)
    tell_connected(entry, signer, private, wants)


def _signer(source: Source, found: "Backup") -> "Signer":
    from winze.wallet import Signer, SignerKind

    if not source.named:
        return Signer(SignerKind.EXTERNAL, found.identity.address)
    signer, _ = signer_from(source)
    found.require(found.network, signer.address)
    return signer


def _opened(file: Path, passphrase_file: Path | None) -> "Backup":
    from winze.wallet import Backup

    try:
        content = file.read_bytes()
    except OSError as problem:
        raise typer.BadParameter(f"{file} cannot be read: {problem.strerror}") from None
    return Backup.opened(content, _passphrase(passphrase_file, new=False))


def _passphrase(file: Path | None, *, new: bool) -> str:
    import os

    from .opening import passphrase

    if not new or file is not None or os.environ.get(_VARIABLE) or not progress_console.is_terminal:
        return passphrase("passphrase of the backup", file, variable=_VARIABLE)
    asked: str = typer.prompt(
        "a passphrase for the backup", hide_input=True, confirmation_prompt=True, err=True
    )
    return asked
