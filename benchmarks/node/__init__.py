"""What an operator's node does in a second, what it holds, and how that grows with the ledger.

Nodes are processes of their own; see `prepared` for what they are asked, and `synthetic` for
ledgers of sizes that no private chain reaches in time.
"""

from collections.abc import Mapping

from benchmarks.figures import Figures
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys

from . import building, growing, index, intake


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Measure requests, blocks, the index, and how all grows."""
    for part in (intake, building, index, growing):
        part.measure(figures, teller, keys)
