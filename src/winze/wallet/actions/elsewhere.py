"""What another machine of the same wallet did meanwhile.

Two machines share nothing but the chain. Whoever presses a button on one, sees nothing of it on the
other, and presses it there too, means it once.
"""

from collections.abc import Iterable
from typing import Final

from winze.protocol import EthAddress

from ..holdings import Holdings, OwnSpend
from ..journal import Intent, IntentKind

DONE_ELSEWHERE: Final = (
    "another machine of this wallet did the same meanwhile, as far as the chain tells: look at the "
    "history, and begin anew if both were meant"
)
"""Why an intent failed that could have paid somebody twice."""

_FEES: Final = 3
"""How many times the confirmed fee another machine may have paid: its relayer asks its own."""


def is_done_elsewhere(intent: Intent, holdings: Holdings, intents: Iterable[Intent]) -> bool:
    """Whether a transfer of which this journal knows nothing did what `intent` is to do.

    Only transfers count that were executed after it was asked for: what was there before, its owner
    has seen.

    Args:
        intent: What is to be done. Only what pays somebody, or tops a session up, is looked for:
            the rest the chain itself does once, or it does no harm twice.
        holdings: What the chain tells.
        intents: The whole journal.
    """
    known = {out for each in intents for out in each.made}
    return any(
        spend.happened.timestamp > intent.created_at
        and spend.outs[0] not in known
        and _does_the_same(intent, spend)
        for spend in holdings.spends
    )


def _does_the_same(intent: Intent, spend: OwnSpend) -> bool:
    match intent.kind:
        case IntentKind.TRANSFER_OUT:
            return (spend.recipient, spend.amount) == (intent.recipient, intent.amount)
        case IntentKind.SEND:
            fee = spend.unaccounted - intent.amount
            return spend.recipient == EthAddress.zero() and 0 <= fee <= _FEES * intent.fee
        case IntentKind.MOVE:
            return any(
                (own.account.index, own.note.value) == (intent.account, intent.amount)
                for own in spend.outputs
            )
        case _:
            return False
