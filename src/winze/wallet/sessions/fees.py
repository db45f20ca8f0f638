"""What pays for a session's claim, and what is on its way to it (protocol §7)."""

from collections.abc import Sequence
from enum import Enum, auto

from winze.protocol import MAIN_ACCOUNT, Seconds, Wei

from ..choosing import covering, mergeable
from ..holdings import OwnNote
from ..journal import Intent
from .facts import TOPPING_UP, Facts
from .session import Terms


class Cover(Enum):
    """How a claim's fee stands."""

    UNKNOWN = auto()
    """Nobody quoted one."""
    READY = auto()
    """The wallet's notes cover it."""
    TOPPING_UP = auto()
    """They do not, and a top-up is on its way."""
    COMING = auto()
    """They will, with what is not proved yet or comes back from a request on its way."""
    NOTHING = auto()
    """They do not."""


def cover(facts: Facts) -> Cover:
    """How the fee of the session's claim stands."""
    known, terms = facts.known, facts.known.terms
    if terms.claim_fee is None:
        return Cover.UNKNOWN
    own, main = known.free(facts.number), known.free(MAIN_ACCOUNT)
    if coverable(_unpromised(facts, own), _unpromised(facts, main), terms):
        return Cover.READY
    if pending(facts) or any(_is_top_up(facts, each) for each in _coming(facts, facts.number)):
        return Cover.TOPPING_UP
    own, main = (
        [*notes, *_coming(facts, account)]
        for notes, account in ((own, facts.number), (main, MAIN_ACCOUNT))
    )
    return Cover.COMING if coverable(own, main, terms) else Cover.NOTHING


def coverable(session: Sequence[OwnNote], main: Sequence[OwnNote], terms: Terms) -> bool:
    """Whether these notes can pay a claim's fee, at once or after the main account's are merged.

    Args:
        session: Notes of the session's account.
        main: Notes of the main account.
        terms: What a claim and a merging cost; a fee that is not known counts as none.
    """
    fee = terms.claim_fee or Wei(0)
    if fee == 0 or covering([session, main], fee) is not None:
        return True
    return mergeable(main, fee, terms.transfer_fee or Wei(0)) is not None


def _unpromised(facts: Facts, notes: Sequence[OwnNote]) -> Sequence[OwnNote]:
    promised = facts.known.promised
    return [own for own in notes if own.nullifier not in promised] if promised else notes


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
    if intent.deposit_number is None:
        return False
    notes = facts.known.holdings.of_account(facts.number)
    return any(own.number == intent.deposit_number for own in notes)


def _coming(facts: Facts, account: int) -> list[OwnNote]:
    holdings = facts.known.holdings
    return [
        own
        for own in holdings.of_account(account)
        if own.position.block >= holdings.proved
        and holdings.spend_of(own) is None
        and not holdings.mines(own)
    ]


def _is_top_up(facts: Facts, own: OwnNote) -> bool:
    """Whether a note in a mining account was brought there, and is not what a transfer left."""
    if own.number is not None:
        return True
    moves = facts.known.moves.get(facts.number, ())
    return any(own.position == out.position for spend in moves for out in spend.outputs)
