"""Mining sessions as a person sees them, derived from the chain and the journal alone."""

from .accounts import AccountInfo, accounts, next_account
from .derive import derive
from .fees import coverable
from .history import EntryKind, HistoryEntry, history
from .portfolio import Portfolio, portfolio
from .session import (
    Button,
    Offer,
    Session,
    SessionState,
    Step,
    StepName,
    StepState,
    Terms,
)
from .spreadsheet import to_csv

__all__ = [
    "AccountInfo",
    "Button",
    "EntryKind",
    "HistoryEntry",
    "Offer",
    "Portfolio",
    "Session",
    "SessionState",
    "Step",
    "StepName",
    "StepState",
    "Terms",
    "accounts",
    "coverable",
    "derive",
    "history",
    "next_account",
    "portfolio",
    "to_csv",
]
