"""From an intent to the plan that carries it out, and back."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from winze.protocol import PrivateAddress, Timestamp
from winze.wire import RequestState, RequestStatus

from ..errors import FeeRisen, NotPossible
from ..journal import Intent, IntentKind
from .planner import Planner
from .plans import TransferPlan

_ID_BYTES: Final = 16

_UNCONFIRMED: Final = frozenset({IntentKind.CLAIM, IntentKind.MERGE})
"""What follows from something that was confirmed, and is not confirmed itself."""


def new_id() -> str:
    """An intent's id, drawn at random."""
    return secrets.token_hex(_ID_BYTES)


def new_intent(kind: IntentKind, now: Timestamp, **fields: Any) -> Intent:
    """A new intent with a random id; `fields` are those of `Intent`."""
    return Intent(new_id(), kind, now, **fields)


def told_by(plan: TransferPlan) -> dict[str, Any]:
    """What of a plan its intent holds."""
    return {
        "amount": plan.payment.amount or plan.payment.sent,
        "fee": plan.payment.fee,
        "onward": plan.onward,
        "deposit_number": plan.deposit_number,
    }


def plan_of(intent: Intent, planner: Planner, prefix: str) -> TransferPlan | None:
    """How `intent` is carried out now; None for a claim that nobody is paid for.

    Args:
        intent: What is meant.
        planner: What the wallet holds, and what a relayer asks.
        prefix: What the network's private addresses begin with.

    Raises:
        NotPossible: the state of things does not allow it.
        InsufficientNotes: it takes more than there is.
    """
    plan = _PLANS.get(intent.kind)
    if plan is None:
        raise NotPossible(f"{intent.kind} is not carried out by a transfer")
    return plan(planner, intent, prefix)


_Plan = Callable[[Planner, Intent, str], TransferPlan | None]

_PLANS: Final[Mapping[IntentKind, _Plan]] = {
    IntentKind.WITHDRAW: lambda p, i, _: p.withdraw(i.account, i.recipient, i.rewards),
    IntentKind.CANCEL: lambda p, i, _: p.cancel(i.account, i.recipient),
    IntentKind.REDEPOSIT: lambda p, i, _: p.redeposit(
        i.account, i.onward or 0, i.deposit_number or 0, i.rewards
    ),
    IntentKind.CLAIM: lambda p, i, _: p.claim_fee(i.account),
    IntentKind.REST: lambda p, i, _: p.rest(i.account, i.recipient),
    IntentKind.SWEEP: lambda p, i, _: p.sweep(i.account),
    IntentKind.MOVE: lambda p, i, _: p.move(i.account, i.amount),
    IntentKind.MERGE: lambda p, _, __: p.merge(),
    IntentKind.TRANSFER_OUT: lambda p, i, _: p.transfer_out(i.amount, i.recipient),
    IntentKind.SEND: lambda p, i, prefix: p.send(
        i.amount, PrivateAddress.decode(i.private, prefix)
    ),
}


def require_confirmed(intent: Intent, plan: TransferPlan | None) -> None:
    """Refuse what costs more, or pays less, than was confirmed.

    Raises:
        FeeRisen: it does.
    """
    if plan is None or intent.kind in _UNCONFIRMED:
        return
    paid = plan.payment.amount or plan.payment.sent
    if plan.payment.fee > intent.fee or paid < intent.amount:
        raise FeeRisen(
            f"the fee has risen from the {intent.fee} wei that were confirmed to "
            f"{plan.payment.fee}, and {paid} of {intent.amount} wei would be paid: confirm it again"
        )


def waits_for(status: RequestStatus) -> tuple[str, Timestamp | None]:
    """For what a request waits that a relayer has accepted."""
    match status.state:
        case RequestState.RECEIVED if status.not_before:
            return "its time", status.not_before
        case RequestState.RECEIVED:
            return "the relayer's batch", None
        case RequestState.SENT:
            return "the chain block that executes it", None
        case _:
            return "the block's confirmations", None
