"""Vaults for tests, which cost no second to open."""

from pathlib import Path

from nacl.pwhash import argon2id

from tests.wallet.worlds import OWN, seed
from winze.wallet import Cost, Secrets, Signer, SignerKind, Vault

CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
PASSPHRASE = "correct horse"  # noqa: S105 - of tests alone
KEY = "11" * 32
SECRETS = Secrets(Signer(SignerKind.KEY, OWN, KEY), {"testnet-1": seed(1)})


def cheap(folder: Path) -> Vault:
    return Vault(folder / "vault.json", CHEAP)


def made(folder: Path) -> Vault:
    vault = cheap(folder)
    vault.create(PASSPHRASE, SECRETS)
    return vault
