"""The state table of docs/flows.md."""

from .facts import Facts
from .fees import Cover, cover
from .session import SessionState


def state_of(facts: Facts) -> SessionState:
    """The state that chain and journal put a session in."""
    if facts.maturity is None:
        return SessionState.DEPOSIT_PROCESSING
    if facts.spend is None:
        return _unspent(facts, matured=facts.now >= facts.maturity)
    if facts.claim is not None:
        return SessionState.COMPLETED
    if facts.earned is None:
        return SessionState.WITHDRAWAL_PROCESSING
    return _unclaimed(facts) if facts.earned else SessionState.CANCELED


def _unspent(facts: Facts, *, matured: bool) -> SessionState:
    if facts.leaving is not None:
        return SessionState.WITHDRAWAL_PROCESSING
    return SessionState.READY if matured else SessionState.MINING


def _unclaimed(facts: Facts) -> SessionState:
    if not facts.spend_proved or facts.claiming is not None:
        return SessionState.CLAIM_PROCESSING
    match cover(facts):
        case Cover.NOTHING:
            return SessionState.UNPAID_CLAIM_FEE
        case Cover.TOPPING_UP:
            return SessionState.TOP_UP_PROCESSING
        case _:
            return SessionState.CLAIM_PROCESSING
