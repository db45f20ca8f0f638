"""A session's timeline: what is behind it, what is under way, and what is to come."""

from collections.abc import Iterator

from winze.protocol import Timestamp

from ..holdings import Happened
from ..journal import Intent
from .facts import Facts
from .session import SessionState, Step, StepName, StepState

_LATER = StepState.TO_COME


def timeline(facts: Facts, state: SessionState) -> Iterator[Step]:
    """The steps of a session in this state; a canceled one has none that concern a reward."""
    yield _deposit(facts)
    yield _mining(facts)
    yield from _withdrawal(facts, state)
    if state is not SessionState.CANCELED:
        yield from _reward(facts)


def hash_of(happened: Happened | None) -> str:
    """The hash of the transaction behind it, in hex with 0x; empty where it did not happen."""
    return "" if happened is None else "0x" + happened.transaction.hex()


def hash_sent(intent: Intent | None) -> str:
    """The hash of the newest transaction that was sent for an intent; empty where none is known."""
    sent = () if intent is None else intent.transactions
    return next((each.hash for each in reversed(sent) if each.hash is not None), "")


def _deposit(facts: Facts) -> Step:
    state = StepState.NOW if facts.maturity is None else StepState.DONE
    if facts.note is not None:
        return _step(StepName.DEPOSIT_PROCESSING, state, facts.note.happened)
    return Step(StepName.DEPOSIT_PROCESSING, state, transaction=hash_sent(facts.beginning))


def _mining(facts: Facts) -> Step:
    if facts.note is None or facts.maturity is None:
        return Step(StepName.MINING, _LATER)
    locked = facts.spend is None and facts.now < facts.maturity
    began = facts.known.holdings.times.get(facts.note.position.block)
    return Step(StepName.MINING, StepState.NOW if locked else StepState.DONE, began)


def _withdrawal(facts: Facts, state: SessionState) -> Iterator[Step]:
    processing, completed = StepName.WITHDRAWAL_PROCESSING, StepName.WITHDRAWAL_COMPLETED
    if facts.spend is None:
        leaving = facts.leaving
        began = None if leaving is None else leaving.created_at
        now = _LATER if leaving is None else StepState.NOW
        yield Step(processing, now, began, hash_sent(leaving))
        yield Step(completed, _LATER)
    elif state is SessionState.WITHDRAWAL_PROCESSING:
        yield _step(processing, StepState.NOW, facts.spend.happened)
        yield Step(completed, _LATER)
    else:
        yield _step(processing, StepState.DONE, facts.spend.happened)
        yield _step(completed, StepState.DONE, facts.spend.happened)


def _reward(facts: Facts) -> Iterator[Step]:
    processing, completed = StepName.CLAIM_PROCESSING, StepName.CLAIM_COMPLETED
    claim = facts.claim
    if claim is None:
        waiting = bool(facts.earned)
        yield Step(processing, StepState.NOW if waiting else _LATER, _claimable(facts))
        yield Step(completed, _LATER)
        yield Step(StepName.ITX_SENT, _LATER)
        return
    yield Step(processing, StepState.DONE, _claimable(facts))
    yield _step(completed, StepState.DONE, claim.happened)
    if claim.minted is None:
        yield Step(StepName.ITX_SENT, StepState.NOW)
    else:
        yield _step(StepName.ITX_SENT, StepState.DONE, claim.minted)


def _claimable(facts: Facts) -> Timestamp | None:
    """The time of the withdrawal's block, which a claim has to show."""
    return facts.known.holdings.times.get(facts.spend.block) if facts.spend else None


def _step(name: StepName, state: StepState, happened: Happened) -> Step:
    return Step(name, state, happened.timestamp, hash_of(happened))
