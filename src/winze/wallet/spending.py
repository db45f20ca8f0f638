"""Putting transfers and claims together from a wallet's notes (protocol §5, §6.2)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from winze.contracts import NetworkDescription
from winze.protocol import (
    FIELD_ORDER,
    NOTHING_TO_SAY,
    OUTPUT_BLINDING_BITS,
    Account,
    ClaimTerms,
    ClaimWitness,
    EthAddress,
    Field,
    Ledger,
    Memo,
    Note,
    SpentNote,
    Timestamp,
    TransferTerms,
    TransferWitness,
    ViewingKey,
    ViewingPublicKey,
    Wei,
    seal_memos,
)

from .errors import InsufficientNotes, NotSpendable
from .holdings import OwnNote

_SECRET_BYTES: Final = 32
_MAX_INPUTS: Final = 2

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


class Spender:
    """Makes witnesses for one wallet on one network, under the ledger's present root."""

    def __init__(
        self, network: NetworkDescription, ledger: Ledger, viewing: ViewingPublicKey
    ) -> None:
        self._network = network
        self._ledger = ledger
        self._viewing = viewing

    def transfer(
        self, inputs: Sequence[OwnNote], payment: Payment, change: Account
    ) -> TransferWitness:
        """A transfer that spends `inputs`; what they hold beyond the payment goes to `change`.

        The outputs' order is random, and both carry a memo, so nothing tells the change from the
        output that is worth nothing.

        Raises:
            InsufficientNotes: the inputs hold less than amount and fee.
            NotSpendable: an input is spent, or in no proved block yet; or there are more than two.
            InvalidStatement: the payment breaks a rule of the pool.
        """
        if not 1 <= len(inputs) <= _MAX_INPUTS:
            raise NotSpendable(f"a transfer spends one note or two, not {len(inputs)}")
        available = sum(own.note.value for own in inputs)
        needed = payment.amount + payment.fee
        if available < needed:
            raise InsufficientNotes(available, needed)
        spent = [self._spent(own) for own in inputs]
        spent += [_dummy(change) for _ in range(_MAX_INPUTS - len(spent))]
        outputs, memos = self._outputs(Wei(available - needed), change, payment.rewards)
        return TransferWitness(
            anchor=self._ledger.anchor,
            root=self._ledger.root,
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

    def claim(self, own: OwnNote, terms: ClaimTerms) -> ClaimWitness:
        """The claim of a note that was spent after its maturity.

        Raises:
            NotInLedger: its spend is in no proved block yet.
            InvalidStatement: it was spent too early, or is no mining deposit.
        """
        profile = self._network.profile
        return ClaimWitness(
            anchor=self._ledger.anchor,
            root=self._ledger.root,
            note=own.note,
            spending_key=own.account.spending_key,
            note_place=self._ledger.note_membership(own.position),
            spend_place=self._ledger.spend_membership(own.nullifier),
            terms=terms,
            lock_min=profile.lock_min,
            lock_range=profile.lock_range,
            chain_id=self._network.chain_id,
            rewards=self._network.rewards,
        )

    def _spent(self, own: OwnNote) -> SpentNote:
        if self._ledger.spend_position(own.nullifier) is not None:
            raise NotSpendable(f"the note of {own.note.value} wei is spent already")
        if own.position.block >= self._ledger.proved:
            raise NotSpendable(
                f"the note of {own.note.value} wei stands in block {own.position.block}, which is "
                "not proved yet"
            )
        place = self._ledger.note_membership(own.position)
        return SpentNote(own.note, own.account.spending_key, place)

    def _outputs(
        self, change: Wei, account: Account, rewards: EthAddress
    ) -> tuple[tuple[Note, Note], bytes]:
        """The change and an empty output, in random order, with their sealed memos."""
        blinding = Field(secrets.randbits(OUTPUT_BLINDING_BITS))
        kept = Note(change, mineable=False, owner=account.owner, blinding=blinding)
        empty = Note(Wei(0), mineable=False, owner=_random_field(), blinding=_random_field())
        nobody = ViewingKey(secrets.token_bytes(_SECRET_BYTES)).public
        made = [
            (kept, (Memo(change, blinding, rewards), self._viewing)),
            (empty, (NOTHING_TO_SAY, nobody)),
        ]
        if secrets.randbelow(len(made)):
            made.reverse()
        (first, memo1), (second, memo2) = made
        return (first, second), seal_memos([memo1, memo2], secrets.token_bytes(_SECRET_BYTES))


def _dummy(account: Account) -> SpentNote:
    # A fresh blinding each time, or its nullifier would repeat and the transfer be skipped.
    note = Note(Wei(0), mineable=False, owner=account.owner, blinding=_random_field())
    return SpentNote(note, account.spending_key)


def _random_field() -> Field:
    return Field(secrets.randbelow(FIELD_ORDER))
