"""People who use a node: wallets that follow the chain by themselves and keep nothing else."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.integration.people import Person, identity_of
from tests.networks import prover
from winze.chain import ChainChanged, Follower, LedgerMismatch, Record, RpcSource
from winze.circuits import Proof
from winze.contracts import Pace, Pool, Receipt, Rewards, Sender
from winze.devnet import Devnet, Refuser, deploy_refuser, funded_account
from winze.protocol import (
    Account,
    ChainBlock,
    ClaimWitness,
    Deposited,
    EthAddress,
    Note,
    Timestamp,
    Transferred,
    TransferWitness,
    Wei,
)
from winze.wallet import OwnNote, spent_at

FIRST_USER = 5
"""The funded accounts before are the owner's and the nodes'."""
USERS = 5
PROOFS_AT_ONCE = 2
PACE = Pace(poll=0.1, patience=4)


class Place:
    """A network as its users see it: straight from the chain, whatever their nodes see."""

    def __init__(self, devnet: Devnet) -> None:
        self.devnet, self.network = devnet, devnet.network
        self.pool = Pool(devnet.w3, self.network.pool)
        self.rewards = Rewards(devnet.w3, self.network.rewards)
        self.follower = self.fresh_follower()
        self._proving = asyncio.Semaphore(PROOFS_AT_ONCE)
        self._senders: dict[int, Sender] = {}

    def sender(self, number: int) -> Sender:
        """Who sends from a funded account, and soon again what a reorganisation took away."""
        if number not in self._senders:
            self._senders[number] = Sender(self.devnet.w3, funded_account(number), pace=PACE)
        return self._senders[number]

    def fresh_follower(self) -> Follower:
        """Somebody who knows nothing of the chain yet."""
        return Follower(
            RpcSource(self.devnet.w3, self.network),
            self.network.deployment_block,
            confirmations=self.network.profile.confirmations,
        )

    @property
    def now(self) -> Timestamp:
        return self.follower.now

    async def prove(self, witness: TransferWitness | ClaimWitness) -> Proof:
        """A proof, made when one of the cores is free."""
        async with self._proving:
            return await asyncio.to_thread(prover().prove, witness)


class User(Person):
    """A person whose books are the chain alone: it may be reorganised."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._irrelevant: set[int] = set()
        self._found: tuple[object, list[OwnNote]] = (None, [])

    @classmethod
    async def arrive(cls, place: Place, number: int) -> "User":
        return cls(place, number, await identity_of(funded_account(number), place))

    def notes(self) -> list[OwnNote]:
        """All notes that the wallet finds, spent or not; looked for once a chain block."""
        cursor = self.town.follower.cursor
        if self._found[0] != cursor:
            ledger = self.town.follower.ledger
            self._found = cursor, self._finder.find(self._relevant(), ledger)
        return self._found[1]

    def spendable(self) -> list[OwnNote]:
        """Notes in proved blocks that are not spent, and that nothing is being done with."""
        ledger = self.town.follower.ledger
        return [
            own
            for own in self.notes()
            if own.position.block < ledger.proved
            and own.nullifier not in self.promised
            and spent_at(own, ledger) is None
        ]

    def worth(self) -> int:
        """Wei in unspent notes, proved or not."""
        ledger = self.town.follower.ledger
        return sum(own.note.value for own in self.notes() if spent_at(own, ledger) is None)

    def _relevant(self) -> Iterable[Record]:
        # Opening a memo takes a while, and whether it opens for us never changes.
        self._finder._extend_all()
        for record in self.town.follower.records():
            event = record.logged.event
            if isinstance(event, Transferred):
                if event.nullifier1 in self._irrelevant:
                    continue
                if not list(self._finder._read(record)):
                    self._irrelevant.add(event.nullifier1)
                    continue
            yield record


@dataclass(eq=False)
class Deposit:
    """A deposit that somebody makes, and makes again should the chain lose it."""

    user: User
    account: Account
    note: Note
    receipt: Receipt | None = None


@dataclass
class Population:
    """The users of a place, and what they deposited."""

    place: Place
    users: list[User]
    refuser: Refuser
    deposits: list[Deposit] = field(default_factory=list)
    again: int = 0
    """How many deposits had to be made again."""

    @classmethod
    async def settle(cls, place: Place, count: int = USERS) -> "Population":
        users = [await User.arrive(place, FIRST_USER + number) for number in range(count)]
        refuser = await deploy_refuser(place.devnet.sender(FIRST_USER))
        return cls(place, users, refuser)

    async def mine(self, value: Wei, sessions: int = 1) -> None:
        """Everybody begins so many sessions."""
        await self.deposit(
            (user, user.new_session(), value, True) for user in self.users for _ in range(sessions)
        )

    async def fill_purses(self, value: Wei, notes: int = 1) -> None:
        """Everybody gets so many notes to pay fees with."""
        await self.deposit(
            (user, user.main, value, False) for user in self.users for _ in range(notes)
        )

    async def deposit(self, wanted: Iterable[tuple[User, Account, Wei, bool]]) -> None:
        """Make deposits, all at the same time."""
        await self.place.follower.sync()
        made, used = [], Counter[tuple[int, int]]()
        for user, account, value, mine in wanted:
            # The number after those on the chain and those in this very list.
            number = user._finder.next_deposit(account, self.place.follower.records())
            key = (user.number, account.index)
            note = account.deposit_note(number + used[key], value, mineable=mine)
            used[key] += 1
            made.append(Deposit(user, account, note))
        self.deposits += made
        await asyncio.gather(*(self._send(deposit) for deposit in made))
        await self.place.follower.sync()

    async def look(self) -> None:
        """See how the chain stands, and deposit again what it has lost."""
        follower = self.place.follower
        # The next look sees more: the chain is being reorganised, or tells of a block a moment
        # before it tells of the events in it.
        with suppress(ChainChanged, LedgerMismatch):
            await follower.sync()
        there = Counter(
            event.inner
            for event in (record.logged.event for record in follower.records())
            if isinstance(event, Deposited) and not event.depositor.is_zero
        )
        lost = [deposit for deposit in self.deposits if self._is_lost(deposit, there)]
        self.again += len(lost)
        await asyncio.gather(*(self._send(deposit) for deposit in lost))

    def _is_lost(self, deposit: Deposit, there: Counter[int]) -> bool:
        cursor = self.place.follower.cursor
        if deposit.receipt is None or cursor is None or cursor.number < deposit.receipt.block:
            return False
        return there[deposit.note.inner] == 0

    async def _send(self, deposit: Deposit) -> None:
        note = deposit.note
        deposit.receipt = None
        call = self.place.pool.deposit(note.inner, note.value, mine=note.mineable)
        deposit.receipt = await self.place.sender(deposit.user.number).send(call)

    async def withdrawable(self, at: ChainBlock) -> Wei:
        """What waits for the contract that takes no payment."""
        return await self.place.pool.withdrawable(self.refuser.address, at)

    @property
    def refusing(self) -> EthAddress:
        """A contract that takes no payment."""
        return self.refuser.address

    @property
    def deposited(self) -> int:
        """Wei, all together."""
        return sum(deposit.note.value for deposit in self.deposits)
