"""Putting transfers and claims together from a wallet's notes (protocol §5, §6.2)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from winze.contracts import NetworkDescription
from winze.protocol import (
    FIELD_ORDER,
    NOTHING_TO_SAY,
    OUTPUT_BLINDING_BITS,
    Account,
    BlockIndex,
    ClaimTerms,
    ClaimWitness,
    EthAddress,
    Field,
    Membership,
    Memo,
    Note,
    NotInLedger,
    Position,
    PrivateAddress,
    SpentNote,
    Timestamp,
    TransferTerms,
    TransferWitness,
    ViewingKey,
    ViewingPublicKey,
    Wei,
    seal_memos,
)

from .choosing import INPUTS
from .errors import InsufficientNotes, NotSpendable
from .holdings import OwnNote

_SECRET_BYTES: Final = 32

_NOBODY: Final = EthAddress.zero()
_NOTHING: Final = Wei(0)
_ANY_TIME: Final = Timestamp(0)
_NONE: Final = Field(0)


@dataclass(frozen=True)
class Payment:
    """What a transfer shall do, apart from which notes pay for it. Amounts are in wei."""

    recipient: EthAddress = _NOBODY
    """Who gets `amount`; the pool itself for a redeposit."""
    amount: Wei = _NOTHING
    fee: Wei = _NOTHING
    relayer: EthAddress = _NOBODY
    """Who gets the fee; the zero address leaves it to whoever executes."""
    not_before: Timestamp = _ANY_TIME
    deadline: Timestamp = _ANY_TIME
    claim_id: Field = _NONE
    """A claim that must have been made before the fee is paid; 0 means none."""
    inner: Field = _NONE
    """The new deposit's `inner` in a redeposit."""
    rewards: EthAddress = _NOBODY
    """The rewards address to remember in the memo to oneself."""
    receiver: PrivateAddress | None = None
    """Who is paid `sent` inside the pool; None where nobody is."""
    sent: Wei = _NOTHING

    @property
    def total(self) -> Wei:
        """All that it takes from the notes that pay."""
        return Wei(self.amount + self.fee + self.sent)


class ProvenLedger(Protocol):
    """What a proof needs of the ledger; `size` is how many blocks its root holds."""

    @property
    def proved(self) -> int:
        """How many blocks are proved."""

    def root_at(self, size: int) -> Field:
        """The root of the first `size` blocks."""

    def note_membership(self, position: Position, size: int | None = None) -> Membership:
        """The place of a note under the root of `size` blocks, or the present one."""

    def spend_membership(self, nullifier: Field, size: int | None = None) -> Membership:
        """The place of a nullifier under the root of `size` blocks, or the present one."""

    def spend_position(self, nullifier: int) -> Position | None:
        """Where a nullifier stands; None where it was never published."""


