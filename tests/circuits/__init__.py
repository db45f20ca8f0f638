"""Tests of the circuits, their keys and the prover."""
