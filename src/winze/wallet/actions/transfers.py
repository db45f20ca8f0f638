"""Carrying out what a proof moves: planned again, proved, journalled, handed over, followed.

An intent may be taken up at any point, by any process that has the journal: what is to be done
follows from the intent's last version and the chain. A request that is given up for another one is
only ever replaced by one that spends a note of it as well, so that one of both is executed at most;
whichever it is, the intent is done then. What another machine of the wallet did is not done again.
"""

from typing import Final

from winze.protocol import MAIN_ACCOUNT, ClaimTerms, LedgerError, Position, ProtocolError, Timestamp
from winze.wire import Rejection, RelayRequest, RequestState, RequestStatus

from ..errors import (
    FeeRisen,
    InsufficientNotes,
    NeedsMerge,
    NodeMisbehaves,
    NodeRefused,
    NodeUnreachable,
    NoRelayer,
    NotPossible,
    NotYet,
)
from ..holdings import Holdings
from ..journal import OF_A_DEPOSIT, Intent, IntentKind, IntentState
from .desk import Offer
from .elsewhere import DONE_ELSEWHERE, is_done_elsewhere
from .events import Failed, Finished, HandedOver, Planned, Proving, Waiting
from .intents import new_intent, plan_of, require_confirmed, told_by, waits_for
from .outcome import Outcome, outcome, outcome_of
from .own import OwnTransactions
from .planner import Planner
from .plans import TransferPlan
from .workshop import Workshop, is_coming_back, reserved_by, spent_by

_ON_ITS_WAY: Final = {Rejection.SPENT, Rejection.CLAIMED, Rejection.IN_FLIGHT, Rejection.BUSY}
"""Refusals that pass by themselves: something with the same notes is on its way already."""

_TRIES_AN_HOUR: Final = 12
_LEAST_PAUSE: Final = 5
"""Seconds of chain time between two tries, where an hour is short."""

_HARMLESS: Final = OF_A_DEPOSIT | {IntentKind.REST, IntentKind.SWEEP}
"""What pays its owner whenever it is executed, and at most once: it may be given up though an
earlier request for it is still out."""


