"""The index: what was read of the chain, remembered in a database and asked for there."""

from .database import (
    Address,
    Hash,
    Number,
    Uint256,
    WeiAmount,
    metadata,
    migrate,
    open_database,
    reading,
    writing,
)
from .errors import DatabaseError, DatabaseFailed, DatabaseTooNew
from .found import FoundClaim, FoundTransfer, PeriodRewards, Statistics
from .index import Index
from .store import SqlStore

__all__ = [
    "Address",
    "DatabaseError",
    "DatabaseFailed",
    "DatabaseTooNew",
    "FoundClaim",
    "FoundTransfer",
    "Hash",
    "Index",
    "Number",
    "PeriodRewards",
    "SqlStore",
    "Statistics",
    "Uint256",
    "WeiAmount",
    "metadata",
    "migrate",
    "open_database",
    "reading",
    "writing",
]
