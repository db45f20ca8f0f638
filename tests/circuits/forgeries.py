"""Witnesses that must be refused, each beside the one rule that it breaks.

Every forgery breaks a single rule of its circuit: the circuit refuses it, and the same circuit
without that rule, or without a step that the rule relies on, accepts it. `test_refusals_*.py` show
the first, `test_rules.py` the second, and `test_statements.py` that no statement was forgotten.
"""

from tests.circuits.forged_blocks import BLOCKS
from tests.circuits.forged_claims import CLAIMS
from tests.circuits.forged_transfers import TRANSFERS
from tests.circuits.rules import Forgery
from winze.circuits import Circuit

FORGERIES: dict[Circuit, tuple[Forgery, ...]] = {
    Circuit.TRANSFER: TRANSFERS,
    Circuit.CLAIM: CLAIMS,
    Circuit.BLOCK: BLOCKS,
}
