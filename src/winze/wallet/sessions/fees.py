"""What pays for a session's claim, and what is on its way to it (protocol §7)."""

from collections.abc import Sequence
from enum import Enum, auto

from winze.protocol import MAIN_ACCOUNT, Seconds, Wei

from ..choosing import covering, worth
from ..holdings import OwnNote
from ..journal import Intent, IntentKind
from .facts import TOPPING_UP, Facts


class Cover(Enum):
    """How a claim's fee stands."""

    UNKNOWN = auto()
    """Nobody quoted one."""
    READY = auto()
    """The wallet's notes cover it."""
    TOPPING_UP = auto()
    """They do not, and a top-up is on its way."""
    COMING = auto()
    """They will, with what stands in blocks that are not proved yet."""
    NOTHING = auto()
    """They do not."""


def cover(facts: Facts) -> Cover:
    """How the fee of the session's claim stands."""
    fee = facts.known.terms.claim_fee
    if fee is None:
        return Cover.UNKNOWN
    own = list(facts.known.holdings.spendable(facts.number))
    if coverable(own, facts.known.main, fee):
        return Cover.READY
    if pending(facts) or any(_is_top_up(facts, each) for each in _coming(facts, facts.number)):
        return Cover.TOPPING_UP
    own += _coming(facts, facts.number)
    if coverable(own, [*facts.known.main, *_coming(facts, MAIN_ACCOUNT)], fee):
        return Cover.COMING
    return Cover.NOTHING


def coverable(session: Sequence[OwnNote], main: Sequence[OwnNote], fee: Wei) -> bool:
    """Whether these notes can pay a claim's fee, at once or after the main account's are merged."""
    return fee == 0 or covering([session, main], fee) is not None or worth(main) >= fee


def top_ups(facts: Facts) -> int:
    """How many top-ups the session had, those on their way included."""
    deposits = sum(
        own.number is not None and not own.note.mineable
        for own in facts.known.holdings.of_account(facts.number)
    )
    return deposits + len(facts.known.moves.get(facts.number, ())) + len(pending(facts))


def pending(facts: Facts) -> list[Intent]:
    """Top-ups of the session that the chain has not shown yet."""
    return [
        intent
        for intent in facts.known.of(facts.number)
        if intent.kind in TOPPING_UP and facts.known.live(intent) and not _arrived(facts, intent)
    ]


def settles_in(facts: Facts) -> Seconds | None:
    """Seconds until the block of a top-up is due; None while the chain has not shown the top-up."""
    seen = [own for own in _coming(facts, facts.number) if _is_top_up(facts, own)]
    if not seen:
        return None
    interval = facts.known.terms.network.profile.seal_interval
    due = max(own.happened.timestamp for own in seen) + interval
    return Seconds(max(0, due - facts.now))


def _arrived(facts: Facts, intent: Intent) -> bool:
    if intent.kind is IntentKind.TOP_UP:
        notes = facts.known.holdings.of_account(facts.number)
        return any(own.number == intent.deposit_number for own in notes if own.number is not None)
    if intent.request is None or intent.request.transfer is None:
        return False
    marks = {intent.request.transfer.nullifier1, intent.request.transfer.nullifier2}
    moves = facts.known.moves.get(facts.number, ())
    return any(own.nullifier in marks for spend in moves for own in spend.inputs)


def _coming(facts: Facts, account: int) -> list[OwnNote]:
    holdings = facts.known.holdings
    return [
        own
        for own in holdings.of_account(account)
        if own.position.block >= holdings.proved and holdings.spend_of(own) is None
    ]


def _is_top_up(facts: Facts, own: OwnNote) -> bool:
    """Whether a note in a mining account was brought there, and is not what a transfer left."""
    if own.number is not None:
        return not own.note.mineable
    moves = facts.known.moves.get(facts.number, ())
    return any(own.position == out.position for spend in moves for out in spend.outputs)
