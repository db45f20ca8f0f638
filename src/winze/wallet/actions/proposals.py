"""Working an action out to the end, for its owner to confirm: nothing is written down or sent."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from winze.protocol import MAIN_ACCOUNT, EthAddress, PrivateAddress, Timestamp, Wei

from ..errors import NotPossible
from ..holdings import Holdings, OwnNote
from ..journal import Intent, IntentKind
from ..sessions import next_account
from .claims import is_claimable, planned_rewards
from .deposit_plans import DepositPlan
from .deposits import Deposits
from .intents import new_intent, told_by
from .numbers import next_number
from .plans import FeeSource, TransferPlan
from .timing import AT_ONCE
from .transfers import Transfers
from .workshop import Workshop

TOP_UP_CLAIMS: Final = 2
"""How many times the quoted claim fee a top-up brings: gas may rise until it has settled."""


class When(Enum):
    """When a request is executed, other than at a time of one's own."""

    NOW = "now"
    LATER = "later"
    """At a random whole hour of the next 24: recommended."""


Time = When | Timestamp
"""When something is executed: a moment of one's own becomes the whole hour at or after it."""


@dataclass(frozen=True)
class Proposal:
    """An action to be confirmed; see `Wallet.begin`."""

    intent: Intent
    """What would be written down."""
    transfer: TransferPlan | None = field(default=None, repr=False)
    """How it is carried out, where a proof does it."""
    deposit: DepositPlan | None = field(default=None, repr=False)
    """How it is carried out, where the connected wallet deposits."""

    @property
    def amount(self) -> Wei:
        """What is deposited, paid or moved."""
        return self.intent.amount

    @property
    def fee(self) -> Wei:
        """What the relayer takes; for a deposit, what the network likely takes."""
        return self.deposit.cost.likely if self.deposit is not None else self.intent.fee

    @property
    def fee_source(self) -> FeeSource | None:
        """What pays the relayer; None where none is paid."""
        return None if self.transfer is None else self.transfer.source


