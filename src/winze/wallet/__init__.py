"""A person's side: keys from a signature, notes from the chain, and what can be done with them."""

from .errors import (
    InsufficientNotes,
    JournalUnreadable,
    NodeBehind,
    NodeBusy,
    NodeLies,
    NodeMisbehaves,
    NodeRefused,
    NodeUnreachable,
    NoNode,
    NotDeterministic,
    NotSpendable,
    RowsUnreadable,
    WalletError,
    WrongSigner,
)
from .holdings import Happened, Holdings, OwnClaim, OwnNote, OwnSpend
from .identity import Identity, SignMessage, sign_in
from .journal import Intent, IntentKind, IntentState, Journal, SentTransaction
from .node_client import NodeClient, SyncState
from .notes import GAP_LIMIT, NoteFinder, maturity_of, spent_at
from .spending import Payment, Spender
from .view import Contract, LedgerView, Progress, RowSource, RowStore, Scanner, Step

__all__ = [
    "GAP_LIMIT",
    "Contract",
    "Happened",
    "Holdings",
    "Identity",
    "InsufficientNotes",
    "Intent",
    "IntentKind",
    "IntentState",
    "Journal",
    "JournalUnreadable",
    "LedgerView",
    "NoNode",
    "NodeBehind",
    "NodeBusy",
    "NodeClient",
    "NodeLies",
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
    "Progress",
    "RowSource",
    "RowStore",
    "RowsUnreadable",
    "Scanner",
    "SentTransaction",
    "SignMessage",
    "Spender",
    "Step",
    "SyncState",
    "WalletError",
    "WrongSigner",
    "maturity_of",
    "sign_in",
    "spent_at",
]
