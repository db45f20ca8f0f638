"""The index: what was read of the chain, remembered in the database and asked for there."""

from .found import FoundClaim, FoundTransfer, PeriodRewards, Statistics
from .index import Index
from .store import SqlStore

__all__ = ["FoundClaim", "FoundTransfer", "Index", "PeriodRewards", "SqlStore", "Statistics"]
