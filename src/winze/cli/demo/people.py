"""The people of the demo: each a wallet of their own, which knows nothing of the others'."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from eth_account.signers.local import LocalAccount

from winze.circuits import Circuit, CircuitKeys, Proof, Prover, Witness
from winze.devnet import Devnet
from winze.protocol import EthAddress
from winze.wallet import (
    Intent,
    Proposal,
    Session,
    Settings,
    Wallet,
    WalletHome,
    open_wallet,
    sign_in_with_key,
)


class Stopwatch(Prover):
    """A prover that remembers how long each proof took."""

    def __init__(self, keys: Mapping[Circuit, CircuitKeys]) -> None:
        """As `Prover`."""
        super().__init__(keys)
        self._seconds: list[float] = []

    def prove(self, witness: Witness) -> Proof:
        """See `Prover`."""
        start = monotonic()
        proof = super().prove(witness)
        self._seconds.append(monotonic() - start)
        return proof

    def taken(self) -> list[float]:
        """The seconds of each proof since this was last asked."""
        taken, self._seconds = self._seconds, []
        return taken


@dataclass(frozen=True)
class Person:
    """Somebody with a wallet."""

    name: str
    wallet: Wallet

    @property
    def address(self) -> EthAddress:
        """The connected wallet's address."""
        return self.wallet.identity.address

    def session(self, number: int = 0) -> Session:
        """One of their sessions, as it was when the chain was last read."""
        return self.wallet.session(number)

    async def begin(self, proposal: Proposal) -> Intent:
        """Confirm something."""
        return await self.wallet.begin(proposal)

    def newest(self, intent: Intent) -> Intent:
        """How something stands that was confirmed."""
        return self.wallet.journal.get(intent.id) or intent


@asynccontextmanager
async def connected_person(
    name: str, key: LocalAccount, devnet: Devnet, node: str, prover: Prover
) -> AsyncIterator[Person]:
    """Somebody who connects a wallet with `key`, as a browser's would be."""
    network = devnet.network
    identity = await sign_in_with_key(key, network)
    home = WalletHome(Path(devnet.directory) / "wallets")
    entry = home.add(name.lower(), network, Settings((devnet.url,), (node,)))
    async with open_wallet(entry, identity, key, prover=prover, claims_at_once=True) as wallet:
        yield Person(name, wallet)
