"""The folder of wallets: several identities on several networks, side by side.

    identities/NAME/vault.sealed              the identity's secrets, sealed with its passphrase
    identities/NAME/NETWORK/settings.json   how it reaches that network
    identities/NAME/NETWORK/journal.sqlite  its intents there, sealed with a key from the seed
    identities/NAME/NETWORK/scan.cache      what it found there, sealed in the same way
    networks/NETWORK/network.json           the network's description, pinned by its hash
    networks/NETWORK/rows.sqlite            bulk data: everybody's, shared by all identities
    networks/NETWORK/keys/                  proving keys that a node gave
    current.json                            which identity and network are meant if none is named

NETWORK is the network's name and the beginning of its description's hash, so that two networks of
one name never meet. All of it is readable by its owner alone.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from winze.contracts import (
    InvalidNetworkDescription,
    NetworkDescription,
    load_network,
    network_json,
    save_network,
)
from winze.files import OWNER_ONLY_DIRECTORY, data_directory, write_atomically
from winze.protocol import WinzeError

from ..errors import HomeError
from .settings import Settings
from .vault import Vault

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_HASH_SHOWN: Final = 16


def network_id(network: NetworkDescription) -> str:
    """How a home calls a network: its name, and the beginning of its description's SHA-256."""
    digest = hashlib.sha256(network_json(network).encode()).hexdigest()
    return f"{network.name}-{digest[:_HASH_SHOWN]}"


@dataclass(frozen=True)
class Entry:
    """One identity on one network: what it is, and where its files stand."""

    home: Path
    identity: str
    network: NetworkDescription
    settings: Settings

    @property
    def network_id(self) -> str:
        """How the home calls its network."""
        return network_id(self.network)

    @property
    def folder(self) -> Path:
        """What is its own."""
        return _identity_folder(self.home, self.identity) / self.network_id

    @property
    def journal(self) -> Path:
        """The file of its intents."""
        return self.folder / "journal.sqlite"

    @property
    def scan_cache(self) -> Path:
        """The file of what it found."""
        return self.folder / "scan.cache"

    @property
    def rows(self) -> Path:
        """The file of the network's bulk data, shared by all identities."""
        return _network_folder(self.home, self.network_id) / "rows.sqlite"

    @property
    def keys(self) -> Path:
        """The folder of the network's proving keys, shared by all identities."""
        return _network_folder(self.home, self.network_id) / "keys"


@dataclass(frozen=True)
class Forgotten:
    """What a logout deleted and what it left, for people."""

    deleted: tuple[Path, ...]
    kept: tuple[Path, ...]


