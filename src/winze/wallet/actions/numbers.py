"""Which of an account's deposits comes next (protocol §2)."""

from collections.abc import Iterable, Iterator

from ..errors import DepositRefused
from ..holdings import Holdings
from ..journal import DEPOSITS, Intent, IntentKind, IntentState
from ..view import GAP_LIMIT


def next_number(account: int, holdings: Holdings, intents: Iterable[Intent]) -> int:
    """The lowest number that no deposit of the account has, or may be on its way with.

    Raises:
        DepositRefused: a deposit with it would lie beyond the gap within which a wallet that has
            nothing but its seed looks for deposits.
    """
    found = {own.number for own in holdings.of_account(account) if own.number is not None}
    taken = found | set(_reserved(account, intents))
    number = next(each for each in range(len(taken) + 1) if each not in taken)
    # A scan knows the numbers up to `GAP_LIMIT` beyond the last one that it found.
    if number > max(found, default=-1) + GAP_LIMIT:
        raise DepositRefused(
            f"{GAP_LIMIT} deposits of this account were begun and not seen on the chain: wait for "
            "them, or reject them in the connected wallet; nothing was sent"
        )
    return number


def _reserved(account: int, intents: Iterable[Intent]) -> Iterator[int]:
    for intent in intents:
        if _target(intent) == account and intent.deposit_number is not None and _may_come(intent):
            yield intent.deposit_number


def _target(intent: Intent) -> int | None:
    """The account into which an intent deposits."""
    if intent.kind is IntentKind.REDEPOSIT:
        return intent.onward
    return intent.account if intent.kind in DEPOSITS else None


def _may_come(intent: Intent) -> bool:
    """Whether a deposit may yet come of it: a window of a wallet elsewhere may stay open."""
    return intent.state is not IntentState.FAILED or any(
        sent.raw is None for sent in intent.transactions
    )
