"""What the chain says of a request: executed, for ever impossible, or still open."""

from enum import Enum, auto

from winze.protocol import Field
from winze.wire import RelayRequest

from ..holdings import Holdings
from ..journal import Intent
from .workshop import spent_by


class Outcome(Enum):
    """What became of a request, as far as the chain tells."""

    OPEN = auto()
    """It may still be executed, by anybody who has it."""
    EXECUTED = auto()
    """It was executed; where it is a claim, the claim counted, whoever made it."""
    TAKEN = auto()
    """Another transfer spent one of its notes: it never will be."""
    EXPIRED = auto()
    """Its deadline is over: it never will be."""
    VOID = auto()
    """The chain has taken back the notes that it spends: it never will be."""


def outcome_of(intent: Intent, holdings: Holdings) -> Outcome | None:
    """What became of all requests that were ever made for `intent`; None where none was."""
    if any(spend.outs[0] in intent.earlier for spend in holdings.spends):
        return Outcome.EXECUTED
    return None if intent.request is None else outcome(intent.request, holdings)


def outcome(request: RelayRequest, holdings: Holdings) -> Outcome:
    """What became of `request`."""
    claim, transfer = request.claim, request.transfer
    if claim is not None and Field(claim.claim_id) in holdings.claims:
        return Outcome.EXECUTED
    if transfer is not None:
        outs = Field(transfer.out1), Field(transfer.out2)
        if claim is None and any(spend.outs == outs for spend in holdings.spends):
            return Outcome.EXECUTED
        spent = spent_by(request, holdings)
        if not spent:
            return Outcome.VOID
        if any(holdings.spend_of(own) for own in spent):
            return Outcome.TAKEN
    # The chain's time never falls, so what comes after the last block that was read is too late.
    if any(part.deadline and part.deadline < holdings.now for part in request.parts):
        return Outcome.EXPIRED
    return Outcome.OPEN
