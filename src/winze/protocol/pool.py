"""The pool as a specification that runs (protocol §4, §5.1, §7).

`PoolModel` keeps what the contract keeps and decides what the contract decides. It is told what a
chain would tell: who calls and when, which proofs hold, which hashes blocks have, who refuses a
payment. Each call returns the contract's events or raises `Refused` with its revert string; checks
stand in the contract's order, and a refused call changes nothing. Left out are gas, the sizes that
the ABI bounds (16 transfers, 4 blocks), and the ledger's end after 2^26 blocks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .building import Building
from .calls import Accepts, Call, Permit, Verifier, everyone_accepts
from .encoding import EthAddress
from .entries import Deposit, Spend
from .errors import Refused
from .events import Deposited, Event, Events, Skipped, SkipReason, Transferred
from .limits import NO_PERMIT, Limits
from .mining import DENOMINATIONS
from .note import MINEABLE
from .payouts import Payouts
from .transfer import Transfer
from .types import Field, Seconds, Wei


@dataclass(frozen=True)
class PoolSetup:
    """What a pool is deployed with."""

    chain_id: int
    address: EthAddress
    owner: EthAddress
    """Who deploys it."""
    seal_interval: Seconds
    seal_interval_min: Seconds
    seal_interval_max: Seconds


class PoolModel(Limits, Building, Payouts):
    """The pool's state and every call that changes it."""

    def __init__(
        self,
        setup: PoolSetup,
        transfer_verifier: Verifier,
        block_verifier: Verifier,
        claimed: Callable[[int], bool],
    ) -> None:
        """Deploy.

        Args:
            setup: What the pool is deployed with.
            transfer_verifier: Judges transfers' proofs.
            block_verifier: Judges blocks' proofs.
            claimed: Whether the rewards have counted a claim id. Pool and rewards know each other,
                so this is asked when it is needed, not before.

        Raises:
            Refused: the seal interval is outside its bounds.
        """
        bounds = setup.seal_interval_min, setup.seal_interval_max
        Limits.__init__(self, setup.owner, setup.seal_interval, bounds)
        Building.__init__(self, block_verifier)
        Payouts.__init__(self, setup.address)
        self.setup = setup
        self._transfer_verifier = transfer_verifier
        self._claimed = claimed

    def spent(self, nullifier: int) -> bool:
        """Whether a note with this nullifier was spent."""
        return self.ledger.spend_position(nullifier) is not None

    # -- deposits ------------------------------------------------------------------------------

    def deposit(
        self, call: Call, value: int, inner: int, *, mine: bool, permit: Permit = NO_PERMIT
    ) -> Events:
        """Make a note of the `value` wei sent along.

        Raises:
            Refused: in this order, the value is zero, or too large; `inner` is not in the field;
                the amount cannot be mined; deposits are paused; the deposit or then the balance
                is above its cap; the permit has expired, is not by the screener, or was used.
        """
        self._check_deposit(value, inner, mine=mine)
        self._admit(call, value, inner, permit, balance=self.balance + value)
        self.balance += value
        word = value + MINEABLE if mine else value
        events = self._append(call, Deposit(Field(word), Field(inner)), self.seal_interval)
        return (*events, Deposited(call.caller, word, inner))

    def _check_deposit(self, value: int, inner: int, *, mine: bool) -> None:
        if value == 0:
            raise Refused("pool: value is zero")
        if value >= Wei.bound:
            raise Refused("pool: value too large")
        if inner >= Field.bound:
            raise Refused("pool: inner out of field")
        if mine and value not in DENOMINATIONS:
            raise Refused("pool: not a mineable amount")

    # -- transfers -----------------------------------------------------------------------------

    def execute(
        self,
        call: Call,
        transfers: Sequence[Transfer],
        proofs: Sequence[object],
        accepts: Accepts = everyone_accepts,
    ) -> Events:
        """Execute transfers in order, passing over those whose time or note is gone.

        All are recorded before anybody is paid.

        Raises:
            Refused: the batch is empty, or has not as many proofs; then for each transfer in
                turn, what `_check_transfer` names; then a proof does not hold; then the pool
                cannot pay, which takes a false proof.
        """
        if not transfers:
            raise Refused("pool: empty batch")
        if len(transfers) != len(proofs):
            raise Refused("pool: batch sizes differ")
        for transfer in transfers:
            self._check_transfer(transfer)
        if not self._transfers_hold(transfers, proofs):
            raise Refused("pool: invalid proof")
        fates = list(self._fates(call, transfers))
        executed = [t for t, fate in zip(transfers, fates, strict=True) if fate is None]
        payments = self._plan(self._owed(call, executed), accepts)
        events: list[Event] = []
        for transfer, fate in zip(transfers, fates, strict=True):
            events += self._record(call, transfer) if fate is None else [_skipped(transfer, fate)]
        return (*events, *self._pay(payments))

    def _check_transfer(self, transfer: Transfer) -> None:
        """Refuse a transfer that is wrong in itself.

        A redeposit moves a mineable amount to an `inner`; any other transfer has none, and a
        recipient where it has an amount.
        """
        published = transfer.nullifier1, transfer.nullifier2, transfer.out1, transfer.out2
        if not self.root_after(transfer.anchor):
            raise Refused("pool: unknown root")
        if max(published) >= Field.bound:
            raise Refused("pool: input out of field")
        if transfer.amount >= Wei.bound:
            raise Refused("pool: amount too large")
        if transfer.fee >= Wei.bound:
            raise Refused("pool: fee too large")
        if transfer.relayer == self.address:
            raise Refused("pool: relayer is the pool")
        if transfer.recipient == self.address:
            self._check_redeposit(transfer)
        elif transfer.inner != 0:
            raise Refused("pool: inner set")
        elif transfer.amount != 0 and transfer.recipient.is_zero:
            raise Refused("pool: zero recipient")

    @staticmethod
    def _check_redeposit(transfer: Transfer) -> None:
        if transfer.amount not in DENOMINATIONS:
            raise Refused("pool: not a mineable amount")
        if transfer.inner >= Field.bound:
            raise Refused("pool: inner out of field")

    def _transfers_hold(self, transfers: Sequence[Transfer], proofs: Sequence[object]) -> bool:
        """Whether the proofs hold. None exists for equal nullifiers."""
        if any(transfer.nullifier1 == transfer.nullifier2 for transfer in transfers):
            return False
        statements = [
            t.statement(self.setup.chain_id, self.address, self.root_after(t.anchor))
            for t in transfers
        ]
        return self._transfer_verifier(proofs, [statement.signals() for statement in statements])

    def _fates(self, call: Call, transfers: Sequence[Transfer]) -> Iterator[SkipReason | None]:
        """For each transfer why it is passed over, or None where it is executed."""
        burned: set[int] = set()
        for transfer in transfers:
            nullifiers = {transfer.nullifier1, transfer.nullifier2}
            if burned & nullifiers or any(map(self.spent, nullifiers)):
                yield SkipReason.SPENT
            elif call.now < transfer.not_before:
                yield SkipReason.TOO_EARLY
            elif transfer.deadline != 0 and call.now > transfer.deadline:
                yield SkipReason.TOO_LATE
            elif transfer.claim_id != 0 and not self._claimed(transfer.claim_id):
                yield SkipReason.UNCLAIMED
            else:
                burned |= nullifiers
                yield None

    def _record(self, call: Call, transfer: Transfer) -> list[Event]:
        """Append what a transfer spends and makes, and the deposit that a redeposit makes."""
        entry = Spend(
            Field(transfer.out1),
            Field(transfer.out2),
            Field(transfer.nullifier1),
            Field(transfer.nullifier2),
        )
        events = [*self._append(call, entry, self.seal_interval), _transferred(transfer)]
        if transfer.recipient == self.address:
            word = transfer.amount + MINEABLE
            deposit = Deposit(Field(word), Field(transfer.inner))
            events += self._append(call, deposit, self.seal_interval)
            events.append(Deposited(EthAddress.zero(), word, transfer.inner))
        return events

    def _owed(self, call: Call, executed: Sequence[Transfer]) -> Iterator[tuple[EthAddress, int]]:
        """Who is owed what: each recipient its amount, each payee the fees of its run at once.

        A run is broken by a transfer with another payee, even if that one carries no fee; its own
        amount is paid before the run's fees are.
        """
        payee, fees = EthAddress.zero(), 0
        for transfer in executed:
            if transfer.recipient != self.address:
                yield transfer.recipient, transfer.amount
            relayer = call.caller if transfer.relayer.is_zero else transfer.relayer
            if relayer != payee:
                yield payee, fees
                payee, fees = relayer, 0
            fees += transfer.fee
        yield payee, fees


def _skipped(transfer: Transfer, reason: SkipReason) -> Skipped:
    return Skipped(transfer.nullifier1, transfer.nullifier2, reason)


def _transferred(transfer: Transfer) -> Transferred:
    return Transferred(
        recipient=transfer.recipient,
        nullifier1=transfer.nullifier1,
        nullifier2=transfer.nullifier2,
        out1=transfer.out1,
        out2=transfer.out2,
        amount=transfer.amount,
        memos=transfer.memos,
    )
