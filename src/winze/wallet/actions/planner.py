"""Which notes pay for what, and who pays the fee (protocol §7).

Everything here follows from what the wallet holds and what a relayer asks: the same on every
machine, so that two of them never spend different notes for one thing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from winze.contracts import NetworkDescription
from winze.protocol import MAIN_ACCOUNT, EthAddress, Position, PrivateAddress, Seed, Wei
from winze.wire import Quote

from ..choosing import INPUTS, covering, mergeable, reachable, worth
from ..errors import InsufficientNotes, NeedsMerge, NotPossible, NotYet
from ..holdings import Holdings, OwnNote
from ..journal import IntentKind
from ..spending import Payment
from .plans import FeeSource, TransferPlan

CLAIM_FEES_KEPT: Final = 2
"""How many times the quoted claim fee is kept back where the principal has to pay for the claim:
gas may rise until it can be made."""


@dataclass(frozen=True)
class Planner:
    """Plans the transfers of one wallet at one moment. Nothing is sent, proved or written down."""

    network: NetworkDescription
    seed: Seed
    holdings: Holdings
    quote: Quote | None
    """What a relayer asks; None where the connected wallet sends it itself, and no fee is due."""
    reserved: Collection[Position] = ()
    """Notes that other requests on their way spend."""
    preferred: Collection[Position] = ()
    """Notes that an earlier request for the same thing spends: taken again, so that only one of
    both can ever be executed."""

    # -- a session's own ------------------------------------------------------------------------

    def withdraw(self, index: int, recipient: EthAddress, rewards: EthAddress) -> TransferPlan:
        """Spend a matured session's deposit to `recipient`, its reward to go to `rewards`.

        Raises:
            NotPossible: it is not there to be spent.
            InsufficientNotes: the fees are more than there is.
        """
        kept = CLAIM_FEES_KEPT * self._claim_fee
        payment = Payment(recipient=recipient, rewards=rewards)
        return self._spend_mined(IntentKind.WITHDRAW, index, payment, Wei(kept))

    def cancel(self, index: int, recipient: EthAddress) -> TransferPlan:
        """Spend a session's deposit before its maturity: no reward follows.

        Raises:
            NotPossible: it is not there to be spent.
            InsufficientNotes: the fee is more than there is.
        """
        return self._spend_mined(IntentKind.CANCEL, index, Payment(recipient=recipient), Wei(0))

    def redeposit(self, index: int, onward: int, number: int, rewards: EthAddress) -> TransferPlan:
        """Make a session's deposit number `number` of the mining account `onward`.

        Raises:
            NotPossible: it is not there to be spent.
            InsufficientNotes: nothing beside the deposit covers the fee.
            NeedsMerge: only several notes together do.
        """
        mined = self._mined(index)
        value = mined.note.value
        again = self.seed.mining(onward).deposit_note(number, value, mineable=True)
        payment = Payment(self.network.pool, value, inner=again.inner, rewards=rewards)
        plan = self._beside(IntentKind.REDEPOSIT, mined, payment, Wei(0))
        if plan is None:
            raise self._uncovered(self._fee, self._free(index), self._free(MAIN_ACCOUNT))
        return replace(plan, onward=onward, deposit_number=number)

    def rest(self, index: int, recipient: EthAddress) -> TransferPlan:
        """Withdraw what is left in a session's account, up to two notes of it.

        Raises:
            InsufficientNotes: no more than the fee is left.
        """
        inputs, amount = self._leftovers(index)
        payment = Payment(recipient=recipient, amount=amount, fee=self._fee, relayer=self._relayer)
        return self._plan(
            IntentKind.REST, index, inputs, payment, change=index, source=FeeSource.REST
        )

    def sweep(self, index: int) -> TransferPlan:
        """Move what is left in a session's account to the main account.

        Raises:
            InsufficientNotes: no more than the fee is left.
        """
        inputs, _ = self._leftovers(index)
        payment = Payment(fee=self._fee, relayer=self._relayer)
        return self._plan(
            IntentKind.SWEEP, index, inputs, payment, change=MAIN_ACCOUNT, source=FeeSource.REST
        )

    def claim_fee(self, index: int) -> TransferPlan | None:
        """What pays for a session's claim; None where no relayer is paid.

        Raises:
            InsufficientNotes: nothing covers it: the session is at unpaid claim fee.
            NeedsMerge: only more than two notes together do.
        """
        if self.quote is None:
            return None
        mined = self.holdings.mined(index)
        if mined is None:
            raise NotPossible(f"session {index} has no mining deposit")
        fee = self._claim_fee
        groups = self._free(index), self._free(MAIN_ACCOUNT)
        chosen = covering(groups, fee)
        if chosen is None:
            raise self._uncovered(fee, *groups)
        change = min(own.account.index for own in chosen)  # the session's own, if it pays at all
        payment = Payment(fee=fee, relayer=self._relayer, claim_id=mined.claim_id)
        source = FeeSource.MAIN if change == MAIN_ACCOUNT else FeeSource.REST
        return self._plan(IntentKind.CLAIM, index, chosen, payment, change=change, source=source)

    # -- the main account's ---------------------------------------------------------------------

    def transfer_out(self, amount: Wei, recipient: EthAddress) -> TransferPlan:
        """Withdraw any amount from the main account.

        Raises:
            InsufficientNotes: amount and fee are more than it holds.
            NeedsMerge: only more than two notes together hold that.
        """
        return self._from_main(
            IntentKind.TRANSFER_OUT, MAIN_ACCOUNT, Payment(recipient=recipient, amount=amount)
        )

    def send(self, amount: Wei, receiver: PrivateAddress) -> TransferPlan:
        """Pay somebody inside the pool; raises as `transfer_out`."""
        payment = Payment(receiver=receiver, sent=amount)
        return self._from_main(IntentKind.SEND, MAIN_ACCOUNT, payment)

    def move(self, index: int, amount: Wei) -> TransferPlan:
        """Give a session's account something of the main account; raises as `transfer_out`."""
        receiver = PrivateAddress(self.seed.mining(index).owner, self.seed.viewing.public)
        return self._from_main(IntentKind.MOVE, index, Payment(receiver=receiver, sent=amount))

    def merge(self) -> TransferPlan:
        """Make one note of the main account's two largest.

        Raises:
            InsufficientNotes: there are not two, or they are not worth their fee.
        """
        largest = self._free(MAIN_ACCOUNT)[-INPUTS:]
        if len(largest) < INPUTS or worth(largest) <= self._fee:
            raise InsufficientNotes(worth(largest), self._fee)
        payment = Payment(fee=self._fee, relayer=self._relayer)
        source = FeeSource.MAIN
        return self._plan(
            IntentKind.MERGE, MAIN_ACCOUNT, largest, payment, change=MAIN_ACCOUNT, source=source
        )

    # -- helpers --------------------------------------------------------------------------------

    @property
    def _fee(self) -> Wei:
        return Wei(0) if self.quote is None else self.quote.transfer

    @property
    def _claim_fee(self) -> Wei:
        return Wei(0) if self.quote is None else self.quote.claim

    @property
    def _relayer(self) -> EthAddress:
        return EthAddress.zero() if self.quote is None else self.quote.relayer

    def _free(self, index: int) -> Sequence[OwnNote]:
        """The account's notes that may be spent for this, the least first, without its deposit.

        Where an earlier request for the same thing may still be executed, that one's notes alone.
        """
        notes = [
            own
            for own in self.holdings.spendable(index)
            if not self.holdings.mines(own)
            and own.position not in self.reserved
            and (not self.preferred or own.position in self.preferred)
        ]
        return sorted(notes, key=lambda own: (own.note.value, own.position))

    def _mined(self, index: int) -> OwnNote:
        """The session's deposit, where it can be spent."""
        mined = self.holdings.mined(index)
        if mined is None or mined.position.block >= self.holdings.proved:
            raise NotYet(f"the deposit of session {index} is in no proved block yet: wait")
        if self.holdings.spend_of(mined) is not None:
            raise NotPossible(f"the deposit of session {index} is spent already")
        if mined.position in self.reserved:
            raise NotYet(f"a request that spends session {index} is on its way: wait for it")
        return mined

    def _spend_mined(
        self, kind: IntentKind, index: int, payment: Payment, kept: Wei
    ) -> TransferPlan:
        mined = self._mined(index)
        value = mined.note.value
        whole = replace(payment, amount=value)
        plan = self._beside(kind, mined, whole, self._claim_fee if kept else Wei(0))
        if plan is not None:
            return plan
        amount = value - self._fee - kept
        if amount <= 0:
            raise InsufficientNotes(value, self._fee + kept + 1)
        part = replace(payment, amount=Wei(amount), fee=self._fee, relayer=self._relayer)
        spent = self._plan(kind, index, [mined], part, change=index, source=FeeSource.PRINCIPAL)
        return replace(spent, kept_back=kept)

    def _beside(
        self, kind: IntentKind, mined: OwnNote, payment: Payment, later: Wei
    ) -> TransferPlan | None:
        """The plan where something beside the deposit pays, now and `later` for the claim."""
        index = mined.account.index
        if self.quote is None:
            return self._plan(kind, index, [mined], payment, change=index, source=FeeSource.NOBODY)
        paid = replace(payment, fee=self._fee, relayer=self._relayer)
        groups = [self._free(index), self._free(MAIN_ACCOUNT)]
        chosen = covering(groups, self._fee, most=1)
        if chosen is None or worth(own for group in groups for own in group) < self._fee + later:
            return None
        change = chosen[0].account.index
        source = FeeSource.MAIN if change == MAIN_ACCOUNT else FeeSource.REST
        return self._plan(kind, index, [mined, *chosen], paid, change=change, source=source)

    def _from_main(self, kind: IntentKind, account: int, payment: Payment) -> TransferPlan:
        if not payment.amount + payment.sent:
            raise NotPossible("0 wei cannot be sent: choose an amount above 0")
        paid = replace(payment, fee=self._fee, relayer=self._relayer)
        chosen = covering([self._free(MAIN_ACCOUNT)], paid.total)
        if chosen is None:
            raise self._uncovered(paid.total)
        source = FeeSource.NOBODY if self.quote is None else FeeSource.MAIN
        return self._plan(kind, account, chosen, paid, change=MAIN_ACCOUNT, source=source)

    def _leftovers(self, index: int) -> tuple[Sequence[OwnNote], Wei]:
        """The two largest notes of an account, and what they are worth without the fee."""
        inputs = self._free(index)[-INPUTS:]
        if worth(inputs) <= self._fee:
            raise InsufficientNotes(worth(inputs), self._fee + 1)
        return inputs, Wei(worth(inputs) - self._fee)

    def _uncovered(self, needed: Wei, *groups: Sequence[OwnNote]) -> NeedsMerge | InsufficientNotes:
        """Why no two notes cover `needed`: they are to be merged first, or are not enough."""
        count = mergeable(self._free(MAIN_ACCOUNT), needed, self._fee)
        if count is not None:
            return NeedsMerge(count, needed)
        every = [own for group in groups or (self._free(MAIN_ACCOUNT),) for own in group]
        return InsufficientNotes(reachable(every, self._fee), needed)

    def _plan(
        self,
        kind: IntentKind,
        account: int,
        inputs: Sequence[OwnNote],
        payment: Payment,
        *,
        change: int,
        source: FeeSource,
    ) -> TransferPlan:
        return TransferPlan(kind, account, tuple(inputs), payment, change, source, quote=self.quote)
