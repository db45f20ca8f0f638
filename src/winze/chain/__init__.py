"""Following a chain into a ledger, and building the ledger's blocks."""

from .builder import (
    MAX_BLOCKS,
    Builder,
    BuildStep,
    CallSender,
    Proving,
    Redrawing,
    Sealing,
    is_overtaken,
)
from .errors import (
    ChainChanged,
    ChainError,
    DeepReorganisation,
    LedgerMismatch,
    ModelMismatch,
    NotReplayable,
)
from .follower import MANY, PIECE, WINDOW, Follower
from .mirror import Finding, Mirror
from .replayed import Replayed, Settled
from .source import Header, Logged, RpcSource, Source
from .store import MemoryStore, Record, Store
from .survey import Survey

__all__ = [
    "MANY",
    "MAX_BLOCKS",
    "PIECE",
    "WINDOW",
    "BuildStep",
    "Builder",
    "CallSender",
    "ChainChanged",
    "ChainError",
    "DeepReorganisation",
    "Finding",
    "Follower",
    "Header",
    "LedgerMismatch",
    "Logged",
    "MemoryStore",
    "Mirror",
    "ModelMismatch",
    "NotReplayable",
    "Proving",
    "Record",
    "Redrawing",
    "Replayed",
    "RpcSource",
    "Sealing",
    "Settled",
    "Source",
    "Store",
    "Survey",
    "is_overtaken",
]
