"""The driver: carries everything on that was begun, by itself, beat by beat."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from winze.contracts import RpcError, TransactionError
from winze.protocol import Seconds, Timestamp

from ..errors import InsufficientNotes, NeedsMerge, NotPossible, WalletError
from ..holdings import Holdings
from ..journal import DEPOSITS, OF_A_DEPOSIT, TRANSFERS, Intent, IntentKind, IntentState
from .claims import DueClaim, due_claims
from .deposits import Deposits
from .distributions import Distributions
from .events import Planned, Waiting
from .payouts import Payouts
from .proposal import Proposal
from .timing import AT_ONCE
from .transfers import Transfers
from .workshop import Workshop

_REMEMBERED: Final = Seconds(3600)
"""For how long after its end an intent is looked at again, in case the chain takes it back. A chain
block that is older than an hour is final."""

ONCE: Final = OF_A_DEPOSIT | {
    *(IntentKind.CLAIM, IntentKind.REST, IntentKind.SWEEP, IntentKind.DISTRIBUTE)
}
"""What a session has at most one of on its way."""


class Carrier(Protocol):
    """Carries out intents of some kinds."""

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do what can be done now; the intent's newest version."""


@dataclass
class Driver:
    """Advances every intent that is not over, and begins the claims that are due."""

    workshop: Workshop
    transfers: Transfers
    deposits: Deposits | None = None
    """Who makes deposits, where a wallet is connected."""
    payouts: Payouts | None = None
    """Who pays out what waits in the withdrawable state, in the same way."""
    distributions: Distributions | None = None
    """Who has closed days' ITX sent, in the same way."""
    builds: Carrier | None = None
    """Who proves blocks, in the same way."""
    claims_at_once: bool = False
    """Whether claims are made at once, instead of at a random time of the same day."""

    def begin(self, proposal: Proposal) -> Intent:
        """Write a confirmed proposal down; nothing is sent.

        Raises:
            NotPossible: what was begun meanwhile leaves no room for it.
        """
        if proposal.deposit is not None and self.deposits is not None:
            intent = self.deposits.begin(proposal.deposit)
        else:
            self._require_room(proposal.intent)
            intent = self.workshop.write(proposal.intent)
        self.workshop.tell(Planned(intent))
        return intent

    async def step(self, holdings: Holdings) -> None:
        """Do everything that can be done now, once."""
        self._begin_claims(holdings)
        for intent in list(self._live(holdings.now)):
            try:
                await self._advance(intent, holdings)
            except (WalletError, RpcError, TransactionError) as problem:
                # One that cannot be carried on now does not keep the others from it.
                self.workshop.tell(Waiting(intent, str(problem)))

    async def _advance(self, intent: Intent, holdings: Holdings) -> None:
        carrier = self._carrier(intent)
        if carrier is not None:
            await carrier.advance(intent, holdings)
            return
        self.workshop.tell(Waiting(intent, "the connected wallet, which has to send it"))

    def _carrier(self, intent: Intent) -> Carrier | None:
        """Who carries an intent out; None where no wallet is connected for it."""
        if intent.kind in DEPOSITS:
            return self.deposits
        if intent.kind in TRANSFERS:
            return self.transfers
        others: Mapping[IntentKind, Carrier | None] = {
            IntentKind.PAYOUT: self.payouts,
            IntentKind.DISTRIBUTE: self.distributions,
            IntentKind.BUILD: self.builds,
        }
        return others[intent.kind]

    def _require_room(self, intent: Intent) -> None:
        """Refuse what is on its way already, for the same account and to the same end.

        Raises:
            NotPossible: it is.
        """
        rivals = OF_A_DEPOSIT if intent.kind in OF_A_DEPOSIT else {intent.kind}
        for each in self.workshop.journal.intents() if intent.kind in ONCE else ():
            if each.account == intent.account and each.kind in rivals and not each.state.over:
                raise NotPossible(
                    f"session {intent.account} has a {each.kind} on its way: it goes on by itself"
                )

    def _live(self, now: Timestamp) -> Iterator[Intent]:
        """What is not over, or has been for a short time only.

        What was given up is looked at as long as a request of it may be executed all the same.
        """
        for intent in self.workshop.journal.intents():
            since = intent.settled_at
            if intent.state is IntentState.FAILED and intent.request is not None:
                since = max(since, intent.deadline)
            if not intent.state.over or since + _REMEMBERED > now:
                yield intent

    def _begin_claims(self, holdings: Holdings) -> None:
        """Write down the claims that are due and can be paid.

        Not where no relayer is known: a claim that the connected wallet sends would show whose it
        is, so that is for its owner to decide.
        """
        work = self.workshop
        intents = work.journal.intents()
        due = [each for each in due_claims(holdings, intents) if not each.recipient.is_zero]
        if not due or not work.desk.open:
            return
        for claim in due:
            when = AT_ONCE if self.claims_at_once else work.calendar.today(holdings.now)
            intent = claim.intent(holdings.now, when)
            if self._is_time(claim, holdings.now) and self._is_covered(intent, holdings):
                work.tell(Planned(work.write(intent)))

    def _is_time(self, claim: DueClaim, now: Timestamp) -> bool:
        """Whether a claim that is made now is one of several, not its withdrawal's shadow."""
        return self.claims_at_once or now >= self.workshop.calendar.claim_from(claim.spent_at)

    def _is_covered(self, intent: Intent, holdings: Holdings) -> bool:
        # Nobody is asked: a node that saw the question would know that a claim is due.
        known = self.workshop.desk.known
        if known is None:
            return False
        try:
            self.transfers.plan(intent, holdings, known)
        except NeedsMerge:
            return True
        except (NotPossible, InsufficientNotes):
            return False
        return True
