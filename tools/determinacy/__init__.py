"""Is every signal of a circuit determined by its inputs? A check over the compiled constraints.

A constraint system may have more solutions than the program that computes witnesses shows: whatever
it leaves open, a prover chooses. `judge` derives, from the inputs on, every wire that has one value
at most, and what remains is to be argued by hand, or is a hole. docs/circuits.md says what remains.
"""

from .linear import Linear
from .system import Constraint, System, read_system
from .verdict import Verdict, follows, judge

__all__ = ["Constraint", "Linear", "System", "Verdict", "follows", "judge", "read_system"]
