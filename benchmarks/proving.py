"""How long proving and verifying take, on an idle machine with the keys loaded."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Final

from benchmarks.figures import Figures
from benchmarks.statements import example
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys, Prover, Witness

_PROOFS: Final = 9
_BLOCK_PROOFS: Final = 5
_PARALLEL: Final = 2
_VERIFICATIONS: Final = 100


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Measure one proof at a time, then two at once, then verifying."""
    statements, prover = example(), Prover(keys)
    subjects: tuple[tuple[Circuit, Witness, int], ...] = (
        (Circuit.TRANSFER, statements.transfer, _PROOFS),
        (Circuit.CLAIM, statements.claim, _PROOFS),
        (Circuit.BLOCK, statements.block, _BLOCK_PROOFS),
    )
    teller.tell("loading keys")
    prover.load(*Circuit)
    for circuit, witness, times in subjects:
        prover.prove(witness)  # the first one still fills caches
        with teller.counting(f"{circuit} proofs, one at a time", times) as count:
            for _ in range(times):
                figures.add(f"prove.{circuit}.seconds", _seconds(prover.prove, witness))
                count()
    _parallel(figures, teller, prover, statements.block)
    _verifying(figures, prover, statements.transfer)


def _parallel(figures: Figures, teller: Teller, prover: Prover, witness: Witness) -> None:
    def pair(pool: ThreadPoolExecutor) -> None:
        list(pool.map(prover.prove, [witness] * _PARALLEL))

    with (
        ThreadPoolExecutor(_PARALLEL) as pool,
        teller.counting("block proofs, two at a time", _BLOCK_PROOFS) as count,
    ):
        for _ in range(_BLOCK_PROOFS):
            figures.add("prove.block.parallel.seconds", _seconds(pair, pool))
            count()


def _verifying(figures: Figures, prover: Prover, witness: Witness) -> None:
    statement, proof = witness.statement, prover.prove(witness)
    for _ in range(_VERIFICATIONS):
        figures.add("verify.seconds", _seconds(prover.verify, statement, proof))


def _seconds(do: Callable[..., object], *arguments: object) -> float:
    begun = perf_counter()
    do(*arguments)
    return perf_counter() - begun
