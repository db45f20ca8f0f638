"""What must be so when everything has settled: on the chain, at the desks, in everybody's purse."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.node.faults.errands import Attempt, Errand
from tests.node.faults.users import Place, Population
from winze.chain import Follower, Record
from winze.contracts import eth_balance, request
from winze.protocol import (
    ChainBlock,
    Claimed,
    EthAddress,
    Transfer,
    Transferred,
    Unpaid,
    Wei,
    Withdrawn,
)
from winze.wire import Payout, RequestState


class Wrong(AssertionError):
    """Something was lost, or done twice, or told otherwise than it is."""


def require(holds: object, message: str) -> None:
    """Raise `Wrong` where it does not hold."""
    if not holds:
        raise Wrong(message)


def transfers_of(records: Iterable[Record]) -> dict[int, Record]:
    """The executed transfers by their first nullifiers; no nullifier is there twice."""
    found: dict[int, Record] = {}
    burned: Counter[int] = Counter()
    for record in records:
        event = record.logged.event
        if isinstance(event, Transferred):
            found[event.nullifier1] = record
            burned.update((event.nullifier1, event.nullifier2))
    twice = [nullifier for nullifier, times in burned.items() if times > 1]
    require(not twice, f"spent twice: {twice}")
    return found


@dataclass
class Accounts:
    """The books of one scenario, opened before it and closed after."""

    place: Place
    population: Population
    keys: Sequence[EthAddress]
    """Whose gas and fees are reckoned: the nodes'."""
    before: Mapping[EthAddress, int]
    opened_at: int
    _at: ChainBlock = field(default_factory=lambda: ChainBlock(0), init=False)
    """The chain block that everything is asked about: nodes go on meanwhile."""

    @classmethod
    async def open(
        cls, place: Place, population: Population, keys: Iterable[EthAddress]
    ) -> "Accounts":
        clock = place.devnet.clock
        height = await clock.height()
        known = list(dict.fromkeys(keys))
        before = {key: await eth_balance(place.devnet.w3, key, height) for key in known}
        return cls(place, population, known, before, height + 1)

    async def check(self, errands: Sequence[Errand]) -> None:
        """Hold everything against everything.

        Raises:
            Wrong: says what.
        """
        follower = self.place.fresh_follower()
        await follower.sync()
        assert follower.cursor is not None
        self._at = follower.cursor.number
        records = transfers_of(follower.records())
        executed = {key: _event(record) for key, record in records.items()}
        for errand in errands:
            self._check_states(errand, records, executed)
        self._check_that_nobody_else_did(errands, executed)
        self._check_claims(errands, follower, executed)
        await self._check_recipients(errands, executed)
        await self._check_the_pool(errands, follower, executed)
        await self._check_keys(errands, records)

    def _check_states(
        self,
        errand: Errand,
        records: Mapping[int, Record],
        executed: Mapping[int, Transferred],
    ) -> None:
        done = errand.executed(executed)
        wanted = int(errand.expected is RequestState.DONE and not errand.moot)
        require(len(done) == wanted, f"{errand} was executed {len(done)} times, not {wanted}")
        for attempt in errand.attempts:
            require(not attempt.forgotten, f"{errand} was forgotten by a desk that had taken it")
            told = set(attempt.states.values())
            if attempt in done:
                wanted_told = set() if errand.by_hand else {RequestState.DONE}
                require(told == wanted_told, f"{errand} is executed; the desks say {told}")
                self._check_where(errand, attempt, records)
            else:
                gone = {RequestState.FAILED, RequestState.SKIPPED}
                require(told <= gone, f"{errand} is not executed; the desks say {told}")

    def _check_where(self, errand: Errand, attempt: Attempt, records: Mapping[int, Record]) -> None:
        logged = records[_transfer(attempt).nullifier1].logged
        for heard in attempt.taken.values():
            told = heard[-1]
            place = (told.transaction, told.chain_block)
            true = (logged.transaction, logged.block)
            require(place == true, f"{errand} is in {true}; a desk says {place}")
            refused = errand.recipient == self.population.refusing
            payout = Payout.WITHDRAWABLE if refused else Payout.PAID
            moved = errand.amount and errand.recipient != self.place.network.pool
            require(
                told.payout is (payout if moved else None),
                f"{errand} paid {errand.amount}; a desk says {told.payout}",
            )

    def _check_that_nobody_else_did(
        self, errands: Sequence[Errand], executed: Mapping[int, Transferred]
    ) -> None:
        ours = {_transfer(attempt).nullifier1 for errand in errands for attempt in errand.attempts}
        strange = executed.keys() - ours
        require(not strange, f"executed, and asked for by nobody: {strange}")

    def _check_claims(
        self, errands: Sequence[Errand], follower: Follower, executed: Mapping[int, Transferred]
    ) -> None:
        events = [record.logged.event for record in follower.records()]
        counted = [event for event in events if isinstance(event, Claimed)]
        wanted = [
            (attempt.request.claim.claim_id, attempt.request.claim.recipient)
            for errand in errands
            for attempt in errand.executed(executed)
            if attempt.request.claim is not None
        ]
        found = [(event.claim_id, event.recipient) for event in counted]
        require(Counter(found) == Counter(wanted), f"claims counted {found}, paid for {wanted}")

    async def _check_recipients(
        self, errands: Sequence[Errand], executed: Mapping[int, Transferred]
    ) -> None:
        for errand in errands:
            if errand.recipient.is_zero or errand.recipient == self.population.refusing:
                continue
            due = errand.amount if errand.executed(executed) else 0
            held = await self._held(errand.recipient)
            require(held == due, f"{errand}: {errand.recipient} holds {held} wei, {due} are due")

    async def _check_the_pool(
        self, errands: Sequence[Errand], follower: Follower, executed: Mapping[int, Transferred]
    ) -> None:
        await self.place.follower.sync()
        events = [record.logged.event for record in follower.records()]
        refused = sum(event.amount for event in events if isinstance(event, Unpaid))
        refused -= sum(event.amount for event in events if isinstance(event, Withdrawn))
        waiting = await self.population.withdrawable(self._at)
        require(waiting == refused, f"{waiting} wei are withdrawable, {refused} were refused")
        owned = sum(user.worth() for user in self.population.users)
        held = await self._held(self.place.network.pool)
        require(held == owned + waiting, f"the pool holds {held} wei; {owned} + {waiting} are owed")
        root = await self.place.pool.root(self._at)
        require(root == follower.ledger.root, f"the root is {root}, not {follower.ledger.root}")
        due = sum(errand.amount for errand in errands if errand.executed(executed))
        fees = sum(transfer.fee for transfer in _executed(errands, executed))
        left = self.population.deposited - due - fees
        require(owned == left, f"{left} wei should be left to the users, and {owned} are")

    async def _check_keys(self, errands: Sequence[Errand], records: Mapping[int, Record]) -> None:
        executed = {key: _event(record) for key, record in records.items()}
        gas, senders = await self._gas()
        earned: Counter[EthAddress] = Counter()
        for transfer in _executed(errands, executed):
            caller = senders.get(records[transfer.nullifier1].logged.transaction)
            payee = caller if transfer.relayer.is_zero else transfer.relayer
            require(payee is not None, f"a transfer was executed by nobody's key: {transfer}")
            if payee is not None:
                earned[payee] += transfer.fee
        for key in self.keys:
            held = await self._held(key)
            due = self.before[key] + earned[key] - gas[key]
            require(held == due, f"{key} holds {held} wei; fees and gas leave {due}")

    async def _held(self, account: EthAddress) -> Wei:
        return await eth_balance(self.place.devnet.w3, account, self._at)

    async def _gas(self) -> tuple[Counter[EthAddress], dict[bytes, EthAddress]]:
        """Wei for gas by sender, and who sent each transaction."""
        w3 = self.place.devnet.w3
        numbers = range(self.opened_at, self._at + 1)
        found = await asyncio.gather(
            *(request(w3, "", "eth_getBlockReceipts", hex(number)) for number in numbers)
        )
        gas: Counter[EthAddress] = Counter()
        senders: dict[bytes, EthAddress] = {}
        for receipt in (each for receipts in found for each in receipts):
            sender = EthAddress(receipt["from"])
            gas[sender] += int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
            senders[bytes.fromhex(receipt["transactionHash"][2:])] = sender
        return gas, senders


def _event(record: Record) -> Transferred:
    event = record.logged.event
    assert isinstance(event, Transferred)
    return event


def _transfer(attempt: Attempt) -> Transfer:
    assert attempt.request.transfer is not None
    return attempt.request.transfer


def _executed(errands: Sequence[Errand], executed: Mapping[int, Transferred]) -> list[Transfer]:
    return [_transfer(each) for errand in errands for each in errand.executed(executed)]
