"""Having a closed day's ITX sent, where no node does it (protocol §6.3).

Anybody may have any claims' shares minted, to whom they belong. Whoever sent their own claim's
alone would show that it is theirs, so it goes with the claims beside it, as many as one call takes:
what the chain shows is that one of those may be the sender's.
"""

from collections.abc import Callable, Sequence

from winze.contracts import DISTRIBUTED_AT_ONCE, NetworkDescription, Rewards
from winze.protocol import Field, Period, period_at

from ..errors import NotPossible
from ..holdings import Holdings, OwnClaim
from ..journal import Intent, IntentKind, IntentState, Journal
from .intents import new_intent
from .sending import Sending


class Distributions:
    """Has claims' shares minted by one connection, and finds out what came of it."""

    def __init__(
        self,
        network: NetworkDescription,
        rewards: Rewards,
        journal: Journal,
        *,
        unminted: Callable[[Period], Sequence[Field]],
        sending: Sending,
    ) -> None:
        """Nothing is asked yet.

        Args:
            network: Whose rewards.
            rewards: Its contract, by our own connection to the chain.
            journal: Where intents are written down.
            unminted: The ids of a period's claims that were not minted, as the view has them.
            sending: Sends by the connection; all who send by it share one, for its nonces' sake.
        """
        self._network, self._rewards, self._journal = network, rewards, journal
        self._unminted, self._sending = unminted, sending

    def plan(self, number: int, holdings: Holdings) -> Intent:
        """Have the ITX of a session's claim sent.

        Raises:
            NotPossible: it is not claimed, its day is not over, or it was sent.
        """
        claim = _claim(number, holdings)
        if claim is None:
            raise NotPossible(f"session {number} is not claimed: nothing of it can be sent")
        if claim.minted is not None:
            raise NotPossible(f"the ITX of session {number} was sent already")
        network = self._network
        if period_at(holdings.now, network.genesis, network.profile.period) <= claim.period:
            raise NotPossible(
                f"the day of session {number}'s claim is not over: its ITX can be sent after that"
            )
        return new_intent(
            IntentKind.DISTRIBUTE,
            holdings.now,
            account=number,
            recipient=claim.recipient,
            relayed=False,
        )

    def among(self, intent: Intent, holdings: Holdings) -> Sequence[Field]:
        """The claims whose shares are minted for an intent, the own one among them.

        The period's claims that are not minted stand in rows of as many as one call takes, in the
        order of the chain, and the claim goes with its row: which it is in there, nothing shows.
        """
        claim = _claim(intent.account, holdings)
        if claim is None or claim.minted is not None:
            return ()
        waiting = self._unminted(claim.period)
        if claim.claim_id not in waiting:
            return ()
        first = waiting.index(claim.claim_id) // DISTRIBUTED_AT_ONCE * DISTRIBUTED_AT_ONCE
        return waiting[first : first + DISTRIBUTED_AT_ONCE]

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do what can be done now, and tell the intent's newest version.

        It can be made in vain, but nothing is minted twice: the contract passes over what was.
        """
        newest, now = self._journal.get(intent.id) or intent, holdings.now
        if newest.state.over:
            return newest
        claim = _claim(newest.account, holdings)
        if claim is not None and claim.minted is not None:
            return self._sending.done(newest, now)
        if newest.state is not IntentState.PLANNED:
            return await self._sending.watch(newest, now, suffices=True)
        among = self.among(newest, holdings)
        if claim is None or not among:
            return self._sending.waiting(newest, "its claim, which the chain has taken back")
        return await self._sending.leave(newest, self._rewards.distribute(claim.period, among), now)


def _claim(number: int, holdings: Holdings) -> OwnClaim | None:
    """A session's claim that counted."""
    mined = holdings.mined(number)
    return None if mined is None else holdings.claims.get(mined.claim_id)
