"""Fifty people on one ledger in memory, whose wallets are the real ones but for their proofs.

Planner, spender, times, anchors, driver and journal are what a wallet uses; what it would read from
bulk data is handed to it, because all of it is known here. What was public of it, and what the node
saw besides, is written down in `Seen`, beside the truth that attacks are held against.
"""

import heapq
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final, cast
from unittest.mock import patch

from tests.wallet.privacy.people import Person
from tests.wallet.privacy.seen import Arrival, Claimed, Made, Seen, Transferred
from tests.wallet.worlds import network
from winze.circuits import Proof
from winze.protocol import (
    MAIN_PROFILE,
    MEMOS_BYTES,
    MINEABLE,
    BlockIndex,
    ChainBlock,
    ClaimWitness,
    Deposit,
    EthAddress,
    Field,
    Ledger,
    LedgerError,
    Note,
    Position,
    Spend,
    Timestamp,
    Transfer,
    TransferWitness,
    Wei,
    points,
)
from winze.wallet import Happened, OwnClaim, OwnNote, OwnSpend
from winze.wire import Quote, RelayRequest, RequestState, RequestStatus

NETWORK: Final = replace(network(), profile=MAIN_PROFILE)
DAY: Final = int(MAIN_PROFILE.period)
STEP: Final = 600
"""Seconds between two blocks of the ledger; one is proved when the next is sealed."""
START: Final = int(NETWORK.genesis) + 800 * DAY
RELAYER: Final = EthAddress("0x" + "ee" * 20)
BATCH: Final = 16
_LADDER: Final = (1, 2, 5, 10)
_QUOTE_HOURS: Final = 4


class DatedLedger(Ledger):
    """A ledger that tells its blocks' times, as a wallet's view does."""

    def timestamp(self, block: BlockIndex) -> Timestamp:
        return self.blocks[block].timestamp