class Spender:
    """Makes witnesses for one wallet on one network."""

    def __init__(
        self, network: NetworkDescription, ledger: ProvenLedger, viewing: ViewingPublicKey
    ) -> None:
        self._network = network
        self._ledger = ledger
        self._viewing = viewing

    def transfer(
        self,
        inputs: Sequence[OwnNote],
        payment: Payment,
        change: Account,
        size: int | None = None,
    ) -> TransferWitness:
        """A transfer that spends `inputs`; what they hold beyond the payment goes to `change`.

        The outputs' order is random, and both carry a memo, so nothing tells the change from what
        somebody is paid, or from an output that is worth nothing.

        Args:
            inputs: One note or two.
            payment: What is paid.
            change: The account that gets the rest.
            size: How many blocks the root holds that it is proved under; by default all.

        Raises:
            InsufficientNotes: the inputs hold less than amount and fee.
            NotSpendable: an input is spent, or in no proved block yet; or there are more than two.
            InvalidStatement: the payment breaks a rule of the pool.
        """
        if not 1 <= len(inputs) <= INPUTS:
            raise NotSpendable(f"a transfer spends one note or two, not {len(inputs)}")
        available = sum(own.note.value for own in inputs)
        if available < payment.total:
            raise InsufficientNotes(available, payment.total)
        size = self._ledger.proved if size is None else size
        spent = [self._spent(own, size) for own in inputs]
        spent += [_dummy(change) for _ in range(INPUTS - len(spent))]
        outputs, memos = self._outputs(Wei(available - payment.total), change, payment)
        return TransferWitness(
            anchor=_anchor(size),
            root=self._ledger.root_at(size),
            inputs=(spent[0], spent[1]),
            outputs=outputs,
            terms=TransferTerms(
                memos=memos,
                recipient=payment.recipient,
                amount=payment.amount,
                fee=payment.fee,
                relayer=payment.relayer,
                not_before=payment.not_before,
                deadline=payment.deadline,
                claim_id=payment.claim_id,
                inner=payment.inner,
            ),
            chain_id=self._network.chain_id,
            pool=self._network.pool,
        )

    def claim(self, own: OwnNote, terms: ClaimTerms, size: int | None = None) -> ClaimWitness:
        """The claim of a note that was spent after its maturity.

        Raises:
            NotInLedger: its spend is in no proved block yet.
            InvalidStatement: it was spent too early, or is no mining deposit.
        """
        profile = self._network.profile
        size = self._ledger.proved if size is None else size
        return ClaimWitness(
            anchor=_anchor(size),
            root=self._ledger.root_at(size),
            note=own.note,
            spending_key=own.account.spending_key,
            note_place=self._ledger.note_membership(own.position, size),
            spend_place=self._ledger.spend_membership(own.nullifier, size),
            terms=terms,
            lock_min=profile.lock_min,
            lock_range=profile.lock_range,
            chain_id=self._network.chain_id,
            rewards=self._network.rewards,
        )

    def _spent(self, own: OwnNote, size: int) -> SpentNote:
        if self._ledger.spend_position(own.nullifier) is not None:
            raise NotSpendable(f"the note of {own.note.value} wei is spent already")
        if own.position.block >= self._ledger.proved:
            raise NotSpendable(
                f"the note of {own.note.value} wei stands in block {own.position.block}, which is "
                "not proved yet"
            )
        place = self._ledger.note_membership(own.position, size)
        return SpentNote(own.note, own.account.spending_key, place)

    def _outputs(
        self, change: Wei, account: Account, payment: Payment
    ) -> tuple[tuple[Note, Note], bytes]:
        """The change and what is sent, in random order, with their sealed memos."""
        kept, memo = _note(change, account.owner, payment.rewards)
        made = [(kept, (memo, self._viewing)), _paid(payment)]
        if secrets.randbelow(len(made)):
            made.reverse()
        (first, memo1), (second, memo2) = made
        return (first, second), seal_memos([memo1, memo2], secrets.token_bytes(_SECRET_BYTES))


def _paid(payment: Payment) -> tuple[Note, tuple[Memo, ViewingPublicKey]]:
    """The output for the receiver, with its memo; one that is worth nothing where there is none."""
    if payment.receiver is not None:
        note, memo = _note(payment.sent, payment.receiver.owner)
        return note, (memo, payment.receiver.viewing)
    empty = Note(_NOTHING, mineable=False, owner=_random_field(), blinding=_random_field())
    nobody = ViewingKey(secrets.token_bytes(_SECRET_BYTES)).public
    return empty, (NOTHING_TO_SAY, nobody)


def _note(value: Wei, owner: Field, rewards: EthAddress = _NOBODY) -> tuple[Note, Memo]:
    """A new note of `owner`, and what tells of it."""
    blinding = Field(secrets.randbits(OUTPUT_BLINDING_BITS))
    return Note(value, mineable=False, owner=owner, blinding=blinding), Memo(
        value, blinding, rewards
    )


def _anchor(size: int) -> BlockIndex:
    """The block after which the root of `size` blocks stands."""
    if not size:
        raise NotInLedger("no block is proved yet: there is no root to prove anything under")
    return BlockIndex(size - 1)


def _dummy(account: Account) -> SpentNote:
    # A fresh blinding each time, or its nullifier would repeat and the transfer be skipped.
    note = Note(Wei(0), mineable=False, owner=account.owner, blinding=_random_field())
    return SpentNote(note, account.spending_key)


def _random_field() -> Field:
    return Field(secrets.randbelow(FIELD_ORDER))
