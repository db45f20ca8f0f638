"""What came into the main account and left it, top-ups included, mining not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from winze.protocol import MAIN_ACCOUNT, Field, Timestamp, Wei

from ..choosing import worth
from ..holdings import Holdings, OwnSpend
from ..journal import Intent, IntentKind
from .facts import is_main, outs_of
from .timeline import hash_of, hash_sent


class EntryKind(StrEnum):
    """What kind of movement it is; the value is its label."""

    DEPOSIT = "Deposit"
    WITHDRAW = "Withdraw"
    SEND = "Send"
    RECEIVE = "Receive"


@dataclass(frozen=True)
class HistoryEntry:
    """One movement."""

    kind: EntryKind
    time: Timestamp
    """Chain time; of something pending, when it was asked for."""
    amount: Wei | None
    """What was moved, without the fee; None where only the journal knew."""
    fee: Wei | None
    """What the relayer got; None where only the journal knew, and for deposits, whose gas the
    connected wallet pays."""
    total: Wei
    """Amount and fee together."""
    counterparty: str = ""
    """The other side's address; empty where it is unknown, or a session of one's own."""
    session: int | None = None
    """The session whose account is the other side: of a top-up, or of a rest that was moved."""
    text: str = ""
    """The note to oneself."""
    transaction: str = ""
    """The transaction's hash in hex with 0x; empty where none is known."""
    pending: bool = False
    """Whether the chain does not show it yet."""
    lost: tuple[str, ...] = ()
    """What only the journal knew, and is not known here."""


LOST_PAYMENT: Final = ("the receiver", "the amount apart from the fee", "the note to yourself")
"""What is lost of a private payment with the journal."""

_PENDING: Final = {
    IntentKind.DEPOSIT: EntryKind.DEPOSIT,
    IntentKind.TOP_UP: EntryKind.DEPOSIT,
    IntentKind.TRANSFER_OUT: EntryKind.WITHDRAW,
    IntentKind.SEND: EntryKind.SEND,
    IntentKind.MOVE: EntryKind.SEND,
    IntentKind.SWEEP: EntryKind.RECEIVE,
}


def history(holdings: Holdings, intents: Sequence[Intent]) -> list[HistoryEntry]:
    """All movements, the newest first."""
    past = _Past(holdings, intents)
    entries = [*past.deposits(), *past.spends(), *past.received(), *past.pending()]
    return sorted(entries, key=lambda each: each.time, reverse=True)


@dataclass(frozen=True)
class _Past:
    holdings: Holdings
    intents: Sequence[Intent]

    @cached_property
    def _by_outs(self) -> Mapping[tuple[Field, Field], Intent]:
        """The intents by what their transfer leaves behind, which no other transfer does."""
        return {outs: intent for intent in self.intents if (outs := outs_of(intent)) is not None}

    @cached_property
    def _by_deposit(self) -> Mapping[tuple[int, int | None], Intent]:
        kinds = {IntentKind.DEPOSIT, IntentKind.TOP_UP}
        return {
            (each.account, each.deposit_number): each for each in self.intents if each.kind in kinds
        }

    @cached_property
    def _claims(self) -> set[bytes]:
        """The transactions that made a claim of this wallet, and took its fee at once."""
        return {each.happened.transaction for each in self.holdings.claims.values()}

    def deposits(self) -> Iterator[HistoryEntry]:
        for own in self.holdings.notes:
            if own.depositor is not None and not own.note.mineable:
                meant = self._by_deposit.get((own.account.index, own.number))
                yield HistoryEntry(
                    EntryKind.DEPOSIT,
                    own.happened.timestamp,
                    own.note.value,
                    None,
                    own.note.value,
                    counterparty=own.depositor,
                    session=_session(own.account.index),
                    text=meant.text if meant else "",
                    transaction=hash_of(own.happened),
                )

    def spends(self) -> Iterator[HistoryEntry]:
        for spend in self.holdings.spends:
            meant = self._by_outs.get(spend.outs)
            if all(is_main(own) for own in spend.inputs):
                if not self._is_claim(spend, meant):
                    yield from _left(spend, meant)
            elif spend.amount == 0 and not any(is_main(own) for own in spend.inputs):
                yield from _moved_here(spend)

    def received(self) -> Iterator[HistoryEntry]:
        kept = {own.position for spend in self.holdings.spends for own in spend.outputs}
        for own in self.holdings.of_account(MAIN_ACCOUNT):
            if own.depositor is None and own.position not in kept:
                value, at = own.note.value, own.happened
                yield HistoryEntry(
                    EntryKind.RECEIVE, at.timestamp, value, None, value, transaction=hash_of(at)
                )

    def pending(self) -> Iterator[HistoryEntry]:
        executed = {spend.outs for spend in self.holdings.spends}
        notes = self.holdings.notes
        arrived = {(own.account.index, own.number) for own in notes if own.number is not None}
        for intent in self.intents:
            kind = _PENDING.get(intent.kind)
            place = intent.account, intent.deposit_number
            shown = outs_of(intent) in executed or place in arrived
            if kind is not None and not intent.state.over and not shown:
                yield _meant(kind, intent)

    def _is_claim(self, spend: OwnSpend, meant: Intent | None) -> bool:
        if meant is not None:
            return meant.kind is IntentKind.CLAIM
        return spend.amount == 0 and spend.happened.transaction in self._claims


