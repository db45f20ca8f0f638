"""Working an action out to the end, for its owner to confirm: nothing is written down or sent."""

from collections.abc import Callable
from typing import Final

from winze.protocol import MAIN_ACCOUNT, EthAddress, PrivateAddress, Timestamp, Wei

from ..errors import NeedsMerge, NotPossible
from ..holdings import Holdings, OwnNote
from ..journal import Intent, IntentKind
from ..sessions import next_account
from .advice import Adviser
from .claims import is_claimable, planned_rewards
from .desk import Offer
from .driver import Driver
from .intents import new_intent, told_by
from .numbers import next_number
from .proposal import Proposal, Time, When
from .timing import AT_ONCE

TOP_UP_CLAIMS: Final = 2
"""How many times the quoted claim fee a top-up brings: gas may rise until it has settled."""


class Proposals:
    """Makes the proposals of one wallet."""

    def __init__(
        self,
        driver: Driver,
        adviser: Adviser,
        holdings: Callable[[], Holdings],
    ) -> None:
        """Nothing is asked yet.

        Args:
            driver: Who carries out what is confirmed.
            adviser: Who looks at what it would give away.
            holdings: Tells what the wallet holds by now.
        """
        self._work, self._driver = driver.workshop, driver
        self._adviser, self._holdings = adviser, holdings

    # -- deposits -------------------------------------------------------------------------------

    async def mine(self, amount: Wei) -> Proposal:
        """Deposit a denomination into the next mining account.

        Raises:
            WalletFull: all 256 mining accounts are used.
            DepositRefused: it would not be taken, and why.
        """
        account = next_account(self._holdings(), self._work.journal.intents())
        return await self._deposit(IntentKind.MINE, account, amount)

    async def deposit(self, amount: Wei) -> Proposal:
        """Deposit any amount into the main account; raises as `mine`."""
        return await self._deposit(IntentKind.DEPOSIT, MAIN_ACCOUNT, amount)

    async def top_up(self, number: int) -> Proposal:
        """Deposit what a session's claim takes, with headroom, into its account; raises as `mine`.

        Raises:
            NoRelayer: nobody says what a claim takes.
        """
        self._mined(number)
        amount = await self.top_up_amount()
        return await self._deposit(IntentKind.TOP_UP, number, amount)

    async def top_up_amount(self) -> Wei:
        """What a top-up brings, in wei.

        Raises:
            NoRelayer: nobody says what a claim takes.
        """
        offer = await self._work.desk.offer()
        return Wei(TOP_UP_CLAIMS * offer.quote.claim)

    # -- sessions -------------------------------------------------------------------------------

    async def withdraw(
        self,
        number: int,
        to: EthAddress,
        rewards: EthAddress,
        *,
        when: Time = When.NOW,
        relayed: bool = True,
    ) -> Proposal:
        """Withdraw a matured session to `to`; its claim, for `rewards`, follows by itself.

        Raises:
            NotPossible: it has not matured, or is spent.
            InsufficientNotes: the fees are more than there is.
            NoRelayer: nobody is there to do it.
        """
        self._require_matured(number)
        times = self._times(when)
        intent = self._new(
            IntentKind.WITHDRAW, number, recipient=to, rewards=rewards, not_before=times
        )
        return await self.of(intent.but(relayed=relayed))

    async def cancel(self, number: int, to: EthAddress, *, relayed: bool = True) -> Proposal:
        """Withdraw a session before its maturity, without a reward; raises as `withdraw`."""
        mined = self._mined(number)
        matures = self._holdings().maturities.get(mined.position)
        if matures is not None and self._holdings().now >= matures:
            raise NotPossible(f"session {number} has matured: withdraw it, and earn its reward")
        intent = self._new(IntentKind.CANCEL, number, recipient=to)
        return await self.of(intent.but(relayed=relayed))

    async def redeposit(
        self, number: int, rewards: EthAddress, *, relayed: bool = True
    ) -> Proposal:
        """Make a matured session's deposit a new session; its claim follows by itself.

        Raises:
            WalletFull: all 256 mining accounts are used.
            NotPossible: it has not matured, or is spent.
            InsufficientNotes: the main account does not cover the fee; the message says how much
                is missing.
        """
        self._require_matured(number)
        intents = self._work.journal.intents()
        onward = next_account(self._holdings(), intents)
        intent = self._new(
            IntentKind.REDEPOSIT,
            number,
            rewards=rewards,
            onward=onward,
            deposit_number=next_number(onward, self._holdings(), intents),
        )
        return await self.of(intent.but(relayed=relayed))

    async def claim(
        self,
        number: int,
        to: EthAddress | None = None,
        *,
        when: Time = When.NOW,
        relayed: bool = True,
    ) -> Proposal:
        """Claim a withdrawn session's reward, for whom was planned if nobody is named.

        Raises:
            NotPossible: it cannot be claimed, is claimed, or nobody knows for whom.
            InsufficientNotes: nothing covers the fee: it is to be topped up.
        """
        intents = self._work.journal.intents()
        mined = self._mined(number)
        if not is_claimable(mined, self._holdings()):
            raise NotPossible(f"session {number} has no reward that could be claimed now")
        recipient = to or planned_rewards(mined, self._holdings(), intents)
        if recipient.is_zero:
            raise NotPossible(f"nobody knows who was to get the reward of session {number}: say it")
        times = self._times(when)
        intent = self._new(IntentKind.CLAIM, number, recipient=recipient, not_before=times)
        return await self.of(intent.but(relayed=relayed))

    async def rest(self, number: int, *, relayed: bool = True) -> Proposal:
        """Withdraw what is left in a session's account to the address used before.

        Raises:
            NotPossible: the session was redeposited, or not withdrawn: there is no such address.
            InsufficientNotes: no more than the fee is left.
        """
        spend = self._holdings().spend_of(self._mined(number))
        if spend is None or spend.recipient in {self._work.network.pool, EthAddress.zero()}:
            raise NotPossible(
                f"session {number} was withdrawn to no address: move its rest to the main account"
            )
        intent = self._new(IntentKind.REST, number, recipient=spend.recipient)
        return await self.of(intent.but(relayed=relayed))

    async def sweep(self, number: int, *, relayed: bool = True) -> Proposal:
        """Move what is left in a session's account to the main account.

        Raises:
            InsufficientNotes: no more than the fee is left.
        """
        intent = self._new(IntentKind.SWEEP, number)
        return await self.of(intent.but(relayed=relayed))

    async def payout(self, account: EthAddress, to: EthAddress | None = None) -> Proposal:
        """Have the connected wallet pay out what waits for `account`, to itself or to `to`.

        Raises:
            PayoutRefused: nothing waits, or it may not go there.
            NotPossible: no wallet is connected.
        """
        payouts = self._driver.payouts
        if payouts is None:
            raise NotPossible("no wallet is connected that could send it: connect one")
        intent = payouts.plan(account, self._holdings(), to)
        return Proposal(intent, await self._adviser.warnings(intent, self._holdings()))

    async def distribute(self, number: int) -> Proposal:
        """Have the connected wallet send the ITX of a session, and of the claims beside its own.

        Raises:
            NotPossible: it is not claimed, its day is not over, it was sent, or no wallet is
                connected.
        """
        distributions, holdings = self._driver.distributions, self._holdings()
        if distributions is None:
            raise NotPossible("no wallet is connected that could send it: connect one")
        intent = distributions.plan(number, holdings)
        others = len(distributions.among(intent, holdings)) - 1
        return Proposal(intent, self._adviser.of_distribution(others))

    def build(self, number: int) -> Proposal:
        """Seal, draw and prove the blocks that hold a session's notes and their spends oneself.

        Raises:
            NotPossible: no wallet is connected, or all of them are proved.
        """
        holdings = self._holdings()
        if self._driver.builds is None:
            raise NotPossible("no wallet is connected that could send it: connect one")
        if holdings.settled(number):
            raise NotPossible(f"all that session {number} did is in proved blocks already")
        return Proposal(self._new(IntentKind.BUILD, number, relayed=False))

    # -- the main account -----------------------------------------------------------------------

    async def transfer_out(
        self,
        amount: Wei,
        to: EthAddress,
        *,
        when: Time = When.NOW,
        relayed: bool = True,
    ) -> Proposal:
        """Withdraw any amount from the main account.

        Raises:
            InsufficientNotes: amount and fee are more than it holds.
        """
        times = self._times(when)
        intent = self._new(
            IntentKind.TRANSFER_OUT,
            MAIN_ACCOUNT,
            amount=amount,
            recipient=to,
            not_before=times,
        )
        return await self.of(intent.but(relayed=relayed))

    async def send(self, amount: Wei, to: PrivateAddress, text: str = "") -> Proposal:
        """Pay somebody inside the pool, with a note to oneself; raises as `transfer_out`."""
        private = to.encode(self._work.network.address_prefix)
        intent = self._new(IntentKind.SEND, MAIN_ACCOUNT, amount=amount, private=private, text=text)
        return await self.of(intent)

    async def move(self, number: int, amount: Wei) -> Proposal:
        """Give a session's account something of the main account; raises as `transfer_out`."""
        intent = self._new(IntentKind.MOVE, number, amount=amount)
        return await self.of(intent)

    # -- helpers --------------------------------------------------------------------------------

    async def of(self, intent: Intent) -> Proposal:
        """The proposal to do what an intent says, by a proof.

        Raises:
            NoRelayer: nobody is there to do it, and it is not to be sent by oneself.
            NotPossible: the state of things does not allow it.
            InsufficientNotes: it takes more than there is.
        """
        offer = await self._work.desk.offer() if intent.relayed else None
        holdings = self._holdings()
        plan, merges = None, 0
        try:
            plan = self._driver.transfers.plan(intent, holdings, offer)
        except NeedsMerge as spread:
            # It goes on by itself once its notes are merged, at the fee that is confirmed now.
            merges = spread.count - 1
            intent = intent.but(fee=_fee(intent, offer))
        told = {} if plan is None else told_by(plan)
        intent = intent.but(**told)
        mined = holdings.mined(intent.account)
        return Proposal(
            intent,
            await self._adviser.warnings(intent, holdings),
            alike=None if mined is None else self._adviser.alike(mined.note.value),
            merges=merges,
            transfer=plan,
        )

    async def _deposit(self, kind: IntentKind, account: int, amount: Wei) -> Proposal:
        deposits = self._driver.deposits
        if deposits is None:
            raise NotPossible("no wallet is connected that could deposit: connect one")
        holdings = self._holdings()
        plan = await deposits.plan(kind, account, amount, holdings)
        intent = Intent(plan.id, kind, holdings.now, account=account, amount=plan.amount)
        return Proposal(intent, await self._adviser.warnings(intent, holdings), deposit=plan)

    def _new(self, kind: IntentKind, account: int, **fields: object) -> Intent:
        return new_intent(kind, self._holdings().now, account=account, **fields)

    def _times(self, when: Time) -> Timestamp:
        calendar, now = self._work.calendar, self._holdings().now
        match when:
            case When.NOW:
                return AT_ONCE
            case When.LATER:
                return calendar.within_a_day(now)
            case moment:
                return calendar.later(Timestamp(int(moment)), now)

    def _mined(self, number: int) -> OwnNote:
        mined = self._holdings().mined(number)
        if mined is None:
            raise NotPossible(f"there is no session {number} on the chain")
        return mined

    def _require_matured(self, number: int) -> None:
        holdings = self._holdings()
        matures = holdings.maturities.get(self._mined(number).position)
        if matures is None:
            raise NotPossible(f"the deposit of session {number} is in no proved block yet: wait")
        if holdings.now < matures:
            raise NotPossible(
                f"session {number} matures in {matures - holdings.now} seconds, by the chain's "
                "clock: wait, or cancel it without a reward"
            )


def _fee(intent: Intent, offer: Offer | None) -> Wei:
    """What a relayer asks for an intent."""
    if offer is None:
        return Wei(0)
    return offer.quote.claim if intent.kind is IntentKind.CLAIM else offer.quote.transfer
