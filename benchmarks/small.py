"""Small things that are done very often."""

from collections.abc import Mapping
from timeit import Timer
from typing import Final

from benchmarks.figures import Figures
from benchmarks.statements import memos
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys
from winze.protocol import Field, ViewingKey, keccak, keccak_field, open_memos, poseidon

_REPEATS: Final = 9
_HASHES: Final = 2_000
_MEMOS: Final = 500


def measure(figures: Figures, teller: Teller, _: Mapping[Circuit, CircuitKeys]) -> None:
    """Measure one hash of two elements, and opening a transfer's memos."""
    teller.tell("hashes and memos")
    left, right = keccak_field(b"left"), keccak_field(b"right")
    viewing = ViewingKey(keccak(b"viewing"))
    sealed = memos(viewing)

    def hash_two() -> Field:
        return poseidon(left, right)

    def open_both() -> object:
        return open_memos(sealed, viewing)

    for name, timer, number in (
        ("poseidon.2.seconds", Timer(hash_two), _HASHES),
        ("memos.open.seconds", Timer(open_both), _MEMOS),
    ):
        figures.add(name, *(total / number for total in timer.repeat(_REPEATS, number)))
