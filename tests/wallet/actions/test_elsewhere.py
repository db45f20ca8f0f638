"""What another machine of the same wallet did is seen, and not done again."""

from dataclasses import replace
from typing import Any

import pytest

from tests.wallet.actions.books import FEE, HOME, NOW, STRANGER, Books, happened
from winze.protocol import ETHER, EthAddress, Timestamp, Wei
from winze.wallet import Intent, IntentKind
from winze.wallet.actions.elsewhere import is_done_elsewhere

NOBODY = EthAddress.zero()


def asked(kind: IntentKind, **fields: Any) -> Intent:
    given = {"amount": Wei(50), "fee": FEE, "recipient": HOME, **fields}
    return Intent("1", kind, Timestamp(NOW), **given)


def spent(books: Books, *, at: int = NOW + 1, **fields: Any) -> None:
    """A transfer of the main account's only note, of which no journal knows."""
    books.spends = [replace(books.spend(books.note(ETHER)), happened=happened(at), **fields)]


@pytest.mark.parametrize(
    ("at", "recipient", "amount", "same"),
    [
        (NOW + 1, HOME, 50, True),
        (NOW, HOME, 50, False),
        (NOW + 1, STRANGER, 50, False),
        (NOW + 1, HOME, 49, False),
        (NOW + 1, HOME, 51, False),
    ],
)
def test_the_same_payment_made_after_it_was_asked_for_counts(
    at: int, recipient: EthAddress, amount: int, *, same: bool
) -> None:
    books = Books()
    spent(books, at=at, recipient=recipient, amount=Wei(amount))
    intent = asked(IntentKind.TRANSFER_OUT)
    assert is_done_elsewhere(intent, books.holdings, [intent]) is same


def test_what_the_journal_knows_of_is_its_own() -> None:
    books = Books()
    spent(books, recipient=HOME, amount=Wei(50))
    (spend,) = books.spends
    intent = asked(IntentKind.TRANSFER_OUT)
    other = intent.but(id="2", earlier=(int(spend.outs[0]),))
    assert is_done_elsewhere(intent, books.holdings, [intent])
    assert not is_done_elsewhere(intent, books.holdings, [intent, other])


@pytest.mark.parametrize(
    ("missing", "same"),
    [(50, True), (49, False), (50 + 3 * FEE, True), (51 + 3 * FEE, False)],
)
def test_a_private_payment_is_known_by_what_is_missing(missing: int, *, same: bool) -> None:
    books = Books()
    kept = books.note(ETHER - missing)
    spent(books, recipient=NOBODY, amount=Wei(0), outputs=(kept,))
    intent = asked(IntentKind.SEND)
    assert is_done_elsewhere(intent, books.holdings, [intent]) is same


@pytest.mark.parametrize(
    ("account", "value", "same"), [(3, 50, True), (4, 50, False), (3, 51, False)]
)
def test_a_top_up_is_known_by_account_and_amount(account: int, value: int, *, same: bool) -> None:
    books = Books()
    brought = books.note(value, account)
    spent(books, recipient=NOBODY, amount=Wei(0), outputs=(brought,))
    intent = asked(IntentKind.MOVE, account=3)
    assert is_done_elsewhere(intent, books.holdings, [intent]) is same


def test_what_does_no_harm_twice_is_not_looked_for() -> None:
    books = Books()
    spent(books, recipient=HOME, amount=Wei(50))
    intent = asked(IntentKind.REST)
    assert not is_done_elsewhere(intent, books.holdings, [intent])
