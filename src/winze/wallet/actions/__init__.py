"""What a person can do, each thing planned, journalled, carried out, and resumed."""

from .advice import Adviser
from .building import Building, Builds, BuildWaiting
from .deposit_plans import Cost, DepositPlan
from .deposits import Deposits
from .desk import Desk, Offer
from .distributions import Distributions
from .driver import Carrier, Driver
from .events import (
    Asking,
    Event,
    Failed,
    Finished,
    HandedOver,
    Planned,
    Proving,
    Waiting,
    told_of,
)
from .own import OwnTransactions
from .payouts import Payouts
from .permits import PermitSource
from .plans import FeeSource, TransferPlan
from .proposal import Proposal, Time, When
from .proposals import Proposals
from .sending import Sending
from .timing import Calendar
from .transfers import Transfers
from .turns import Turns
from .workshop import Workshop

__all__ = [
    "Adviser",
    "Asking",
    "BuildWaiting",
    "Building",
    "Builds",
    "Calendar",
    "Carrier",
    "Cost",
    "DepositPlan",
    "Deposits",
    "Desk",
    "Distributions",
    "Driver",
    "Event",
    "Failed",
    "FeeSource",
    "Finished",
    "HandedOver",
    "Offer",
    "OwnTransactions",
    "Payouts",
    "PermitSource",
    "Planned",
    "Proposal",
    "Proposals",
    "Proving",
    "Sending",
    "Time",
    "TransferPlan",
    "Transfers",
    "Turns",
    "Waiting",
    "When",
    "Workshop",
    "told_of",
]
