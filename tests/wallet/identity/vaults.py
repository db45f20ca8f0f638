"""Vaults for tests, which cost no second to open."""

from pathlib import Path

from tests.wallet.worlds import OWN, seed
from winze.wallet import Secrets, Signer, SignerKind, Vault
from winze.wallet.sealing import Cost

CHEAP = Cost(passes=1, kib=8)
PASSPHRASE = "correct horse"  # noqa: S105 - of tests alone
KEY = "11" * 32
SECRETS = Secrets(Signer(SignerKind.KEY, OWN, KEY), {"testnet-1": seed(1)})


def cheap(folder: Path) -> Vault:
    return Vault(folder / "vault.sealed", CHEAP)


def made(folder: Path) -> Vault:
    vault = cheap(folder)
    vault.create(PASSPHRASE, SECRETS)
    return vault
