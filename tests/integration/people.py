"""People with wallets, and what each of them should own, whatever the wallet finds."""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from eth_account.signers.local import LocalAccount

from tests.integration.town import Proved
from tests.networks import prover
from winze.chain import Follower
from winze.circuits import Proof
from winze.contracts import NetworkDescription
from winze.devnet import funded_account
from winze.protocol import (
    MAIN_ACCOUNT,
    OUTPUT_BLINDING_BITS,
    Account,
    Claim,
    ClaimTerms,
    ClaimWitness,
    Field,
    Memo,
    Note,
    Timestamp,
    TransferWitness,
    Wei,
    seal_memos,
)
from winze.wallet import (
    Identity,
    NoteFinder,
    OwnNote,
    Payment,
    Spender,
    maturity_of,
    sign_in_with_key,
    spent_at,
)

SECRET_BYTES = 32


class Place(Protocol):
    """Where people live: a network, and how they follow it."""

    network: NetworkDescription
    follower: Follower


async def identity_of(key: LocalAccount, town: Place) -> Identity:
    """Who somebody is, from the connected wallet's signature alone."""
    return await sign_in_with_key(key, town.network)


@dataclass(eq=False)
class Person:
    """A wallet on one network, and a book of what should be in it."""

    town: Place
    number: int
    """The funded account that is connected."""
    identity: Identity
    book: list[tuple[int, Note]] = field(default_factory=list)
    """Every note that was ever this person's, with its account."""
    spent: set[Field] = field(default_factory=set)
    """The nullifiers of those that were spent."""
    promised: set[Field] = field(default_factory=set)
    """And of those that are about to be."""
    claimed: set[Field] = field(default_factory=set)
    """The claim ids that were counted."""
    sessions: int = 0

    def __post_init__(self) -> None:
        seed = self.identity.seed
        self._finder = NoteFinder(seed, self.identity.address)
        self._spender = Spender(self.town.network, self.town.follower.ledger, seed.viewing.public)

    @classmethod
    async def settle(cls, town: Place, number: int) -> "Person":
        return cls(town, number, await identity_of(funded_account(number), town))

    @property
    def main(self) -> Account:
        return self.identity.seed.main

    def new_session(self) -> Account:
        """An account that was never used."""
        self.sessions += 1
        return self.identity.seed.mining(self.sessions - 1)

    def new_note(self, account: Account, value: Wei, *, mine: bool) -> Note:
        """What the account's next deposit makes."""
        number = self._finder.next_deposit(account, self.town.follower.records())
        return account.deposit_note(number, value, mineable=mine)

    # -- what is there --------------------------------------------------------------------------

    def notes(self) -> list[OwnNote]:
        """All notes that the wallet finds, spent or not."""
        follower = self.town.follower
        return self._finder.find(follower.records(), follower.ledger)

    def spendable(self) -> list[OwnNote]:
        """Notes in proved blocks that nothing was done with yet."""
        ledger = self.town.follower.ledger
        gone = self.spent | self.promised
        return [
            own
            for own in self.notes()
            if own.position.block < ledger.proved and own.nullifier not in gone
        ]

    def purse(self) -> list[OwnNote]:
        """What can pay fees."""
        return [own for own in self.spendable() if own.account.index == MAIN_ACCOUNT]

    def mining(self) -> list[OwnNote]:
        """Sessions that go on."""
        return [own for own in self.spendable() if own.note.mineable]

    def claimable(self) -> list[OwnNote]:
        """Sessions that were spent late enough, and not claimed yet."""
        return [
            own for own, in_time in self._ended() if in_time and own.claim_id not in self.claimed
        ]

    def canceled(self) -> list[OwnNote]:
        """Sessions that were spent too early."""
        return [own for own, in_time in self._ended() if not in_time]

    def _ended(self) -> Iterator[tuple[OwnNote, bool]]:
        """Sessions whose spends are proved, and whether they had matured then."""
        ledger = self.town.follower.ledger
        for own in self.notes():
            block, matures = spent_at(own, ledger), self.maturity(own)
            if own.note.mineable and block is not None and block < ledger.proved:
                assert matures is not None
                yield own, ledger.blocks[block].timestamp >= matures

    def maturity(self, own: OwnNote) -> Timestamp | None:
        profile = self.town.network.profile
        lock = profile.lock_min, profile.lock_range
        return maturity_of(own, self.town.follower.ledger, lock)

    # -- what can be done -----------------------------------------------------------------------

    def spend(
        self, inputs: Sequence[OwnNote], payment: Payment, change: Account, gift: "Gift | None"
    ) -> "Spending":
        """A transfer; the gift goes from what would be left."""
        witness = self._spender.transfer(inputs, payment, change)
        left = sum(own.note.value for own in inputs) - payment.amount - payment.fee
        given = gift.note.value if gift else 0
        kept = next(note for note in witness.outputs if note.value == left)
        kept = replace(kept, value=Wei(left - given))
        if gift is not None:
            witness = gift.put_into(witness, self, kept)
        return Spending(self, witness, change, kept, gift)

    def claim_witness(self, own: OwnNote, terms: ClaimTerms) -> ClaimWitness:
        return self._spender.claim(own, terms)

    async def prove_claim(self, own: OwnNote, terms: ClaimTerms) -> tuple[Claim, Proof]:
        witness = self.claim_witness(own, terms)
        return witness.claim, await asyncio.to_thread(prover().prove, witness)


@dataclass(frozen=True)
class Gift:
    """A private payment to somebody."""

    receiver: Person
    note: Note

    @classmethod
    def of(cls, receiver: Person, value: Wei) -> "Gift":
        blinding = Field(secrets.randbits(OUTPUT_BLINDING_BITS))
        owner = receiver.identity.private_address.owner
        return cls(receiver, Note(value, mineable=False, owner=owner, blinding=blinding))

    def put_into(self, witness: TransferWitness, giver: Person, kept: Note) -> TransferWitness:
        """The transfer with this instead of the output that is worth nothing."""
        outputs = [(kept, giver.identity), (self.note, self.receiver.identity)]
        if secrets.randbelow(2):
            outputs.reverse()
        memos = seal_memos(
            [
                (Memo(note.value, note.blinding), who.private_address.viewing)
                for note, who in outputs
            ],
            secrets.token_bytes(SECRET_BYTES),
        )
        return replace(
            witness,
            outputs=(outputs[0][0], outputs[1][0]),
            terms=replace(witness.terms, memos=memos),
        )


@dataclass(frozen=True)
class Spending:
    """A transfer on its way, and what becomes of it in its people's books."""

    person: Person
    witness: TransferWitness
    change: Account
    kept: Note
    gift: Gift | None = None
    again: tuple[Account, Note] | None = None
    """What a redeposit makes."""

    async def prove(self) -> Proved:
        return self.witness.transfer, await asyncio.to_thread(prover().prove, self.witness)

    def happened(self) -> None:
        """It was executed: write it down."""
        self.person.spent |= {
            spent.nullifier for spent in self.witness.inputs if spent.membership is not None
        }
        if self.kept.value:
            self.person.book.append((self.change.index, self.kept))
        if self.gift is not None:
            self.gift.receiver.book.append((MAIN_ACCOUNT, self.gift.note))
        if self.again is not None:
            account, note = self.again
            self.person.book.append((account.index, note))
