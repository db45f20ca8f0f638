"""What a person can do, each thing planned, journalled, carried out, and resumed."""

from .deposits import Deposits
from .desk import Desk, Offer
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
from .plans import FeeSource, TransferPlan
from .proposal import Proposal, Time, When
from .proposals import Proposals
from .sending import Sending
from .timing import Calendar
from .transfers import Transfers
from .workshop import Workshop

__all__ = [
    "Asking",
    "Calendar",
    "Carrier",
    "Deposits",
    "Desk",
    "Driver",
    "Event",
    "Failed",
    "FeeSource",
    "Finished",
    "HandedOver",
    "Offer",
    "OwnTransactions",
    "Planned",
    "Proposal",
    "Proposals",
    "Proving",
    "Sending",
    "Time",
    "TransferPlan",
    "Transfers",
    "Waiting",
    "When",
    "Workshop",
    "told_of",
]
