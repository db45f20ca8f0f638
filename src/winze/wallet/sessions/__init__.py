"""Mining sessions as a person sees them, derived from the chain and the journal alone."""

from .accounts import AccountInfo, accounts, next_account
from .derive import derive
from .fees import coverable
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

__all__ = [
    "AccountInfo",
    "Button",
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
    "next_account",
    "portfolio",
]