class WalletHome:
    """The wallets on this machine.

    Raises:
        HomeError: what was asked for is not there, or cannot be.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open the home in `folder`; by default in the data directory."""
        self.folder = folder or data_directory("wallet")
        _make(self.folder)

    def __repr__(self) -> str:
        return f"WalletHome({self.folder})"

    # -- what there is ---------------------------------------------------------------------------

    def identities(self) -> list[str]:
        """The names of all identities, also of those that logged out and left their journals."""
        return [name for name in _folders(self.folder / "identities") if _NAME.fullmatch(name)]

    def networks(self) -> dict[str, NetworkDescription]:
        """All networks by id. One whose file was changed is left out."""
        found = ((name, self._pinned(name)) for name in _folders(self.folder / "networks"))
        return {name: network for name, network in found if network is not None}

    def entries(self) -> list[Entry]:
        """All identities on all networks that they were added to and can be reached."""
        found = []
        for identity, network in self._pairs():
            with suppress(HomeError):  # told where it is asked for by its name
                found.append(self._read(identity, network))
        return found

    def entry(self, identity: str, network: str) -> Entry:
        """One identity on one network, which is named by its id, or by its name if it is unique."""
        fitting = [
            found
            for name, found in self._pairs()
            if name == identity and network in (network_id(found), found.name)
        ]
        match fitting:
            case [found]:
                return self._read(identity, found)
            case []:
                raise HomeError(f"there is no wallet {identity!r} on the network {network!r}")
            case _:
                several = ", ".join(map(network_id, fitting))
                raise HomeError(f"{network!r} is the name of several networks: choose of {several}")

    def current(self) -> Entry | None:
        """The one that is meant where none is named; None where none was selected, or it is gone.

        The only one there is needs no selecting.
        """
        entries = self.entries()
        try:
            form = json.loads((self.folder / "current.json").read_bytes())
            chosen = form["identity"], form["network"]
        except (OSError, ValueError, KeyError, TypeError):
            return entries[0] if len(entries) == 1 else None
        return next((each for each in entries if (each.identity, each.network_id) == chosen), None)

    def vault(self, identity: str) -> Vault:
        """The vault of an identity, which may not exist yet."""
        return Vault(_identity_folder(self.folder, identity) / "vault.sealed")

    # -- changing it -----------------------------------------------------------------------------

    def add(self, identity: str, network: NetworkDescription, settings: Settings) -> Entry:
        """Put an identity on a network, or give it other settings there; it becomes the current."""
        entry = Entry(self.folder, identity, network, settings)
        for folder in (entry.folder, entry.keys):
            _make(folder)
        save_network(network, entry.keys.parent / "network.json")
        write_atomically(entry.folder / "settings.json", settings.to_json().encode())
        self.select(entry)
        return entry

    def select(self, entry: Entry) -> None:
        """Mean this one from now on where none is named."""
        form = {"identity": entry.identity, "network": entry.network_id}
        write_atomically(self.folder / "current.json", json.dumps(form).encode())

    def logout(self, identity: str, *, journal: bool = False) -> Forgotten:
        """Forget an identity's secrets and what it found; what is on the chain is found again.

        Args:
            identity: Its name.
            journal: Also delete its journals and settings. What they alone know is lost then:
                planned addresses and times, requests that were not handed over, notes to oneself.
        """
        folder = _identity_folder(self.folder, identity)
        if identity not in self.identities():
            raise HomeError(f"there is no wallet {identity!r}")
        vault = self.vault(identity)
        vault_was = (vault.path,) if vault.exists else ()
        vault.forget()
        caches = tuple(folder.glob("*/scan.cache*"))
        for cache in caches:
            cache.unlink(missing_ok=True)
        left = tuple(sorted(folder.glob("*/*")))
        if not journal:
            return Forgotten((*vault_was, *caches), left)
        shutil.rmtree(folder)
        return Forgotten((*vault_was, *caches, *left), ())

    # -- reading ---------------------------------------------------------------------------------

    def _pairs(self) -> Iterator[tuple[str, NetworkDescription]]:
        networks = self.networks()
        for identity in self.identities():
            for name in _folders(_identity_folder(self.folder, identity)):
                if name in networks:
                    yield identity, networks[name]

    def _pinned(self, name: str) -> NetworkDescription | None:
        try:
            network = load_network(_network_folder(self.folder, name) / "network.json")
        except InvalidNetworkDescription:
            return None
        return network if network_id(network) == name else None

    def _read(self, identity: str, network: NetworkDescription) -> Entry:
        path = _identity_folder(self.folder, identity) / network_id(network) / "settings.json"
        try:
            settings = Settings.from_json(path.read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, WinzeError) as problem:
            why = str(problem) if isinstance(problem, WinzeError) else "it is missing or damaged"
            raise HomeError(f"{path} cannot be used ({why}): connect to the network anew") from None
        return Entry(self.folder, identity, network, settings)


def _identity_folder(home: Path, identity: str) -> Path:
    if not _NAME.fullmatch(identity):
        raise HomeError(f"{identity!r} cannot be a wallet's name: it must match {_NAME.pattern}")
    return home / "identities" / identity


def _network_folder(home: Path, network: str) -> Path:
    return home / "networks" / network


def _folders(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from sorted(each.name for each in folder.iterdir() if each.is_dir())


def _make(folder: Path) -> None:
    """Make a folder with all above it that is missing, for its owner alone."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=OWNER_ONLY_DIRECTORY, exist_ok=True)
