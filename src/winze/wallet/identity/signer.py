"""What a wallet keeps secret: the seeds of its networks, and what signs for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from eth_account.signers.local import LocalAccount

from winze.protocol import EthAddress, Seed

from ..errors import KeyUnreadable
from .key_files import account_from_key, account_from_keystore
from .phrase import account_of_phrase
from .sign_in import Identity


class SignerKind(StrEnum):
    """Where the connected wallet's key is."""

    EXTERNAL = "external"
    """Elsewhere: another program signs, and asks its owner."""
    KEYSTORE = "keystore"
    """In a keystore of its own, whose passphrase is asked for when it is needed."""
    KEY = "key"
    """In the vault."""
    PHRASE = "phrase"
    """In the vault, as a recovery phrase."""


@dataclass(frozen=True)
class Signer:
    """The connected wallet: its address, and what signs for it."""

    kind: SignerKind
    address: EthAddress
    secret: str = field(default="", repr=False)
    """The key in hex, the phrase, or the path of the keystore; nothing where it is external."""

    def account(self, keystore_passphrase: str = "") -> LocalAccount:
        """What signs here.

        Raises:
            KeyUnreadable: it is external, a keystore cannot be opened, or the key is another's.
            WrongPassphrase: the keystore's is another one.
            InvalidPhrase: the phrase is none.
        """
        match self.kind:
            case SignerKind.EXTERNAL:
                raise KeyUnreadable(f"the key of {self.address} is in an external wallet")
            case SignerKind.KEYSTORE:
                found = account_from_keystore(Path(self.secret), keystore_passphrase)
            case SignerKind.KEY:
                found = account_from_key(self.secret, "the vault")
            case SignerKind.PHRASE:
                found = account_of_phrase(self.secret)
        if EthAddress(found.address) != self.address:
            raise KeyUnreadable(f"the key is that of {found.address}, not of {self.address}")
        return found


@dataclass(frozen=True)
class Secrets:
    """What a vault holds for one identity; prints without what is secret."""

    signer: Signer
    seeds: Mapping[str, Seed] = field(default_factory=dict)
    """The seed on each network that was signed in to, by the network's id."""

    def identity(self, network_id: str) -> Identity | None:
        """Who the wallet is on a network; None where it has not signed in there."""
        seed = self.seeds.get(network_id)
        return None if seed is None else Identity(self.signer.address, seed)

    def signed_in(self, network_id: str, seed: Seed) -> Self:
        """The same with the seed of one more network."""
        return replace(self, seeds={**self.seeds, network_id: seed})

    def to_json(self) -> str:
        """It as text; secret."""
        signer = self.signer
        return json.dumps(
            {
                "kind": signer.kind,
                "address": signer.address,
                "secret": signer.secret,
                "seeds": {key: seed.secret.hex() for key, seed in self.seeds.items()},
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` made this text of."""
        form = json.loads(text)
        signer = Signer(SignerKind(form["kind"]), EthAddress(form["address"]), form["secret"])
        seeds = {key: Seed(bytes.fromhex(seed)) for key, seed in form["seeds"].items()}
        return cls(signer, seeds)
