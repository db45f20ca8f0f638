"""A backup: one sealed file with all that a wallet has on one network.

The seed alone finds every note, session and balance again. The journal is what the chain does not
know: planned addresses and times, notes to oneself, what is on its way.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from winze.contracts import (
    InvalidNetworkDescription,
    NetworkDescription,
    network_from_json,
    network_json,
)
from winze.files import write_atomically
from winze.protocol import EthAddress, ProtocolError, Seed
from winze.wire import WireError

from .errors import BackupUnusable
from .identity import Identity
from .journal import DEPOSITS, Intent, IntentState, Journal
from .sealing import COST, Cost, opened_with_passphrase, sealed_with_passphrase

VERSION: Final = 1
"""Of what is written. A reader refuses what is newer, and says so."""

_KIND: Final = "winze backup"

NOT_BEGUN: Final = "it had not begun when the backup was made; begin it anew if it is still meant"
"""Why a restored deposit failed."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds."""

    identity: Identity
    network: NetworkDescription
    intents: tuple[Intent, ...] = field(repr=False)

    @classmethod
    def of(cls, identity: Identity, network: NetworkDescription, intents: Iterable[Intent]) -> Self:
        """The backup of a wallet as it stands."""
        return cls(identity, network, tuple(intents))

    def sealed(self, passphrase: str, cost: Cost = COST) -> bytes:
        """It as the content of a file, readable only with the passphrase.

        Raises:
            WrongPassphrase: it is empty.
        """
        form = {
            "kind": _KIND,
            "version": VERSION,
            "address": self.identity.address,
            "seed": self.identity.seed.secret.hex(),
            "network": network_json(self.network),
            "intents": [each.to_json() for each in self.intents],
        }
        return sealed_with_passphrase(json.dumps(form).encode(), passphrase, cost)

    def write(self, path: Path, passphrase: str) -> None:
        """Write it to a file of its owner's, in one step.

        Raises:
            WrongPassphrase: the passphrase is empty.
            OSError: the file cannot be written.
        """
        write_atomically(path, self.sealed(passphrase))

    @classmethod
    def opened(cls, content: bytes, passphrase: str) -> Self:
        """What a backup file holds, read to its end before anything comes of it.

        Raises:
            WrongPassphrase: it was sealed with another passphrase, or is damaged.
            SealUnreadable: it is no sealed file, or a newer program's.
            BackupUnusable: it is another kind of file, or a newer program's.
        """
        form = _form(opened_with_passphrase(content, passphrase))
        try:
            address = EthAddress(form["address"])
            return cls(
                Identity(address, Seed(bytes.fromhex(form["seed"]))),
                network_from_json(form["network"]),
                tuple(Intent.from_json(each) for each in form["intents"]),
            )
        except (
            *(KeyError, TypeError, ValueError, AttributeError),
            *(ProtocolError, WireError, InvalidNetworkDescription),
        ):
            # What was at fault is not quoted: it may be the seed.
            raise BackupUnusable(
                "the backup opens and cannot be understood: it was written by a program with a "
                "mistake; restore from the wallet's signature instead"
            ) from None

    def require(self, network: NetworkDescription, address: EthAddress | None = None) -> None:
        """Make sure that it is of that network, and of the wallet at `address` if one is named.

        Raises:
            BackupUnusable: it is of another; its keys would find nothing there.
        """
        ours, theirs = _place(self.network), _place(network)
        if ours != theirs:
            raise BackupUnusable(
                f"the backup is of the network {self.network.name} (chain {ours[0]}, pool "
                f"{ours[1]}), not of {network.name} (chain {theirs[0]}, pool {theirs[1]})"
            )
        if address not in {None, self.identity.address}:
            raise BackupUnusable(
                f"the backup is of the wallet {self.identity.address}, and {address} is connected"
            )

    def restore(self, journal: Journal) -> int:
        """Take its intents over into a journal of the same wallet; how many were not known there.

        What is known there stays as it is. A deposit that had not begun is given up: the machine
        that wrote the backup may have begun it since, and a second one would be made here.
        """
        return journal.merge({each.id: _restored(each) for each in self.intents})


def _restored(intent: Intent) -> Intent:
    if intent.kind in DEPOSITS and intent.state is IntentState.PLANNED:
        return intent.but(state=IntentState.FAILED, reason=NOT_BEGUN, settled_at=intent.created_at)
    return intent


def _form(content: bytes) -> Mapping[str, Any]:
    """What the seal held, if it is a backup that this program understands."""
    try:
        form = json.loads(content)
        kind, version = form["kind"], form["version"]
    except (KeyError, TypeError, ValueError, RecursionError):
        kind, version = "", 0
    if kind != _KIND:
        raise BackupUnusable("this file was sealed by Winze and is no backup: choose another")
    if version != VERSION:
        raise BackupUnusable(
            f"the backup is of version {version} and version {VERSION} is understood: restore it "
            "with a newer Winze"
        )
    found: Mapping[str, Any] = form
    return found


def _place(network: NetworkDescription) -> tuple[int, EthAddress]:
    return network.chain_id, network.pool
