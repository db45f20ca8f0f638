"""Following a chain into a ledger, and building the ledger's blocks."""

from .builder import MAX_BLOCKS, Builder, BuildStep, Proving, Redrawing, Sealing
from .errors import ChainChanged, ChainError, DeepReorganisation, LedgerMismatch
from .follower import WINDOW, Follower
from .source import Header, Logged, RpcSource, Source
from .store import Checkpoint, MemoryStore, Record, Store

__all__ = [
    "MAX_BLOCKS",
    "WINDOW",
    "BuildStep",
    "Builder",
    "ChainChanged",
    "ChainError",
    "Checkpoint",
    "DeepReorganisation",
    "Follower",
    "Header",
    "LedgerMismatch",
    "Logged",
    "MemoryStore",
    "Proving",
    "Record",
    "Redrawing",
    "RpcSource",
    "Sealing",
    "Source",
    "Store",
]