class Transfers:
    """Carries out the intents of one wallet that a proof decides."""

    def __init__(self, workshop: Workshop, own: OwnTransactions | None) -> None:
        """Carry them out with `workshop`; `own` sends what no relayer shall."""
        self._work, self._own = workshop, own
        self._handed: set[str] = set()
        self._not_again_before: dict[str, Timestamp] = {}

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do what can be done now for an intent; its newest version.

        It may be called as often as one likes, for finished intents too: a reorganisation of the
        chain can bring them back.
        """
        found = outcome_of(intent, holdings)
        if found is Outcome.EXECUTED:
            return self._finished(intent, holdings)
        if intent.state is IntentState.FAILED:
            return intent
        if found is Outcome.TAKEN and intent.kind in OF_A_DEPOSIT:
            return self.fail(intent, holdings, "another transfer spent the deposit")
        if found is Outcome.OPEN:
            if intent.state is IntentState.DONE:
                intent = self._work.write(intent.but(state=IntentState.LEAVING))
            return await self._deliver(intent, holdings)
        if is_done_elsewhere(intent, holdings, self._work.journal.intents()):
            return self.fail(intent, holdings, DONE_ELSEWHERE)
        return await self._make(intent, holdings)

    def plan(self, intent: Intent, holdings: Holdings, offer: Offer | None) -> TransferPlan | None:
        """How an intent is carried out now; None for a claim that nobody is paid for.

        Raises:
            NotPossible: the state of things does not allow it.
            InsufficientNotes: it is more than there is.
        """
        others = self._others(intent)
        planner = Planner(
            self._work.network,
            self._work.seed,
            holdings,
            None if offer is None else offer.quote,
            reserved=reserved_by(others, holdings),
            preferred=_bound(intent, holdings),
        )
        return plan_of(intent, planner, self._work.network.address_prefix)

    def fail(self, intent: Intent, holdings: Holdings, reason: str) -> Intent:
        """Give an intent up of which nothing can happen any more."""
        intent = self._work.write(intent.ended(IntentState.FAILED, holdings.now, reason))
        self._work.tell(Failed(intent))
        return intent

    # -- making ---------------------------------------------------------------------------------

    async def _make(self, intent: Intent, holdings: Holdings) -> Intent:
        """Plan, prove and write down a request, and hand it over."""
        try:
            offer = await self._work.desk.offer() if intent.relayed else None
            plan = self.plan(intent, holdings, offer)
            require_confirmed(intent, plan)
            self._work.tell(Proving(intent))
            made = await self._request(intent, plan, holdings)
        except NeedsMerge as spread:
            return self._merge_first(intent, spread, holdings)
        except (NoRelayer, NotYet, LedgerError) as early:
            return self._wait(intent, str(early))
        except (NotPossible, InsufficientNotes, ProtocolError) as problem:
            return self._refused(intent, problem, holdings)
        if offer is None:  # nothing has left until the connected wallet sends it
            made = made.but(state=IntentState.PLANNED, transactions=(), reason="")
        else:
            made = made.but(state=IntentState.LEAVING, node=offer.node, reason="")
        return await self._deliver(self._work.write(made), holdings)

    def _others(self, intent: Intent) -> list[Intent]:
        return [each for each in self._work.journal.intents() if each.id != intent.id]

    def _refused(self, intent: Intent, why: Exception, holdings: Holdings) -> Intent:
        """Give it up, unless an earlier request for it may still be executed, or more can pay soon.

        What was confirmed while nothing else was under way may find its notes busy.
        """
        accounts, others = {intent.account, MAIN_ACCOUNT}, self._others(intent)
        dear = isinstance(why, (InsufficientNotes, FeeRisen))
        if dear and is_coming_back(accounts, others, holdings):
            return self._wait(intent, "what pays for it to come back from what is under way")
        harmless = isinstance(why, FeeRisen) and intent.kind in _HARMLESS
        if _bound(intent, holdings) and not harmless:
            return self._wait(intent, str(why))
        return self.fail(intent, holdings, str(why))

    async def _request(
        self, intent: Intent, plan: TransferPlan | None, holdings: Holdings
    ) -> Intent:
        """The intent with a new request for it."""
        calendar, now = self._work.calendar, holdings.now
        not_before = Timestamp(intent.not_before if intent.not_before > now else 0)
        deadline = calendar.deadline(now, not_before)
        if plan is not None:
            plan = plan.at(not_before, deadline)
        request = None if plan is None else await self._work.transfer(plan, now)
        if intent.kind is IntentKind.CLAIM:
            request = await self._claim(intent, request, holdings, (not_before, deadline))
        changes = {} if plan is None else told_by(plan)
        return intent.but(
            earlier=intent.made,
            request=request,
            not_before=not_before,
            deadline=deadline,
            **changes,
        )

    async def _claim(
        self,
        intent: Intent,
        paying: RelayRequest | None,
        holdings: Holdings,
        times: tuple[Timestamp, Timestamp],
    ) -> RelayRequest:
        mined = holdings.mined(intent.account)
        spend = None if mined is None else holdings.spend_of(mined)
        if mined is None or spend is None or spend.block >= holdings.proved:
            raise NotYet(f"session {intent.account} is not withdrawn in a proved block yet")
        terms = ClaimTerms(intent.recipient, *times)
        claim = await self._work.claim(mined, spend.block, terms, holdings.now)
        if paying is None:
            return claim
        return RelayRequest(paying.transfer, paying.transfer_proof, claim.claim, claim.claim_proof)

    def _merge_first(self, intent: Intent, spread: NeedsMerge, holdings: Holdings) -> Intent:
        """Have notes of the main account merged, unless that is on its way; meanwhile wait."""
        live = [each for each in self._work.journal.intents() if not each.state.over]
        if all(each.kind is not IntentKind.MERGE for each in live):
            merge = new_intent(IntentKind.MERGE, holdings.now, relayed=intent.relayed)
            self._work.tell(Planned(self._work.write(merge)))
        return self._wait(intent, str(spread))

    # -- handing over ---------------------------------------------------------------------------

    async def _deliver(self, intent: Intent, holdings: Holdings) -> Intent:
        """Hand the request over, or see how it does where it was."""
        if not intent.relayed:
            return await self._send(intent, holdings)
        try:
            status = await self._asked(intent)
        except NodeRefused as refused:
            if refused.code in _ON_ITS_WAY:
                return self._wait(intent, refused.detail)
            return await self._again(intent, holdings, refused.detail)
        except (NodeUnreachable, NodeMisbehaves) as problem:
            return await self._elsewhere(intent, holdings, str(problem))
        if intent.id not in self._handed:
            self._handed.add(intent.id)
            self._work.tell(HandedOver(intent))
        if status.state in {RequestState.SKIPPED, RequestState.FAILED}:
            return await self._again(intent, holdings, status.reason or str(status.state))
        return self._wait(intent, *waits_for(status))

    async def _asked(self, intent: Intent) -> RequestStatus:
        assert intent.request is not None  # noqa: S101 - whoever delivers has looked
        if intent.id in self._handed:
            status = await self._work.desk.status(intent.node, intent.request)
            if status is not None:
                return status
        return await self._work.desk.hand_over(intent.node, intent.request)

    async def _again(self, intent: Intent, holdings: Holdings, why: str) -> Intent:
        """Make another request, not too often, that spends a note of this one too."""
        until = self._not_again_before.get(intent.id, Timestamp(0))
        if holdings.now < until:
            return self._wait(intent, why, until)
        pause = max(self._work.calendar.hour // _TRIES_AN_HOUR, _LEAST_PAUSE)
        self._not_again_before[intent.id] = Timestamp(holdings.now + pause)
        self._handed.discard(intent.id)
        return await self._make(intent, holdings)

    async def _elsewhere(self, intent: Intent, holdings: Holdings, why: str) -> Intent:
        """Have another node's relayer do it, where there is one; else wait for this one."""
        try:
            offer = await self._work.desk.offer()
        except NoRelayer as nobody:
            return self._wait(intent, str(nobody))
        if offer.node == intent.node:
            return self._wait(intent, why)
        return await self._again(intent, holdings, why)

    async def _send(self, intent: Intent, holdings: Holdings) -> Intent:
        """Have the connected wallet send it."""
        if self._own is None:
            return self._wait(intent, "the connected wallet, which is to send it")
        return await self._own.advance(intent, holdings)

    # -- telling --------------------------------------------------------------------------------

    def _finished(self, intent: Intent, holdings: Holdings) -> Intent:
        if intent.state is IntentState.DONE:
            return intent
        intent = self._work.write(intent.ended(IntentState.DONE, holdings.now))
        self._work.tell(Finished(intent))
        return intent

    def _wait(self, intent: Intent, what: str, until: Timestamp | None = None) -> Intent:
        self._work.tell(Waiting(intent, what, until))
        return intent


def _bound(intent: Intent, holdings: Holdings) -> set[Position]:
    """The notes of a request for `intent` that may still be executed.

    The next request for it has to spend one of them as well.
    """
    if intent.request is None or outcome(intent.request, holdings) is not Outcome.OPEN:
        return set()
    return {own.position for own in spent_by(intent.request, holdings)}
