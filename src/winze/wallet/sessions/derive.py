"""A wallet's sessions, worked out anew from what the chain and the journal say.

Pure: no clock, no I/O. All time is the chain's, up to which the holdings were read.
"""

from collections.abc import Sequence

from winze.protocol import EthAddress, Seconds, Timestamp, Wei

from ..choosing import worth
from ..holdings import Holdings
from ..journal import Intent, IntentKind
from .facts import Facts, Known
from .fees import top_ups
from .offers import offers
from .rewards import estimate, rewards_address
from .session import (
    UNFINISHED_CLAIM,
    UNPAID_FEE,
    Button,
    Offer,
    Session,
    SessionState,
    Terms,
)
from .states import state_of
from .timeline import timeline
from .waiting import waits_for


def derive(holdings: Holdings, intents: Sequence[Intent], terms: Terms) -> list[Session]:
    """The sessions of a wallet, the newest first.

    Args:
        holdings: What the chain tells.
        intents: What the journal says, the oldest first; what it does not say is named as lost.
        terms: The network, and what a claim and a transfer cost now.
    """
    known = Known(holdings, intents, terms)
    sessions = [_session(facts) for facts in known.facts()]
    return sorted(sessions, key=lambda each: (each.begun_at, each.number), reverse=True)


def _session(facts: Facts) -> Session:
    holdings, state = facts.known.holdings, state_of(facts)
    amount = _amount(facts)
    paid, destination, onward = _payment(facts)
    payee = destination if facts.spend else None
    shown = tuple(offers(facts, state, payee))
    rewards, lost = rewards_address(facts)
    itx, final = estimate(facts, amount)
    return Session(
        number=facts.number,
        amount=amount,
        state=state,
        message=_message(state, shown),
        waits_for=waits_for(facts, state),
        buttons=shown,
        timeline=tuple(timeline(facts, state)),
        begun_at=_begun_at(facts),
        deposited=facts.note.happened if facts.note else None,
        maturity=facts.maturity,
        remaining=_remaining(facts),
        withdrawn=facts.spend.happened if facts.spend else None,
        withdrawn_amount=paid,
        destination=destination,
        onward=onward,
        rewards=rewards,
        estimate=itx,
        final=final,
        claimed=facts.claim.happened if facts.claim else None,
        minted=facts.claim.minted if facts.claim else None,
        rest=worth(facts.known.free(facts.number)),
        withdrawable=holdings.withdrawable.get(payee, Wei(0)) if payee else Wei(0),
        top_ups=top_ups(facts),
        lost=lost,
    )


def _amount(facts: Facts) -> Wei:
    if facts.note is not None:
        return facts.note.note.value
    return facts.beginning.amount if facts.beginning else Wei(0)


def _begun_at(facts: Facts) -> Timestamp:
    if facts.note is not None:
        return facts.note.happened.timestamp
    return facts.beginning.created_at if facts.beginning else facts.now


def _remaining(facts: Facts) -> Seconds | None:
    if facts.maturity is None or facts.spend is not None:
        return None
    return Seconds(max(0, facts.maturity - facts.now))


def _payment(facts: Facts) -> tuple[Wei | None, EthAddress | None, int | None]:
    """What was paid out or is to be, to whom, or as which session it went on."""
    if facts.note is not None and facts.spend is not None:
        if facts.redeposited:
            return facts.spend.amount, None, facts.known.onwards.get(facts.note.position)
        return facts.spend.amount, facts.spend.recipient, None
    if facts.leaving is None:
        return None, None, None
    if facts.leaving.kind is IntentKind.REDEPOSIT:
        return facts.leaving.amount, None, facts.leaving.onward
    return facts.leaving.amount, facts.leaving.recipient, None


def _message(state: SessionState, shown: Sequence[Offer]) -> str:
    if state is SessionState.UNPAID_CLAIM_FEE:
        return UNPAID_FEE
    resumable = any(each.button is Button.CLAIM and each.enabled for each in shown)
    return UNFINISHED_CLAIM if resumable else ""
