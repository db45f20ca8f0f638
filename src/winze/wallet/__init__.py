"""A person's side: keys from a signature, notes from the chain, and what can be done with them."""

from .errors import (
    InsufficientNotes,
    JournalUnreadable,
    NodeBusy,
    NodeMisbehaves,
    NodeRefused,
    NodeUnreachable,
    NotDeterministic,
    NotSpendable,
    WalletError,
    WalletFull,
    WrongSigner,
)
from .holdings import Happened, Holdings, OwnClaim, OwnNote, OwnSpend
from .identity import Identity, SignMessage, sign_in
from .journal import Intent, IntentKind, IntentState, Journal, SentTransaction
from .node_client import NodeClient, SyncState
from .notes import GAP_LIMIT, NoteFinder, maturity_of, spent_at
from .sessions import (
    AccountInfo,
    Button,
    Offer,
    Portfolio,
    Session,
    SessionState,
    Step,
    StepName,
    StepState,
    Terms,
)
from .spending import Payment, Spender

__all__ = [
    "GAP_LIMIT",
    "AccountInfo",
    "Button",
    "Happened",
    "Holdings",
    "Identity",
    "InsufficientNotes",
    "Intent",
    "IntentKind",
    "IntentState",
    "Journal",
    "JournalUnreadable",
    "NodeBusy",
    "NodeClient",
    "NodeMisbehaves",
    "NodeRefused",
    "NodeUnreachable",
    "NotDeterministic",
    "NotSpendable",
    "NoteFinder",
    "Offer",
    "OwnClaim",
    "OwnNote",
    "OwnSpend",
    "Payment",
    "Portfolio",
    "SentTransaction",
    "Session",
    "SessionState",
    "SignMessage",
    "Spender",
    "Step",
    "StepName",
    "StepState",
    "SyncState",
    "Terms",
    "WalletError",
    "WalletFull",
    "WrongSigner",
    "maturity_of",
    "sign_in",
    "spent_at",
]
