"""What a wallet knows of the network: rows from nodes, held against the contract, and kept."""

from .inners import GAP_LIMIT
from .progress import Progress, Report, Task, silent
from .scanner import Scanner
from .sources import Contract, RowSource
from .store import FoundClaim, RowStore
from .view import LedgerView

__all__ = [
    "GAP_LIMIT",
    "Contract",
    "FoundClaim",
    "LedgerView",
    "Progress",
    "Report",
    "RowSource",
    "RowStore",
    "Scanner",
    "Task",
    "silent",
]
