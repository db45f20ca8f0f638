"""Something that somebody wants done by a node, pursued until it is, whatever comes between."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.integration.people import Spending
from tests.node.faults.desk import Desk, Refusal, Unreachable
from tests.node.faults.users import Place, User
from winze.protocol import (
    ClaimWitness,
    EthAddress,
    Field,
    ProtocolError,
    Transferred,
    TransferWitness,
)
from winze.wallet import WalletError
from winze.wire import Quote, Rejection, RelayRequest, RequestState, RequestStatus

TRY_AGAIN = frozenset(
    {
        Rejection.UNKNOWN_ANCHOR,
        Rejection.ANCHOR_NOT_FINAL,
        Rejection.FEE_TOO_LOW,
        Rejection.BUSY,
        Rejection.IN_FLIGHT,
        Rejection.SPENT,
        Rejection.CLAIM_MISSING,
        Rejection.CLAIMED,
    }
)
"""Why a request may not be taken now, and one like it later, where the chain is reorganised."""


@dataclass(frozen=True)
class Wanted:
    """What a request is made of, under the ledger as it is now."""

    spending: Spending
    claim: ClaimWitness | None = None

    @property
    def nullifiers(self) -> frozenset[Field]:
        """Of the notes that it spends."""
        inputs = self.spending.witness.inputs
        return frozenset(spent.nullifier for spent in inputs if spent.membership is not None)


Plan = Callable[[Quote], Wanted | None]
"""Makes what is wanted; None where that is impossible just now."""


@dataclass(eq=False)
class Attempt:
    """One request that was made for an errand, and what was heard of it at each desk."""

    request: RelayRequest
    wanted: Wanted
    taken: dict[int, list[RequestStatus]] = field(default_factory=dict)
    """By the number of the desk that took it: each status that differs from the one before."""
    refusals: list[str] = field(default_factory=list)
    forgotten: int = 0
    """How often a desk that had taken it did not know it any more."""

    @property
    def nullifiers(self) -> frozenset[Field]:
        """Of the notes that it spends."""
        return self.wanted.nullifiers

    @property
    def witness(self) -> TransferWitness:
        """What its transfer's proof shows."""
        return self.wanted.spending.witness

    def hear(self, desk: int, status: RequestStatus) -> None:
        heard = self.taken.setdefault(desk, [])
        if not heard or heard[-1] != status:
            heard.append(status)

    def is_in(self, transfers: Mapping[int, Transferred]) -> bool:
        """Whether it is among the executed transfers, word by word."""
        ours = self.request.transfer
        if ours is None or ours.nullifier1 not in transfers:
            return False
        found = transfers[ours.nullifier1]
        words = ("nullifier1", "nullifier2", "out1", "out2", "recipient", "amount", "memos")
        return all(getattr(ours, word) == getattr(found, word) for word in words)

    @property
    def final(self) -> bool:
        """Whether every desk that has it says that it will not change any more."""
        return bool(self.refusals) or all(state.final for state in self.states.values())

    @property
    def states(self) -> dict[int, RequestState]:
        """What each desk says now."""
        return {desk: heard[-1].state for desk, heard in self.taken.items()}


