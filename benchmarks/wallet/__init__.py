"""How long a wallet reads and scans, how that grows, and how soon it is there again and acts.

A node in a process of its own serves a synthetic ledger, as in `benchmarks.node`; the wallet is a
process of its own, too. Only the chain is none: its answers are at hand at once.
"""

from collections.abc import Mapping

from benchmarks.figures import Figures
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys

from . import acting, syncing


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Measure what wallets do, and how they read ledgers of each size."""
    acting.measure(figures, teller, keys)
    syncing.measure(figures, teller, keys)
