"""What a session waits for by itself, in words."""

from typing import Final

from ..journal import IntentKind
from .facts import Facts
from .fees import Cover, cover, settles_in
from .session import SessionState


def waits_for(facts: Facts, state: SessionState) -> str:
    """What a session in this state waits for; empty where that is its owner, or nothing."""
    match state:
        case SessionState.DEPOSIT_PROCESSING:
            return _DEPOSIT if facts.note is None else _DEPOSIT_BLOCK
        case SessionState.WITHDRAWAL_PROCESSING:
            return _withdrawal(facts)
        case SessionState.CLAIM_PROCESSING:
            return _claim(facts)
        case SessionState.COMPLETED if facts.claim and facts.claim.minted is None:
            return _itx(facts)
    return _ALWAYS.get(state, "")


_ALWAYS: Final = {
    SessionState.MINING: "the end of its lock",
    SessionState.TOP_UP_PROCESSING: "the top-up to settle",
}
_DEPOSIT: Final = "its deposit to appear on the chain"
_DEPOSIT_BLOCK: Final = "its block to be sealed and proved"


def under_way(facts: Facts) -> bool:
    """Whether the claim is being made or handed over."""
    if facts.claiming is not None:
        return True
    planned = facts.live(IntentKind.CLAIM) is not None
    return planned and cover(facts) in {Cover.READY, Cover.UNKNOWN}


def how_long(facts: Facts) -> str:
    """How long a top-up takes to settle, as a sentence."""
    left = settles_in(facts)
    if left is None:
        interval = facts.known.terms.network.profile.seal_interval
        return f"The top-up waits for its transaction; it settles about {interval:d} s after that."
    if left == 0:
        return "The top-up settles as soon as its block is proved."
    return f"The top-up's block is due in {left:d} s and proved soon after."


def _withdrawal(facts: Facts) -> str:
    if facts.spend is not None:
        return "the withdrawal's block to be proved: its time decides whether a reward is due"
    if facts.leaving is not None and facts.leaving.not_before > facts.now:
        return "the time that was chosen for the withdrawal"
    return "the withdrawal to be executed"


def _itx(facts: Facts) -> str:
    if facts.day_closes is not None and facts.now >= facts.day_closes:
        return "its ITX to be sent, now that its day is over"
    return "the close of the day, when its ITX is sent"


def _claim(facts: Facts) -> str:
    if not facts.spend_proved:
        return "the withdrawal's block to be proved"
    if facts.claiming is not None and facts.claiming.not_before > facts.now:
        return "the time that was chosen for the claim"
    if facts.claiming is not None:
        return "the claim to be executed"
    if under_way(facts):
        return "the claim to be made"
    if cover(facts) is Cover.COMING:
        return "what pays the claim's fee to be proved"
    return ""
