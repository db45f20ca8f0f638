"""One identity on one network: what it holds, what it can do, and all that goes on by itself.

Commands, pages and programs call this and nothing below it. Nothing is kept that chain and journal
do not tell: whoever opens a wallet again finds the same, and what was begun goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from winze.contracts import NetworkDescription, RpcError
from winze.protocol import MAIN_ACCOUNT, EthAddress, Timestamp, Wei

from .actions import (
    Adviser,
    Driver,
    Event,
    Planned,
    Proposal,
    Proposals,
    Time,
    Waiting,
    When,
    told_of,
)
from .errors import NoNode, NoRelayer, NotDone, NotPossible, NotSynced, WalletError
from .exclusive import Exclusive
from .holdings import Holdings
from .identity import Identity
from .journal import DEPOSITS, Intent, IntentState, Journal
from .sessions import (
    AccountInfo,
    HistoryEntry,
    Portfolio,
    Session,
    SessionState,
    Terms,
    accounts,
    derive,
    history,
    portfolio,
)
from .view import LedgerView, Report, Scanner, silent

_LOOKS_A_DAY: Final = 7_200
"""How often a wallet that waits looks at the chain: every 12 s where a day is one."""

_SLOWEST, _FASTEST = 12.0, 0.5

_OFFER_AGE: Final = 30.0
"""Seconds after which a relayer is asked again what it takes."""


class Wallet:
    """See the module. `winze.wallet.open_wallet` puts one together.

    Every method that asks somebody raises, beside what it says itself:

    Raises:
        NoNode: no node tells what the contract confirms.
        RpcError: the chain cannot be asked; whatever was begun goes on with the next call.
    """

    def __init__(
        self,
        identity: Identity,
        view: LedgerView,
        scanner: Scanner,
        *,
        driver: Driver,
        adviser: Adviser,
        exclusive: Exclusive,
    ) -> None:
        self.identity: Final = identity
        self.network: Final[NetworkDescription] = driver.workshop.network
        self.propose: Final = Proposals(driver, adviser, lambda: self.holdings)
        self.journal: Final[Journal] = driver.workshop.journal
        self._view, self._scanner, self._driver = view, scanner, driver
        self._exclusive = exclusive
        self._holdings: Holdings | None = None
        self._asked_at = -_OFFER_AGE
        self._listeners: list[asyncio.Queue[Event]] = []
        driver.workshop.tell = self._tell

    def __repr__(self) -> str:
        return f"Wallet({self.identity.address} on {self.network.name})"

    # -- what there is --------------------------------------------------------------------------

    @property
    def holdings(self) -> Holdings:
        """What the chain told when it was last read.

        Raises:
            NotSynced: it was not read yet.
        """
        if self._holdings is None:
            raise NotSynced("the chain was not read yet: call sync first")
        return self._holdings

    @property
    def now(self) -> Timestamp:
        """The chain's time, up to which it was read."""
        return self.holdings.now

    @property
    def address(self) -> str:
        """Where others can pay privately."""
        return self.identity.private_address.encode(self.network.address_prefix)

    @property
    def balance(self) -> Wei:
        """What the main account can spend now."""
        return self.holdings.balance(MAIN_ACCOUNT)

    @property
    def coming(self) -> Wei:
        """What is the main account's, in blocks that are not proved yet."""
        return self.holdings.coming(MAIN_ACCOUNT)

    def sessions(self) -> list[Session]:
        """The mining sessions, the newest first."""
        offer = self._driver.workshop.desk.known
        terms = Terms(
            self.network,
            None if offer is None else offer.quote.claim,
            None if offer is None else offer.quote.transfer,
        )
        return derive(self.holdings, self.journal.intents(), terms)

    def session(self, number: int) -> Session:
        """One mining session.

        Raises:
            NotPossible: there is no such session.
        """
        for each in self.sessions():
            if each.number == number:
                return each
        raise NotPossible(f"there is no session {number}; `winze portfolio` lists all there are")

    def portfolio(self) -> Portfolio:
        """What all sessions make together."""
        return portfolio(self.sessions())

    def history(self) -> list[HistoryEntry]:
        """What the main account did, the newest first."""
        return history(self.holdings, self.journal.intents())

    def accounts(self) -> list[AccountInfo]:
        """Every account, used and unused."""
        return accounts(self.holdings, self.identity)

    def withdrawable(self, account: EthAddress) -> Wei:
        """What waits for `account` because it refused payments, by bulk data; nobody is asked."""
        return self.holdings.withdrawable.get(account, Wei(0))

    def anonymity(self, amount: Wei) -> int:
        """How many mining deposits of this amount there were, one's own among them."""
        return self._view.anonymity(amount)

    # -- carrying on ----------------------------------------------------------------------------

    async def sync(self, report: Report = silent) -> Holdings:
        """Read the chain up to now; nothing is sent."""
        await self._view.sync(report)
        self._holdings = await self._scanner.scan(self._expected(), report)
        await self._look_for_offers()
        return self._holdings

    async def step(self, report: Report = silent) -> Holdings:
        """Read the chain, and do all that can be done now for what was begun.

        Another process of the same wallet may be doing that: then it is only watched.
        """
        holdings = await self.sync(report)
        with self._exclusive.tried() as ours:
            if ours:
                await self._driver.step(holdings)
        return holdings

    async def begin(self, proposal: Proposal) -> Intent:
        """Write a confirmed proposal down. The next `step` carries it out, whoever makes it.

        Raises:
            NotPossible: what was begun meanwhile leaves no room for it.
        """
        async with self._exclusive.held():
            return self._driver.begin(proposal)

    async def follow(
        self, intent: Intent, until: Callable[[Intent], bool] | None = None
    ) -> AsyncIterator[Event]:
        """Carry on until an intent is over, or `until` holds; what happens to it, as it happens.

        Whoever stops listening loses nothing: it goes on with the next step.
        """
        reached = until or (lambda newest: newest.state.over)
        async with self._listening() as heard:
            last: Event = Planned(intent)
            while True:
                try:
                    await self.step()
                except (NoNode, RpcError) as problem:
                    heard.put_nowait(Waiting(last.intent, f"an answer: {problem}"))
                for event in self._news(intent, heard, last):
                    last = event
                    yield event
                if reached(self.journal.get(intent.id) or intent):
                    return
                await asyncio.sleep(self.pace)

    async def run(self) -> None:
        """Carry everything on until cancelled; what cannot be asked is asked again."""
        while True:
            with suppress(WalletError, RpcError):
                await self.step()
            await asyncio.sleep(self.pace)

    @property
    def pace(self) -> float:
        """Seconds between two looks at the chain."""
        return min(max(self.network.profile.period / _LOOKS_A_DAY, _FASTEST), _SLOWEST)

    # -- in one go, for programs ------------------------------------------------------------------

    async def carry_out(self, proposal: Proposal) -> Intent:
        """Begin a proposal and wait until it is over.

        Raises:
            NotDone: it failed, and nothing moved; the message says why.
        """
        intent = await self.begin(proposal)
        async for _ in self.follow(intent):
            pass
        newest = self.journal.get(intent.id) or intent
        if newest.state is IntentState.FAILED:
            raise NotDone(f"{newest.kind}: {newest.reason}; nothing moved")
        return newest

    async def mine(self, amount: int) -> Session:
        """Deposit a denomination, in wei, and wait until the chain shows it."""
        done = await self.carry_out(await self.propose.mine(Wei(amount)))
        return self.session(done.account)

    async def withdraw(
        self, number: int, to: str, rewards: str | None = None, when: Time = When.NOW
    ) -> Session:
        """Withdraw a matured session, and wait until that is executed. The claim follows."""
        home, earned = EthAddress(to), EthAddress(rewards or to)
        await self.carry_out(await self.propose.withdraw(number, home, earned, when=when))
        return self.session(number)

    async def wait(self, number: int, *states: SessionState) -> Session:
        """Carry everything on until a session is in one of these states; who is mute is asked on.

        Raises:
            NotPossible: there is no such session.
        """
        while True:
            with suppress(NoNode, RpcError):
                await self.step()
                session = self.session(number)
                if session.state in states:
                    return session
            await asyncio.sleep(self.pace)

    # -- helpers --------------------------------------------------------------------------------

    def _news(self, intent: Intent, heard: asyncio.Queue[Event], last: Event) -> Iterator[Event]:
        """What was told of an intent, or else what another process wrote down about it."""
        while not heard.empty():
            event = heard.get_nowait()
            if event.intent.id == intent.id and not _repeats(event, last):
                last = event
                yield event
        newest = self.journal.get(intent.id) or intent
        if newest.state is not last.intent.state:
            yield told_of(newest)

    def _expected(self) -> set[tuple[int, int]]:
        """The deposits that the journal knows of, by account and number."""
        return {
            (each.account, each.deposit_number)
            for each in self.journal.intents()
            if each.kind in DEPOSITS and each.deposit_number is not None
        }

    def _tell(self, event: Event) -> None:
        for each in self._listeners:
            each.put_nowait(event)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[asyncio.Queue[Event]]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.append(queue)
        try:
            yield queue
        finally:
            self._listeners.remove(queue)

    async def _look_for_offers(self) -> None:
        """Know what a relayer takes, as far as one answers; asked whether it is needed or not."""
        desk, now = self._driver.workshop.desk, asyncio.get_running_loop().time()
        if desk.open and now - self._asked_at >= _OFFER_AGE:
            self._asked_at = now
            with suppress(NoRelayer):
                await desk.offer()


def _repeats(event: Event, last: Event) -> bool:
    """Whether an event tells what is known: that it still waits for the same."""
    both = isinstance(event, Waiting) and isinstance(last, Waiting)
    return both and (event.what, event.until) == (last.what, last.until)  # type: ignore[attr-defined]
