"""Relaying: requests come in, are checked and kept, and go out in batches (protocol §5.1, §7)."""

from .checks import Checks, Rules
from .intake import Intake
from .quotes import QuoteBoard, QuotePolicy
from .relayer import Relayer, RelayPolicy
from .store import Batch, RequestStore

__all__ = [
    "Batch",
    "Checks",
    "Intake",
    "QuoteBoard",
    "QuotePolicy",
    "RelayPolicy",
    "Relayer",
    "RequestStore",
    "Rules",
]