def _left(spend: OwnSpend, meant: Intent | None) -> Iterator[HistoryEntry]:
    """What left the main account, from a transfer that only it paid for."""
    when, sent = spend.happened.timestamp, hash_of(spend.happened)
    text, fee = meant.text if meant else "", spend.unaccounted
    moved = [own for own in spend.outputs if not is_main(own)]
    if spend.amount:
        total = Wei(spend.amount + fee)
        yield HistoryEntry(
            EntryKind.WITHDRAW, when, spend.amount, fee, total, spend.recipient, None, text, sent
        )
    elif moved:
        amount, session = worth(moved), moved[0].account.index
        total = Wei(amount + fee)
        yield HistoryEntry(EntryKind.SEND, when, amount, fee, total, "", session, text, sent)
    elif fee:  # an unpaid merging of notes moved nothing
        yield _sent(spend, meant)


def _sent(spend: OwnSpend, meant: Intent | None) -> HistoryEntry:
    """A private payment, or a merging that cost a fee: without the journal they look the same."""
    when, sent, total = spend.happened.timestamp, hash_of(spend.happened), spend.unaccounted
    if meant is None:
        return HistoryEntry(
            EntryKind.SEND, when, None, None, total, transaction=sent, lost=LOST_PAYMENT
        )
    merged = meant.kind is IntentKind.MERGE
    amount = Wei(0) if merged else meant.amount
    fee, text = Wei(max(0, total - amount)), "notes merged" if merged else meant.text
    return HistoryEntry(EntryKind.SEND, when, amount, fee, total, meant.private, None, text, sent)


def _moved_here(spend: OwnSpend) -> Iterator[HistoryEntry]:
    """What a session's rest brought to the main account."""
    arrived = worth(own for own in spend.outputs if is_main(own))
    if arrived:
        when, fee = spend.happened.timestamp, spend.unaccounted
        yield HistoryEntry(
            EntryKind.RECEIVE,
            when,
            arrived,
            fee,
            Wei(arrived + fee),
            session=spend.inputs[0].account.index,
            transaction=hash_of(spend.happened),
        )


def _meant(kind: EntryKind, intent: Intent) -> HistoryEntry:
    gas_only = kind is EntryKind.DEPOSIT
    return HistoryEntry(
        kind,
        intent.created_at,
        intent.amount or None,
        None if gas_only else intent.fee,
        Wei(intent.amount + intent.fee),
        counterparty=intent.private or _address(intent),
        session=_session(intent.account),
        text=intent.text,
        transaction=hash_sent(intent),
        pending=True,
    )


def _address(intent: Intent) -> str:
    return "" if intent.recipient.is_zero else intent.recipient


def _session(account: int) -> int | None:
    return None if account == MAIN_ACCOUNT else account
