"""A person's side: keys from a signature, notes from the chain, and what can be done with them."""

from .connection import Connection, Eip1193, ExternalConnection, LocalConnection
from .errors import (
    Declined,
    InsufficientNotes,
    JournalUnreadable,
    NodeBusy,
    NodeMisbehaves,
    NodeRefused,
    NodeUnreachable,
    NotDeterministic,
    NotSpendable,
    ProviderError,
    WalletError,
    WrongSigner,
)
from .holdings import Happened, Holdings, OwnClaim, OwnNote, OwnSpend
from .identity import Identity, SignMessage, sign_in
from .journal import Intent, IntentKind, IntentState, Journal, SentTransaction
from .node_client import NodeClient, SyncState
from .notes import GAP_LIMIT, NoteFinder, maturity_of, spent_at
from .spending import Payment, Spender

__all__ = [
    "GAP_LIMIT",
    "Connection",
    "Declined",
    "Eip1193",
    "ExternalConnection",
    "Happened",
    "Holdings",
    "Identity",
    "InsufficientNotes",
    "Intent",
    "IntentKind",
    "IntentState",
    "Journal",
    "JournalUnreadable",
    "LocalConnection",
    "NodeBusy",
    "NodeClient",
    "NodeMisbehaves",
    "NodeRefused",
    "NodeUnreachable",
    "NotDeterministic",
    "NotSpendable",
    "NoteFinder",
    "OwnClaim",
    "OwnNote",
    "OwnSpend",
    "Payment",
    "ProviderError",
    "SentTransaction",
    "SignMessage",
    "Spender",
    "SyncState",
    "WalletError",
    "WrongSigner",
    "maturity_of",
    "sign_in",
    "spent_at",
]