class Drawn:
    """What the wallets draw at random, from a seed: `secrets`, for tests that repeat."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a test that repeats

    @contextmanager
    def instead(self) -> Iterator[None]:
        drawn = {
            "randbelow": self._random.randrange,
            "randbits": self._random.getrandbits,
            "token_bytes": self._random.randbytes,
            "token_hex": lambda size: self._random.randbytes(size).hex(),
        }
        with patch.multiple(secrets, **drawn):
            yield


@dataclass
class Crowd:
    """The world; `live` lets it happen."""

    random: random.Random
    seen: Seen = field(default_factory=Seen)
    ledger: DatedLedger = field(default_factory=DatedLedger)
    now: int = START
    people: list[Person] = field(default_factory=list)
    _due: list[tuple[int, int, Callable[[], Any]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _outputs: dict[Field, Note] = field(default_factory=dict)
    _states: dict[str, RequestState] = field(default_factory=dict)
    _waiting: list[Arrival] = field(default_factory=list)
    _ladder: int = 1

    # -- what wallets need of it ----------------------------------------------------------------

    @property
    def quote(self) -> Quote:
        """What the node's relayer takes now."""
        transfer = _LADDER[self._ladder] * 10**14
        claim = {1: 2, 2: 5, 5: 10, 10: 20}[_LADDER[self._ladder]] * 10**14
        return Quote(Wei(transfer), Wei(claim), RELAYER, Timestamp(self.now + STEP))

    def prove(self, witness: TransferWitness | ClaimWitness) -> Proof:
        """Believe a witness, which has checked itself."""
        if isinstance(witness, TransferWitness):
            self._outputs |= {note.commitment: note for note in witness.outputs}
        return Proof(bytes(256))

    def receive(self, person: Person, request: RelayRequest) -> RequestStatus:
        """The node takes a request."""
        if request.id not in self._states:
            self._states[request.id] = RequestState.RECEIVED
            kind = person.intent_of(request).kind
            arrival = Arrival(next(self._order), self.now, person.number, kind, request)
            self._waiting.append(arrival)
            self.seen.arrivals.append(arrival)
        return self.status(request)

    def status(self, request: RelayRequest) -> RequestStatus:
        part = cast("Transfer", request.transfer)
        now = Timestamp(self.now)
        return RequestStatus(
            request.id,
            self._states[request.id],
            now,
            Timestamp(part.not_before),
            Timestamp(part.deadline),
        )

    # -- what happens ---------------------------------------------------------------------------

    def at(self, moment: float, what: Callable[[], Any]) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._due, (int(moment), next(self._order), what))

    def deposit(self, person: Person, note: Note, account: int, number: int) -> None:
        """Somebody deposits in the open."""
        (position,) = self.ledger.append(Deposit(Field(note.word), note.inner))
        made = Made(
            position, self.now, person.number, note.value, note.mineable, person.address, note.inner
        )
        self.seen.deposits.append(made)
        own = OwnNote(
            note, person.accounts[account], position, self.here, number, depositor=person.address
        )
        person.gets(own)

    @property
    def here(self) -> Happened:
        return Happened(ChainBlock(self.now // 12), Timestamp(self.now), bytes(32))

    async def live(self, until: int) -> Seen:
        """Let everything happen up to a moment."""
        quoted = self.now
        self.seen.quotes.append((quoted, self.quote))
        while self.now < until:
            self.now += STEP
            if self.ledger.proved < len(self.ledger.blocks):
                self.ledger.prove(Field(1_000 + self.ledger.proved))
            if len(self.ledger.open):
                self.ledger.seal(Timestamp(self.now), ChainBlock(self.now // 12))
            if self.now - quoted >= _QUOTE_HOURS * 3_600:
                quoted = self.now
                self._ladder = self.random.choice([0, 1, 1, 2, 3])
                self.seen.quotes.append((self.now, self.quote))
            for person in self.people:
                await person.look()
            while self._due and self._due[0][0] <= self.now:
                happened = heapq.heappop(self._due)[2]()
                if happened is not None:
                    await happened
            self._relay()
        self.seen.times = [block.timestamp for block in self.ledger.blocks]
        return self.seen

    # -- the node's relayer -----------------------------------------------------------------------

    def _relay(self) -> None:
        """Execute what is due, the first that came first, in one batch."""
        due = [each for each in self._waiting if each.not_before <= self.now][:BATCH]
        for place, arrival in enumerate(due):
            self._waiting.remove(arrival)
            try:
                self._execute(arrival, place)
            except LedgerError:
                self._states[arrival.request.id] = RequestState.SKIPPED

    def _execute(self, arrival: Arrival, place: int) -> None:
        request, person = arrival.request, self.people[arrival.person]
        transfer = cast("Transfer", request.transfer)
        if request.claim is not None:
            mined = person.claimed(request.claim)
            self.seen.claims.append(
                Claimed(
                    *(next(self._order), self.now, place, arrival.person, request.claim),
                    *(transfer, mined, arrival.at),
                )
            )
            person.claims[mined.claim_id] = OwnClaim(
                mined.claim_id,
                request.claim.recipient,
                cast("Any", 0),
                points(mined.note.value),
                points(mined.note.value),
                None,
                self.here,
            )
        self._move(arrival, transfer, place)
        self._states[request.id] = RequestState.DONE

    def _move(self, arrival: Arrival, transfer: Transfer, place: int) -> None:
        assert len(transfer.memos) == MEMOS_BYTES
        outs = Field(transfer.out1), Field(transfer.out2)
        again = transfer.recipient == NETWORK.pool
        spend = Spend(*outs, Field(transfer.nullifier1), Field(transfer.nullifier2))
        block = self.ledger.open_index
        positions = self.ledger.append(spend)
        person = self.people[arrival.person]
        inputs = person.spent(transfer)
        kept = [
            own
            for out, position in zip(outs, positions, strict=True)
            for own in self._given(self._outputs[out], position)
        ]
        record = Transferred(
            *(next(self._order), self.now, place, arrival.person, arrival.kind, transfer),
            *(inputs, block, arrival.at),
        )
        self.seen.transfers.append(record)
        person.spends.append(
            OwnSpend(
                tuple(inputs),
                transfer.recipient,
                Wei(transfer.amount),
                tuple(own for own in kept if own.account.index in person.accounts),
                person.intent_of(arrival.request).rewards,
                block,
                self.here,
                outs,
            )
        )
        person.wake_after(block)
        if again:
            self._deposit_again(person, transfer)

    def _deposit_again(self, person: Person, transfer: Transfer) -> None:
        (position,) = self.ledger.append(
            Deposit(Field(transfer.amount + MINEABLE), Field(transfer.inner))
        )
        value, inner = Wei(transfer.amount), Field(transfer.inner)
        made = Made(position, self.now, person.number, value, True, NETWORK.pool, inner)  # noqa: FBT003
        self.seen.deposits.append(made)
        person.gets_again(Field(transfer.inner), position, Wei(transfer.amount))

    def _given(self, note: Note, position: Position) -> Iterator[OwnNote]:
        """The owner of a new note gets it."""
        for person in self.people:
            account = person.owner_of(note)
            if account is not None:
                own = OwnNote(note, account, position, self.here)
                person.gets(own)
                yield own


async def history(people: int = 50, days: float = 7, seed: int = 11) -> Seen:
    """A history of so many people, the same for each seed."""
    with Drawn(seed).instead():
        crowd = Crowd(random.Random(seed))  # noqa: S311 - a test that repeats
        for number in range(people):
            person = Person(crowd, number, funded=number % 2 == 0, network=NETWORK)
            crowd.people.append(person)
            person.begin(4, days)
        return await crowd.live(int(START + (days + 12) * DAY))
