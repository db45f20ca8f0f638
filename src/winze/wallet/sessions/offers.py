"""The table of buttons of docs/flows.md, and why one cannot be pressed."""

from collections.abc import Iterator
from typing import Final

from winze.protocol import EthAddress, Seconds

from ..choosing import INPUTS
from ..journal import IntentKind
from .facts import SPENDING, Facts
from .fees import Cover, cover
from .session import (
    CLAIMING,
    PROVING,
    SENDING_ITX,
    SYNC_WITHDRAWALS,
    Button,
    Offer,
    SessionState,
)
from .waiting import how_long, under_way

PATIENCE: Final = Seconds(60)
"""How long after a block was due its proof may take before the network counts as slow."""

WHILES: Final = 24
"""The ITX of a closed day counts as late after one part in so many of another day."""

_UNCLAIMED: Final = (
    SessionState.CLAIM_PROCESSING,
    SessionState.UNPAID_CLAIM_FEE,
    SessionState.TOP_UP_PROCESSING,
)


def offers(facts: Facts, state: SessionState, destination: EthAddress | None) -> Iterator[Offer]:
    """The buttons of a session in this state, in the order of the table.

    Args:
        facts: What is known of it.
        state: Its state.
        destination: Whom its withdrawal paid; None where it paid nobody.
    """
    match state:
        case SessionState.DEPOSIT_PROCESSING:
            yield from _prove(facts)
        case SessionState.MINING:
            yield Offer(Button.CANCEL, _being_prepared(facts))
        case SessionState.READY:
            why_not = _being_prepared(facts)
            full = "All mining accounts of this wallet are used." if facts.known.full else ""
            yield Offer(Button.WITHDRAW, why_not)
            yield Offer(Button.REDEPOSIT, why_not or full)
        case _ if state in _UNCLAIMED:
            yield from _top_up(facts, state)
            yield _claim(facts, state)
        case SessionState.COMPLETED | SessionState.CANCELED:
            yield from _distribute(facts)
            yield from _rest(facts)
    yield from _withdraw_eth(facts, destination)
    if state is SessionState.COMPLETED:
        yield Offer(Button.BACKUP)


def _prove(facts: Facts) -> Iterator[Offer]:
    if facts.note is None:
        return
    due = facts.note.happened.timestamp + facts.known.terms.network.profile.seal_interval
    if facts.now >= due + PATIENCE:
        building = any(
            each.kind is IntentKind.BUILD and not each.state.over for each in facts.known.intents
        )
        yield Offer(Button.PROVE, busy=PROVING if building else "")


def _being_prepared(facts: Facts) -> str:
    if facts.live(*SPENDING) is None:
        return ""
    return "What was asked for is being prepared; nothing has left this machine yet."


def _top_up(facts: Facts, state: SessionState) -> Iterator[Offer]:
    if state is SessionState.UNPAID_CLAIM_FEE:
        yield Offer(Button.TOP_UP)
    elif state is SessionState.TOP_UP_PROCESSING:
        yield Offer(Button.TOP_UP, how_long(facts))


def _claim(facts: Facts, state: SessionState) -> Offer:
    match state:
        case SessionState.UNPAID_CLAIM_FEE:
            return Offer(Button.CLAIM, "Nothing covers the claim's fee: top up first.")
        case SessionState.TOP_UP_PROCESSING:
            return Offer(Button.CLAIM, how_long(facts))
    if not facts.spend_proved:
        return Offer(Button.CLAIM, "The block of the withdrawal is not proved yet.")
    if under_way(facts):
        return Offer(Button.CLAIM, busy=CLAIMING)
    if cover(facts) is Cover.COMING:
        return Offer(Button.CLAIM, "What pays the claim's fee is not proved yet.")
    return Offer(Button.CLAIM)


def _distribute(facts: Facts) -> Iterator[Offer]:
    closes = facts.day_closes
    if closes is None or facts.claim is None or facts.claim.minted is not None:
        return
    if facts.now >= closes + facts.known.terms.network.profile.period // WHILES:
        sending = facts.live(IntentKind.DISTRIBUTE) is not None
        yield Offer(Button.DISTRIBUTE, busy=SENDING_ITX if sending else "")


def _rest(facts: Facts) -> Iterator[Offer]:
    fee, notes = facts.known.terms.transfer_fee, facts.known.free(facts.number)
    largest = sorted((own.note.value for own in notes), reverse=True)[:INPUTS]
    if facts.live(IntentKind.REST, IntentKind.SWEEP) is not None:
        yield Offer(Button.REST, busy=SYNC_WITHDRAWALS)
    elif fee is None and largest:
        yield Offer(Button.REST, "The fee of a transfer is not known now.")
    elif fee is not None and sum(largest) > fee:
        yield Offer(Button.REST)


def _withdraw_eth(facts: Facts, destination: EthAddress | None) -> Iterator[Offer]:
    if destination is None or not facts.known.holdings.withdrawable.get(destination):
        return
    paying = any(
        each.kind is IntentKind.PAYOUT and each.recipient == destination and not each.state.over
        for each in facts.known.intents
    )
    yield Offer(Button.WITHDRAW_ETH, "The payout is on its way." if paying else "")
