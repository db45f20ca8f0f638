"""Following a chain into a ledger, and building the ledger's blocks."""

from .builder import Builder, BuildStep, Proving, Redrawing, Sealing
from .errors import ChainChanged, ChainError, DeepReorganisation, LedgerMismatch
from .follower import Follower
from .source import Header, RpcSource, Source
from .store import Checkpoint, MemoryStore, Record, Store

__all__ = [
    "BuildStep",
    "Builder",
    "ChainChanged",
    "ChainError",
    "Checkpoint",
    "DeepReorganisation",
    "Follower",
    "Header",
    "LedgerMismatch",
    "MemoryStore",
    "Proving",
    "Record",
    "Redrawing",
    "RpcSource",
    "Sealing",
    "Source",
    "Store",
]
