"""The people of the demo: each a wallet, and what it makes with the library."""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from winze.chain import Follower
from winze.circuits import Proof, Prover
from winze.contracts import NetworkDescription
from winze.protocol import (
    Account,
    Claim,
    ClaimTerms,
    ClaimWitness,
    EthAddress,
    Note,
    Timestamp,
    Transfer,
    TransferWitness,
    Wei,
)
from winze.wallet import (
    Identity,
    NoteFinder,
    NotSpendable,
    OwnNote,
    Payment,
    Spender,
    maturity_of,
    sign_in,
    spent_at,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Submission(Generic[T]):
    """Something to submit, with its proof and the seconds that the proof took."""

    content: T
    proof: Proof
    seconds: float


class Person:
    """Somebody with a wallet: an Ethereum key that is connected, and a seed from its signature."""

    def __init__(
        self, name: str, identity: Identity, network: NetworkDescription, follower: Follower
    ) -> None:
        self.name = name
        self.identity = identity
        self._network = network
        self._follower = follower
        self._finder = NoteFinder(identity.seed, identity.address)
        self._spender = Spender(network, follower.ledger, identity.seed.viewing.public)

    @classmethod
    async def connect(
        cls, name: str, key: LocalAccount, network: NetworkDescription, follower: Follower
    ) -> "Person":
        """Somebody who signs in with `key`, as a browser's wallet would."""

        async def sign(text: str) -> bytes:
            return bytes(key.sign_message(encode_defunct(text=text)).signature)

        identity = await sign_in(EthAddress(key.address), sign, network)
        return cls(name, identity, network, follower)

    @property
    def address(self) -> EthAddress:
        """The connected wallet's address."""
        return self.identity.address

    @property
    def main(self) -> Account:
        """The account that pays fees."""
        return self.identity.seed.main

    def session(self, number: int) -> Account:
        """The account of one mining session."""
        return self.identity.seed.mining(number)

    def new_note(self, account: Account, value: Wei, *, mine: bool) -> Note:
        """The note that the account's next deposit will make."""
        number = self._finder.next_deposit(account, self._follower.records())
        return account.deposit_note(number, value, mineable=mine)

    def notes(self, account: Account) -> list[OwnNote]:
        """The account's notes that are not spent."""
        ledger = self._follower.ledger
        return [
            own
            for own in self._finder.find(self._follower.records(), ledger)
            if own.account.index == account.index and ledger.spend_position(own.nullifier) is None
        ]

    def mined_note(self, account: Account) -> OwnNote:
        """The mining deposit of a session, spent or not.

        Raises:
            NotSpendable: it has none yet.
        """
        for own in self._finder.find(self._follower.records(), self._follower.ledger):
            if own.account.index == account.index and own.note.mineable:
                return own
        raise NotSpendable(f"{self.name}'s session {account.index} has no mining deposit yet")

    def maturity(self, account: Account) -> Timestamp:
        """When the session's lock ends.

        Raises:
            NotSpendable: its block is not drawn yet.
        """
        profile = self._network.profile
        found = maturity_of(
            self.mined_note(account),
            self._follower.ledger,
            (profile.lock_min, profile.lock_range),
        )
        if found is None:
            raise NotSpendable(f"{self.name}'s deposit has no lock yet: its block is not drawn")
        return found

    def spent(self, account: Account) -> Timestamp:
        """When the session's mining deposit was spent: the time of the block that says so.

        Raises:
            NotSpendable: it is not spent yet.
        """
        block = spent_at(self.mined_note(account), self._follower.ledger)
        if block is None:
            raise NotSpendable(f"{self.name}'s session {account.index} is not spent yet")
        return self._follower.ledger.blocks[block].timestamp

    async def prove_transfer(
        self, prover: Prover, inputs: list[OwnNote], payment: Payment, change: Account
    ) -> Submission[Transfer]:
        """A transfer of these notes, proved; see `Spender.transfer`."""
        witness = self._spender.transfer(inputs, payment, change)
        proof, seconds = await _timed(prover, witness)
        return Submission(witness.transfer, proof, seconds)

    def claim_witness(self, account: Account, recipient: EthAddress) -> ClaimWitness:
        """What proves the claim of a session; see `Spender.claim`."""
        return self._spender.claim(self.mined_note(account), ClaimTerms(recipient))

    async def prove_claim(
        self, prover: Prover, account: Account, recipient: EthAddress
    ) -> Submission[Claim]:
        """The claim of a session for `recipient`, proved."""
        witness = self.claim_witness(account, recipient)
        proof, seconds = await _timed(prover, witness)
        return Submission(witness.claim, proof, seconds)


async def _timed(prover: Prover, witness: TransferWitness | ClaimWitness) -> tuple[Proof, float]:
    start = monotonic()
    proof = await asyncio.to_thread(prover.prove, witness)
    return proof, monotonic() - start
