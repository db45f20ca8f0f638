"""A proof holds for its public signals and for no others."""

from collections.abc import Sequence

from winze.circuits import CircuitProver, Proof
from winze.protocol import FIELD_ORDER


def assert_proves_nothing_else(prover: CircuitProver, public: Sequence[int], proof: Proof) -> None:
    """Every signal moved by one, or by the field's order, makes the proof worthless."""
    assert prover.verify(public, proof)
    for i, signal in enumerate(public):
        for other in ((signal + 1) % FIELD_ORDER, signal + FIELD_ORDER):
            assert not prover.verify([*public[:i], other, *public[i + 1 :]], proof), f"signal {i}"
