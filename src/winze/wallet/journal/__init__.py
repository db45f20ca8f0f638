"""What a wallet means to do, written down before anything leaves the machine."""

from .intent import (
    DEPOSITS,
    OF_A_DEPOSIT,
    TRANSFERS,
    Intent,
    IntentKind,
    IntentState,
    SentTransaction,
)
from .journal import Journal

__all__ = [
    "DEPOSITS",
    "OF_A_DEPOSIT",
    "TRANSFERS",
    "Intent",
    "IntentKind",
    "IntentState",
    "Journal",
    "SentTransaction",
]
