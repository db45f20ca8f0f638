"""How the pool pays out, so that no recipient can hold up anybody else (protocol §5.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from .calls import Accepts, Call, everyone_accepts
from .encoding import EthAddress
from .errors import Refused
from .events import Events, Unpaid, Withdrawn


@dataclass(frozen=True)
class Payment:
    """An amount on its way, and whether it is taken."""

    account: EthAddress
    amount: int
    taken: bool


class Payouts:
    """The pool's ETH, and what of it waits for accounts that refused a payment.

    The gas of a payment is not modelled: the contract makes sure that only the recipient's refusal
    can fail it, and the refusal is handed in.
    """

    def __init__(self, address: EthAddress) -> None:
        self.address = address
        self.balance = 0
        self._waiting: dict[EthAddress, int] = {}

    def withdrawable(self, account: EthAddress) -> int:
        """What waits for `account`."""
        return self._waiting.get(account, 0)

    def withdraw(
        self,
        call: Call,
        account: EthAddress,
        to: EthAddress,
        accepts: Accepts = everyone_accepts,
    ) -> Events:
        """Pay out what waits for `account`: to itself, or elsewhere if it asks for that itself.

        Raises:
            Refused: in this order, `to` is zero; the caller may not choose `to`; nothing waits;
                `to` refuses.
        """
        amount = self.withdrawable(account)
        if to.is_zero:
            raise Refused("pool: zero address")
        if account not in (to, call.caller):
            raise Refused("pool: only the account")
        if amount == 0:
            raise Refused("pool: nothing to withdraw")
        if amount > self.balance or not self._takes(to, amount, accepts):
            raise Refused("pool: payment refused")
        del self._waiting[account]
        self.balance -= amount
        return (Withdrawn(account, to, amount),)

    def _plan(
        self, owed: Iterable[tuple[EthAddress, int]], accepts: Accepts
    ) -> tuple[Payment, ...]:
        """See how payments will go, without making them.

        Raises:
            Refused: the pool has not enough ETH for one; that takes a false proof.
        """
        left, payments = self.balance, []
        for account, amount in owed:
            if amount == 0:
                continue
            if amount > left:
                raise Refused("pool: insolvent")
            taken = self._takes(account, amount, accepts)
            left -= amount if taken else 0
            payments.append(Payment(account, amount, taken))
        return tuple(payments)

    def _pay(self, payments: Iterable[Payment]) -> Events:
        """Make the planned payments."""
        events = []
        for payment in payments:
            if payment.taken:
                self.balance -= payment.amount
            else:
                self._waiting[payment.account] = self.withdrawable(payment.account) + payment.amount
                events.append(Unpaid(payment.account, payment.amount))
        return tuple(events)

    def _takes(self, account: EthAddress, amount: int, accepts: Accepts) -> bool:
        """The pool itself takes ETH by `deposit` alone."""
        return account != self.address and accepts(account, amount)
