"""What a confirmation shows: an action of which nothing has happened yet, and when it is to."""

from dataclasses import dataclass, field
from enum import Enum

from winze.protocol import Timestamp, Wei

from ..journal import Intent
from ..privacy import PrivacyWarning
from .deposit_plans import DepositPlan
from .plans import FeeSource, TransferPlan


class When(Enum):
    """When a request is executed, other than at a time of one's own."""

    NOW = "now"
    LATER = "later"
    """At a random whole hour of the next 24: recommended."""


Time = When | Timestamp
"""When something is executed: a moment of one's own becomes the whole hour at or after it."""


@dataclass(frozen=True)
class Proposal:
    """An action to be confirmed; see `Wallet.begin`."""

    intent: Intent
    """What would be written down."""
    warnings: tuple[PrivacyWarning, ...] = ()
    """What its owner should think about first."""
    alike: int | None = None
    """Among how many deposits of the same amount, one's own included, a withdrawal hides."""
    merges: int = 0
    """How many transfers have to merge notes first, each at a transfer's fee."""
    transfer: TransferPlan | None = field(default=None, repr=False)
    """How it is carried out, where a proof does it."""
    deposit: DepositPlan | None = field(default=None, repr=False)
    """How it is carried out, where the connected wallet deposits."""

    @property
    def amount(self) -> Wei:
        """What is deposited, paid or moved."""
        return self.intent.amount

    @property
    def fee(self) -> Wei:
        """What the relayer takes; for a deposit, what the network likely takes."""
        return self.deposit.cost.likely if self.deposit is not None else self.intent.fee

    @property
    def fee_source(self) -> FeeSource | None:
        """What pays the relayer; None where none is paid."""
        return None if self.transfer is None else self.transfer.source
