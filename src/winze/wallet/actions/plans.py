"""What a transfer would do, worked out before anything is proved or sent."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from winze.protocol import Timestamp, Wei
from winze.wire import Quote

from ..choosing import worth
from ..holdings import OwnNote
from ..journal import IntentKind
from ..spending import Payment


class FeeSource(StrEnum):
    """What pays a fee, in the order in which it is asked to (protocol §7)."""

    REST = "what is left in the session's account"
    MAIN = "the main account"
    PRINCIPAL = "the amount itself"
    NOBODY = "nobody: the connected wallet sends it, and pays its gas"


@dataclass(frozen=True)
class TransferPlan:
    """One transfer, and why it looks so."""

    kind: IntentKind
    account: int
    """The account that it is about."""
    inputs: tuple[OwnNote, ...]
    """The one or two notes that it spends."""
    payment: Payment
    change: int
    """The account that gets what is left."""
    source: FeeSource
    """What pays the relayer."""
    kept_back: Wei = Wei(0)  # noqa: RUF009 - immutable
    """What stays in the session's account for its claim's fee, in wei."""
    quote: Quote | None = None
    """What the fee was taken from; None where no relayer is paid."""
    onward: int | None = None
    """The mining account of a redeposit's new session."""
    deposit_number: int | None = None
    """Which of that account's deposits it makes."""

    def at(self, not_before: Timestamp, deadline: Timestamp) -> Self:
        """It, executed between these times."""
        payment = replace(self.payment, not_before=not_before, deadline=deadline)
        return replace(self, payment=payment)

    @property
    def left(self) -> Wei:
        """What comes back as change, in wei."""
        return Wei(worth(self.inputs) - self.payment.total)