class Proposals:
    """Makes the proposals of one wallet."""

    def __init__(self, workshop: Workshop, transfers: Transfers, deposits: Deposits | None) -> None:
        """Without `deposits`, no wallet is connected that could deposit."""
        self._work, self._transfers, self._deposits = workshop, transfers, deposits

    # -- deposits -------------------------------------------------------------------------------

    async def mine(self, holdings: Holdings, amount: Wei) -> Proposal:
        """Deposit a denomination into the next mining account.

        Raises:
            WalletFull: all 256 mining accounts are used.
            DepositRefused: it would not be taken, and why.
        """
        account = next_account(holdings, self._work.journal.intents())
        return await self._deposit(IntentKind.MINE, account, amount, holdings)

    async def deposit(self, holdings: Holdings, amount: Wei) -> Proposal:
        """Deposit any amount into the main account; raises as `mine`."""
        return await self._deposit(IntentKind.DEPOSIT, MAIN_ACCOUNT, amount, holdings)

    async def top_up(self, holdings: Holdings, number: int) -> Proposal:
        """Deposit what a session's claim takes, with headroom, into its account; raises as `mine`.

        Raises:
            NoRelayer: nobody says what a claim takes.
        """
        self._mined(holdings, number)
        amount = await self.top_up_amount()
        return await self._deposit(IntentKind.TOP_UP, number, amount, holdings)

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
        holdings: Holdings,
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
        self._require_matured(holdings, number)
        times = self._times(when, holdings.now)
        intent = self._new(
            IntentKind.WITHDRAW, holdings, number, recipient=to, rewards=rewards, not_before=times
        )
        return await self.of(intent.but(relayed=relayed), holdings)

    async def cancel(
        self, holdings: Holdings, number: int, to: EthAddress, *, relayed: bool = True
    ) -> Proposal:
        """Withdraw a session before its maturity, without a reward; raises as `withdraw`."""
        mined = self._mined(holdings, number)
        matures = holdings.maturities.get(mined.position)
        if matures is not None and holdings.now >= matures:
            raise NotPossible(f"session {number} has matured: withdraw it, and earn its reward")
        intent = self._new(IntentKind.CANCEL, holdings, number, recipient=to)
        return await self.of(intent.but(relayed=relayed), holdings)

    async def redeposit(
        self, holdings: Holdings, number: int, rewards: EthAddress, *, relayed: bool = True
    ) -> Proposal:
        """Make a matured session's deposit a new session; its claim follows by itself.

        Raises:
            WalletFull: all 256 mining accounts are used.
            NotPossible: it has not matured, or is spent.
            InsufficientNotes: the main account does not cover the fee; the message says how much
                is missing.
        """
        self._require_matured(holdings, number)
        intents = self._work.journal.intents()
        onward = next_account(holdings, intents)
        intent = self._new(
            IntentKind.REDEPOSIT,
            holdings,
            number,
            rewards=rewards,
            onward=onward,
            deposit_number=next_number(onward, holdings, intents),
        )
        return await self.of(intent.but(relayed=relayed), holdings)

    async def claim(
        self,
        holdings: Holdings,
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
        mined = self._mined(holdings, number)
        if not is_claimable(mined, holdings):
            raise NotPossible(f"session {number} has no reward that could be claimed now")
        recipient = to or planned_rewards(mined, holdings, intents)
        if recipient.is_zero:
            raise NotPossible(f"nobody knows who was to get the reward of session {number}: say it")
        times = self._times(when, holdings.now)
        intent = self._new(
            IntentKind.CLAIM, holdings, number, recipient=recipient, not_before=times
        )
        return await self.of(intent.but(relayed=relayed), holdings)

    async def rest(self, holdings: Holdings, number: int, *, relayed: bool = True) -> Proposal:
        """Withdraw what is left in a session's account to the address used before.

        Raises:
            NotPossible: the session was redeposited, or not withdrawn: there is no such address.
            InsufficientNotes: no more than the fee is left.
        """
        spend = holdings.spend_of(self._mined(holdings, number))
        if spend is None or spend.recipient in {self._work.network.pool, EthAddress.zero()}:
            raise NotPossible(
                f"session {number} was withdrawn to no address: move its rest to the main account"
            )
        intent = self._new(IntentKind.REST, holdings, number, recipient=spend.recipient)
        return await self.of(intent.but(relayed=relayed), holdings)

    async def sweep(self, holdings: Holdings, number: int, *, relayed: bool = True) -> Proposal:
        """Move what is left in a session's account to the main account.

        Raises:
            InsufficientNotes: no more than the fee is left.
        """
        intent = self._new(IntentKind.SWEEP, holdings, number)
        return await self.of(intent.but(relayed=relayed), holdings)

    # -- the main account -----------------------------------------------------------------------

    async def transfer_out(
        self,
        holdings: Holdings,
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
        times = self._times(when, holdings.now)
        intent = self._new(
            IntentKind.TRANSFER_OUT,
            holdings,
            MAIN_ACCOUNT,
            amount=amount,
            recipient=to,
            not_before=times,
        )
        return await self.of(intent.but(relayed=relayed), holdings)

    async def send(
        self, holdings: Holdings, amount: Wei, to: PrivateAddress, text: str = ""
    ) -> Proposal:
        """Pay somebody inside the pool, with a note to oneself; raises as `transfer_out`."""
        private = to.encode(self._work.network.address_prefix)
        intent = self._new(
            IntentKind.SEND, holdings, MAIN_ACCOUNT, amount=amount, private=private, text=text
        )
        return await self.of(intent, holdings)

    async def move(self, holdings: Holdings, number: int, amount: Wei) -> Proposal:
        """Give a session's account something of the main account; raises as `transfer_out`."""
        intent = self._new(IntentKind.MOVE, holdings, number, amount=amount)
        return await self.of(intent, holdings)

    # -- helpers --------------------------------------------------------------------------------

    async def of(self, intent: Intent, holdings: Holdings) -> Proposal:
        """The proposal to do what an intent says, by a proof.

        Raises:
            NoRelayer: nobody is there to do it, and it is not to be sent by oneself.
            NotPossible: the state of things does not allow it.
            InsufficientNotes: it takes more than there is.
        """
        offer = await self._work.desk.offer() if intent.relayed else None
        plan = self._transfers.plan(intent, holdings, offer)
        told = {} if plan is None else told_by(plan)
        return Proposal(intent.but(**told), transfer=plan)

    async def _deposit(
        self, kind: IntentKind, account: int, amount: Wei, holdings: Holdings
    ) -> Proposal:
        if self._deposits is None:
            raise NotPossible("no wallet is connected that could deposit: connect one")
        plan = await self._deposits.plan(kind, account, amount, holdings)
        intent = Intent(plan.id, kind, holdings.now, account=account, amount=plan.amount)
        return Proposal(intent, deposit=plan)

    def _new(self, kind: IntentKind, holdings: Holdings, account: int, **fields: object) -> Intent:
        return new_intent(kind, holdings.now, account=account, **fields)

    def _times(self, when: Time, now: Timestamp) -> Timestamp:
        calendar = self._work.calendar
        match when:
            case When.NOW:
                return AT_ONCE
            case When.LATER:
                return calendar.within_a_day(now)
            case moment:
                return calendar.later(Timestamp(int(moment)), now)

    def _mined(self, holdings: Holdings, number: int) -> OwnNote:
        mined = holdings.mined(number)
        if mined is None:
            raise NotPossible(f"there is no session {number} on the chain")
        return mined

    def _require_matured(self, holdings: Holdings, number: int) -> None:
        matures = holdings.maturities.get(self._mined(holdings, number).position)
        if matures is None:
            raise NotPossible(f"the deposit of session {number} is in no proved block yet: wait")
        if holdings.now < matures:
            raise NotPossible(
                f"session {number} matures at {matures}, and the chain's time is {holdings.now}: "
                "wait, or cancel it without a reward"
            )
