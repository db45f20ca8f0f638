"""Deposits from the connected wallet: to mine, to the main account, to top a session up (§5).

How a deposit is kept from being made twice stands in `sending`.
"""

from typing import Final

from winze.contracts import ContractCall, NetworkDescription, Pool, RpcError, SignedPermit
from winze.protocol import Field, Seed, Timestamp, Wei

from ..connection import Connection
from ..errors import DepositRefused, WalletError
from ..holdings import Holdings
from ..journal import Intent, IntentKind, IntentState, Journal
from .deposit_plans import DepositPlan, Estimates, check_limits, check_request, lock_text
from .intents import new_id
from .numbers import next_number
from .permits import Permits, PermitSource
from .sending import OCCUPIED, Sending

ELSEWHERE: Final = (
    "another machine of this wallet has made it meanwhile; nothing was sent from here: begin anew "
    "if both were meant"
)
"""Why a deposit failed that had not left this machine."""


class Deposits:
    """Plans deposits of one wallet on one network, makes them, and finds out what came of them."""

    def __init__(
        self,
        network: NetworkDescription,
        pool: Pool,
        connection: Connection,
        journal: Journal,
        *,
        permits: PermitSource | None,
        seed: Seed,
        sending: Sending,
    ) -> None:
        """Nothing is asked yet.

        Args:
            network: Where to.
            pool: Its pool, by our own connection to the chain.
            connection: Who deposits and pays the gas.
            journal: Where intents are written down.
            permits: Whom to ask where the network screens deposits.
            seed: The wallet's.
            sending: Sends by this connection; all who send by it share one, for its nonces' sake.
        """
        self._network, self._pool = network, pool
        self._connection, self._journal, self._seed = connection, journal, seed
        self._permits = Permits(network, pool, connection.address, permits)
        self._sending = sending
        self._estimates = Estimates(network, pool, connection.address)

    async def plan(
        self, kind: IntentKind, account: int, amount: Wei | int, holdings: Holdings
    ) -> DepositPlan:
        """What a deposit would cost and bring; nothing is sent or written down.

        Args:
            kind: MINE, DEPOSIT or TOP_UP.
            account: An unused mining account, the main account, a session's account.
            amount: In wei.
            holdings: What the chain tells of the wallet.

        Raises:
            DepositRefused: it would not be taken, and why (`NotEnoughEther`, `ScreeningRefused`).
            NodeMisbehaves: the node hands out permits that do not hold.
            WalletError: who hands out permits cannot be asked.
            RpcError: the chain cannot be asked.
        """
        value = check_request(kind, account, amount, holdings, self._journal.intents())
        number = next_number(account, holdings, self._journal.intents())
        await check_limits(self._pool, value)
        balance = await self._estimates.check_balance(value)
        permit = await self._permit(account, number, value, holdings.now)
        call = self._call(kind, account, number, value, permit)
        cost = await self._estimates.cost(call, balance)
        mine = kind is IntentKind.MINE
        return DepositPlan(
            id=new_id(),
            kind=kind,
            account=account,
            amount=value,
            cost=cost,
            points=self._estimates.points(value) if mine else None,
            issuance=self._estimates.issuance(holdings.now),
            lock=lock_text(self._network.profile) if mine else "",
            holdings=holdings,
        )

    def begin(self, plan: DepositPlan) -> Intent:
        """Write a planned deposit down; the same one as often as one likes is one intent.

        Raises:
            DepositRefused: what was planned meanwhile leaves no room for it.
        """
        known = self._journal.get(plan.id)
        if known is not None:
            return known
        intents = self._journal.intents()
        check_request(plan.kind, plan.account, plan.amount, plan.holdings, intents)
        intent = Intent(
            id=plan.id,
            kind=plan.kind,
            created_at=plan.holdings.now,
            account=plan.account,
            amount=plan.amount,
            deposit_number=next_number(plan.account, plan.holdings, intents),
        )
        self._journal.put(intent)
        return intent

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do what can be done now for a deposit, and tell its newest version.

        Where the connected wallet asks its owner, that answer is waited for. What cannot be asked
        is asked again by the next call; `reason` says so.
        """
        newest, now = self._journal.get(intent.id) or intent, holdings.now
        shown = arrived(newest, holdings)
        if newest.state is IntentState.DONE:
            # The chain may take back what it showed: then it is watched again.
            gone = not shown and now >= newest.settled_at
            return self._sending.reopened(newest) if gone else newest
        if shown:
            return self._sending.done(newest, now)
        match newest.state:
            case IntentState.PLANNED if _is_made(newest, holdings):
                return self._sending.over(newest, ELSEWHERE, now)
            case IntentState.PLANNED:
                return await self._leave(newest, now)
            case IntentState.LEAVING:
                return await self._sending.watch(newest, now)
            case _:
                return newest

    async def _leave(self, intent: Intent, now: Timestamp) -> Intent:
        if await self._sending.is_occupied(intent):  # and no permit is asked for meanwhile
            return self._sending.waiting(intent, OCCUPIED)
        number = _number(intent)
        try:
            permit = await self._permit(intent.account, number, intent.amount, now)
        except DepositRefused as refused:
            return self._sending.over(intent, str(refused), now)
        except (RpcError, WalletError) as problem:
            return self._sending.waiting(intent, str(problem))
        call = self._call(intent.kind, intent.account, number, intent.amount, permit)
        return await self._sending.leave(intent, call, now)

    def _inner(self, account: int, number: int) -> Field:
        return self._seed.account(account).deposit_note(number, Wei(0), mineable=False).inner

    async def _permit(
        self, account: int, number: int, value: Wei, now: Timestamp
    ) -> SignedPermit | None:
        return await self._permits.permit(value, self._inner(account, number), now)

    def _call(
        self, kind: IntentKind, account: int, number: int, value: Wei, permit: SignedPermit | None
    ) -> ContractCall:
        inner = self._inner(account, number)
        return self._pool.deposit(inner, value, mine=kind is IntentKind.MINE, permit=permit)


def arrived(intent: Intent, holdings: Holdings) -> bool:
    """Whether the chain shows the deposit that an intent was for.

    It may even where the intent was given up: the owner of a wallet elsewhere can confirm a window
    long after. Where we know all hashes that it can have, one of them has to be the note's, because
    the number of what was given up for certain is used again.
    """
    ours = {sent.hash for sent in intent.transactions if sent.raw is not None}
    foreign = any(sent.raw is None for sent in intent.transactions)
    for own in holdings.of_account(intent.account):
        same = own.number == intent.deposit_number and own.note.value == intent.amount
        if same and own.note.mineable == (intent.kind is IntentKind.MINE):
            return foreign or "0x" + own.happened.transaction.hex() in ours
    return False


def _is_made(intent: Intent, holdings: Holdings) -> bool:
    """Whether the chain shows a deposit in the place of one that has not left this machine."""
    number, account = _number(intent), holdings.of_account(intent.account)
    mined = intent.kind is IntentKind.MINE and holdings.mined(intent.account) is not None
    return mined or any(own.number == number for own in account)


def _number(intent: Intent) -> int:
    if intent.deposit_number is None:
        raise AssertionError(intent.kind)  # pragma: no cover - `begin` gives every deposit one
    return intent.deposit_number
