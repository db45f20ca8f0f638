"""What signs for a wallet that is connected: a keystore, a key, a phrase, a devnet's account."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.panel import Panel
from rich.text import Text

from ..output import progress_console

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from winze.wallet import Signer

Keystore = Annotated[
    Path | None,
    typer.Option("--keystore", help="A keystore, as geth and other wallets export it."),
]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", help="A file that holds a key, for its owner alone.")
]
Phrase = Annotated[bool, typer.Option("--phrase", help="A recovery phrase, which is asked for.")]
NewPhrase = Annotated[
    bool, typer.Option("--new-phrase", help="A new recovery phrase, which is shown once.")
]
DevnetAccount = Annotated[
    int | None,
    typer.Option(
        "--devnet-account",
        min=0,
        max=9,
        help="A test account that every devnet funds; never for real funds.",
    ),
]

PHRASE: Final = "WINZE_PHRASE"
"""The environment variable that may hold the recovery phrase."""


@dataclass(frozen=True)
class Source:
    """Where the key comes from, as the command line says: at most one of these."""

    keystore: Path | None = None
    key_file: Path | None = None
    phrase: bool = False
    new_phrase: bool = False
    devnet_account: int | None = None

    @property
    def named(self) -> int:
        """How many were named."""
        given = (self.keystore is not None, self.key_file is not None, self.phrase)
        return sum((*given, self.new_phrase, self.devnet_account is not None))

    def require_one(self) -> None:
        """Refuse a command line that names none, or several.

        Raises:
            typer.BadParameter: it does.
        """
        if self.named != 1:
            raise typer.BadParameter(
                "say what signs: one of --keystore, --key-file, --phrase, --new-phrase or "
                "--devnet-account"
            )


def signer_from(source: Source) -> "tuple[Signer, LocalAccount]":
    """What the vault is to hold, and the account that signs.

    Raises:
        typer.BadParameter: not exactly one source was named.
        WalletError: it gives no key.
    """
    source.require_one()
    if source.keystore is not None:
        return _of_keystore(source.keystore)
    if source.key_file is not None:
        from winze.wallet import account_from_key_file

        return _of_key(account_from_key_file(source.key_file))
    if source.devnet_account is not None:
        from winze.devnet import funded_account

        return _of_key(funded_account(source.devnet_account))
    return _of_phrase(_new_phrase() if source.new_phrase else _told_phrase())


def _of_keystore(path: Path) -> "tuple[Signer, LocalAccount]":
    from winze.protocol import EthAddress
    from winze.wallet import Signer, SignerKind, account_from_keystore

    from .opening import KEYSTORE_PASSPHRASE, passphrase

    known = passphrase(f"passphrase of the keystore {path}", None, variable=KEYSTORE_PASSPHRASE)
    account = account_from_keystore(path, known)
    address = EthAddress(account.address)
    return Signer(SignerKind.KEYSTORE, address, str(path.absolute())), account


def _of_key(account: "LocalAccount") -> "tuple[Signer, LocalAccount]":
    from winze.protocol import EthAddress
    from winze.wallet import Signer, SignerKind

    return Signer(SignerKind.KEY, EthAddress(account.address), account.key.hex()), account


def _of_phrase(phrase: str) -> "tuple[Signer, LocalAccount]":
    from winze.protocol import EthAddress
    from winze.wallet import Signer, SignerKind, account_of_phrase, checked_phrase

    spelled = checked_phrase(phrase)
    account = account_of_phrase(spelled)
    return Signer(SignerKind.PHRASE, EthAddress(account.address), spelled), account


def _told_phrase() -> str:
    if told := os.environ.get(PHRASE, ""):
        return told
    asked: str = typer.prompt("recovery phrase", hide_input=True, err=True)
    return asked


def _new_phrase() -> str:
    """A new phrase, shown to the person at the terminal and to nobody else."""
    from winze.wallet import new_phrase

    if not progress_console.is_terminal:
        raise typer.BadParameter("--new-phrase shows the phrase to a person: use a terminal")
    phrase = new_phrase()
    shown = Panel(
        Text(phrase, "bold", justify="center"),
        title="Recovery phrase: write it down now, it is not shown again",
        width=min(progress_console.width, 80),
    )
    progress_console.print(shown)
    progress_console.print("Whoever has these words has the wallet; without them it can be lost.")
    typer.confirm("Written down", abort=True, err=True)
    return phrase
