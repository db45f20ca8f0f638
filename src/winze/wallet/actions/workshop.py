"""What all actions of one wallet work with."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from winze.circuits import Proof, Prover
from winze.contracts import NetworkDescription
from winze.protocol import (
    BlockIndex,
    ClaimTerms,
    ClaimWitness,
    Field,
    Position,
    Seed,
    Timestamp,
    TransferWitness,
)
from winze.wire import RelayRequest

from ..holdings import Holdings, OwnNote
from ..journal import Intent, Journal
from ..spending import ProvenLedger, Spender
from .desk import Desk
from .events import Event
from .plans import TransferPlan
from .timing import Calendar, anchor_size


class DatedLedger(ProvenLedger, Protocol):
    """A ledger that also tells when its blocks date from."""

    def timestamp(self, block: BlockIndex) -> Timestamp:
        """The time of a proved block."""


def _unheard(_: Event) -> None:
    """Nobody listens yet."""


@dataclass
class Workshop:
    """One wallet's keys, ledger, journal and tools."""

    network: NetworkDescription
    seed: Seed = field(repr=False)
    ledger: DatedLedger
    journal: Journal
    prover: Callable[[], Awaitable[Prover]]
    """Gives what proves, which may have to get its keys first."""
    desk: Desk
    tell: Callable[[Event], None] = _unheard
    """Told what happens, as it happens."""

    def __post_init__(self) -> None:
        self.calendar = Calendar.of(self.network)
        self._spender = Spender(self.network, self.ledger, self.seed.viewing.public)

    def write(self, intent: Intent) -> Intent:
        """Write an intent down; it is on the disk afterwards."""
        self.journal.put(intent)
        return intent

    async def transfer(self, plan: TransferPlan, now: Timestamp) -> RelayRequest:
        """The request that carries `plan` out, proved.

        Raises:
            NotSpendable: an input is spent, or in no proved block.
        """
        witness = self._transfer_witness(plan, now)
        return RelayRequest(witness.transfer, await self._prove(witness))

    async def claim(
        self, own: OwnNote, spent: BlockIndex, terms: ClaimTerms, now: Timestamp
    ) -> RelayRequest:
        """The request of a claim without what pays for it, proved.

        Raises:
            InvalidStatement: the note was spent too early, or is no mining deposit.
        """
        size = self._size(now, [own.position.block, spent])
        witness = self._spender.claim(own, terms, size)
        return RelayRequest(claim=witness.claim, claim_proof=await self._prove(witness))

    async def _prove(self, witness: TransferWitness | ClaimWitness) -> Proof:
        prover = await self.prover()
        return await asyncio.to_thread(prover.prove, witness)

    def _transfer_witness(self, plan: TransferPlan, now: Timestamp) -> TransferWitness:
        size = self._size(now, [own.position.block for own in plan.inputs])
        change = self.seed.account(plan.change)
        return self._spender.transfer(plan.inputs, plan.payment, change, size)

    def _size(self, now: Timestamp, needed: Iterable[BlockIndex]) -> int:
        moments = self.calendar.coarse(now)
        return anchor_size(self.ledger.proved, self.ledger.timestamp, moments, needed)


def spent_by(request: RelayRequest, holdings: Holdings) -> Collection[OwnNote]:
    """The wallet's notes that a request spends; none that the chain no longer holds there."""
    if request.transfer is None:
        return ()
    words = {Field(request.transfer.nullifier1), Field(request.transfer.nullifier2)}
    return [own for own in holdings.notes if own.nullifier in words]


def reserved_by(intents: Iterable[Intent], holdings: Holdings) -> set[Position]:
    """Where the notes stand that requests on their way spend."""
    return {
        own.position
        for intent in intents
        if intent.request is not None and not intent.state.over
        for own in spent_by(intent.request, holdings)
    }


def is_coming_back(
    accounts: Collection[int], intents: Iterable[Intent], holdings: Holdings
) -> bool:
    """Whether more can be spent of these accounts soon, whatever happens.

    A request on its way spends a note of theirs, and leaves change or the note itself; or a note of
    theirs is in no proved block yet.
    """
    held = reserved_by(intents, holdings)
    busy = (own.position in held for own in holdings.notes if own.account.index in accounts)
    return any(busy) or any(holdings.coming(index) for index in accounts)
