"""Paying out what waits in the withdrawable state, because a recipient refused it (§5.1).

Anybody may have it paid to whom it belongs, so any key can send it: the connected wallet's, which
shows that the two belong together, or another one's, by a connection of its own. No relayer does
it: the recipient gets all the gas there is, and nothing pays for it (decision 24).
"""

from winze.contracts import Pool
from winze.protocol import EthAddress, Wei

from ..connection import Connection
from ..errors import PayoutRefused
from ..holdings import Holdings
from ..journal import Intent, IntentKind, IntentState, Journal
from .intents import new_intent
from .sending import Sending


class Payouts:
    """Pays out by one connection, and finds out what came of it."""

    def __init__(
        self,
        pool: Pool,
        connection: Connection,
        journal: Journal,
        *,
        sending: Sending,
    ) -> None:
        """Nothing is asked yet.

        Args:
            pool: The network's, by our own connection to the chain.
            connection: Who sends and pays the gas; it need not be the connected wallet's.
            journal: Where intents are written down.
            sending: Sends by this connection; all who send by it share one, for its nonces' sake.
        """
        self._pool, self._connection, self._journal = pool, connection, journal
        self._sending = sending

    def plan(self, account: EthAddress, holdings: Holdings, to: EthAddress | None = None) -> Intent:
        """Pay out what waits for `account`. Bulk data tell how much; nobody is asked.

        Args:
            account: For whom it waits.
            holdings: What the chain tells.
            to: Who gets it; another than `account` only if `account` itself sends.

        Raises:
            PayoutRefused: nothing waits, or it may not go there.
        """
        goal, sender = to or account, self._connection.address
        amount = holdings.withdrawable.get(account, Wei(0))
        if not amount:
            raise PayoutRefused(f"nothing waits for {account}")
        if goal.is_zero:
            raise PayoutRefused("the zero address cannot be paid: name another")
        if account not in {goal, sender}:
            raise PayoutRefused(
                f"what waits for {account} may go elsewhere only if {account} itself sends it; "
                f"{sender} is connected: connect that account, or leave the address out"
            )
        return new_intent(
            IntentKind.PAYOUT,
            holdings.now,
            amount=amount,
            recipient=goal,
            source=account,
            relayed=False,
        )

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do what can be done now for a payout, and tell its newest version.

        It can be taken for done too early or made in vain, but never twice: the pool pays what
        waits and no more.
        """
        newest, now = self._journal.get(intent.id) or intent, holdings.now
        if newest.state.over:
            return newest
        if holdings.withdrawable.get(newest.source, Wei(0)) < newest.amount:
            # All that waits is paid at once, whoever had it paid.
            return self._sending.done(newest, now)
        if newest.state is IntentState.PLANNED:
            call = self._pool.withdraw(newest.source, newest.recipient)
            return await self._sending.leave(newest, call, now)
        return await self._sending.watch(newest, now, suffices=True)