@dataclass(eq=False)
class Errand:
    """What somebody wants."""

    name: str
    user: User
    plan: Plan
    recipient: EthAddress
    """Who nobody paid before; the zero address where nobody is paid."""
    amount: int = 0
    """Wei that it gets."""
    expected: RequestState = RequestState.DONE
    attempts: list[Attempt] = field(default_factory=list)
    moot: bool = False
    """Whether it is impossible just now, and nothing is on its way for it."""
    by_hand: bool = False
    """Whether it is brought to the chain without any desk."""
    both: bool = False
    """Whether it is handed in at every desk, as those do who trust none."""

    @property
    def current(self) -> Attempt | None:
        """The request that is pursued now."""
        return self.attempts[-1] if self.attempts and self._alive(self.attempts[-1]) else None

    @property
    def hopeless(self) -> bool:
        """Whether the last request was refused for a reason that no other time will mend."""
        last = self.attempts[-1].refusals if self.attempts else []
        return bool(last) and last[-1] not in TRY_AGAIN

    def _alive(self, attempt: Attempt) -> bool:
        gone = {RequestState.FAILED, RequestState.SKIPPED}
        states = set(attempt.states.values())
        return not attempt.refusals and not (states and states <= gone)

    def executed(self, transfers: Mapping[int, Transferred]) -> list[Attempt]:
        """The requests that the chain has executed, by the first nullifiers of its transfers."""
        return [attempt for attempt in self.attempts if attempt.is_in(transfers)]

    def settled(self, transfers: Mapping[int, Transferred]) -> bool:
        """Whether nothing more will happen to it, unless the chain is reorganised."""
        if not self.attempts:
            return False
        last = self.attempts[-1]
        if self.expected is RequestState.DONE:
            asked = bool(last.taken) or self.by_hand
            return asked and last.is_in(transfers) and last.final
        return last.final

    def __repr__(self) -> str:
        states = [attempt.states or attempt.refusals for attempt in self.attempts]
        return f"<{self.name} of {self.user.number}: {states}>"


class Courier:
    """Pursues errands at one desk or several."""

    def __init__(self, place: Place, desks: Sequence[Desk]) -> None:
        self._place, self._desks = place, desks

    async def prepare(self, errand: Errand) -> RelayRequest:
        """Make and prove what it asks for, without handing it in."""
        attempt = await self._attempt(errand)
        assert attempt is not None, f"{errand} is impossible just now"
        return attempt.request

    async def step(self, errand: Errand) -> None:
        """Do what can be done for an errand now; what cannot be done now is done later."""
        if errand.by_hand:
            return
        try:
            attempt = errand.current or await self._attempt(errand)
            if attempt is None:
                return
            chosen = range(len(self._desks)) if errand.both else [self._one(errand)]
            for desk in chosen:
                await self._call_at(desk, attempt)
        except Unreachable:
            return
        if errand.current is None:
            errand.user.promised -= attempt.nullifiers

    async def ask(self, errand: Errand) -> None:
        """Ask again what became of everything that was ever handed in for an errand."""
        for attempt in errand.attempts:
            for number in attempt.taken:
                with suppress(Unreachable):
                    await self._inquire(number, attempt)

    async def _inquire(self, number: int, attempt: Attempt) -> bool:
        """Whether the desk knows the request; what it says is written down."""
        status = await self._desks[number].status(attempt.request.id)
        if status is None:
            attempt.forgotten += 1
            return False
        attempt.hear(number, status)
        return True

    def _one(self, errand: Errand) -> int:
        return len(errand.name) % len(self._desks)

    async def _call_at(self, number: int, attempt: Attempt) -> None:
        """Hand the request in, or ask what became of it."""
        desk = self._desks[number]
        if number in attempt.taken and await self._inquire(number, attempt):
            return
        try:
            attempt.hear(number, await desk.submit(attempt.request))
        except Refusal as refusal:
            # One desk may refuse what another has executed.
            if not attempt.taken:
                attempt.refusals.append(refusal.code)

    async def _attempt(self, errand: Errand) -> Attempt | None:
        quote = await self._desks[self._one(errand)].quote()
        try:
            wanted = errand.plan(quote)
        except (WalletError, ProtocolError):  # a fee that nobody can pay just now
            wanted = None
        errand.moot = wanted is None
        if wanted is None:
            return None
        errand.user.promised |= wanted.nullifiers
        try:
            attempt = Attempt(await self._prove(wanted), wanted)
        except BaseException:
            errand.user.promised -= wanted.nullifiers
            raise
        errand.attempts.append(attempt)
        return attempt

    async def _prove(self, wanted: Wanted) -> RelayRequest:
        witness, claim = wanted.spending.witness, wanted.claim
        return RelayRequest(
            transfer=witness.transfer,
            transfer_proof=await self._place.prove(witness),
            claim=None if claim is None else claim.claim,
            claim_proof=None if claim is None else await self._place.prove(claim),
        )
