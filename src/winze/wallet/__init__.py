"""A person's side: keys from a signature, notes from the chain, and what can be done with them."""

from .errors import (
    InsufficientNotes,
    NodeBusy,
    NodeMisbehaves,
    NodeRefused,
    NodeUnreachable,
    NotDeterministic,
    NotSpendable,
    WalletError,
    WrongSigner,
)
from .identity import Identity, SignMessage, sign_in
from .node_client import NodeClient, SyncState
from .notes import GAP_LIMIT, NoteFinder, OwnNote, maturity_of, spent_at
from .spending import Payment, Spender

__all__ = [
    "GAP_LIMIT",
    "Identity",
    "InsufficientNotes",
    "NodeBusy",
    "NodeClient",
    "NodeMisbehaves",
    "NodeRefused",
    "NodeUnreachable",
    "NotDeterministic",
    "NotSpendable",
    "NoteFinder",
    "OwnNote",
    "Payment",
    "SignMessage",
    "Spender",
    "SyncState",
    "WalletError",
    "WrongSigner",
    "maturity_of",
    "sign_in",
    "spent_at",
]
