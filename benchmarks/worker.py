"""What is measured in a process of its own: `python -m benchmarks.worker TASK …`.

`prove CIRCUIT…` loads the keys of these circuits and proves once with each: how long loading took,
and what the process then holds. `setup` makes all keys, as `winze keys` does on a new machine.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.statements import example
from winze.circuits import Circuit, Prover, development_keys

Answer = Mapping[str, float]
"""What a task found, by name."""

_RESIDENT: Final = re.compile(r"^VmRSS:\s*(\d+) kB$", re.MULTILINE)
_KILOBYTE: Final = 1024


def prove(circuits: Sequence[str]) -> Answer:
    """Load and prove; `bytes` are those that the process holds in memory in the end."""
    statements, prover = example(), Prover(development_keys())
    found: dict[str, float] = {}
    for circuit in map(Circuit, circuits):
        begun = perf_counter()
        prover.load(circuit)
        found[circuit] = perf_counter() - begun
        prover.prove(getattr(statements, circuit))
    return {**found, "bytes": _resident()}


def setup(_: Sequence[str]) -> Answer:
    """Make all keys; the data directory has to be empty."""
    begun = perf_counter()
    development_keys()
    return {"seconds": perf_counter() - begun}


def _resident() -> int:
    found = _RESIDENT.search(Path("/proc/self/status").read_text("utf-8"))
    return int(found[1]) * _KILOBYTE if found else 0


TASKS: Final[Mapping[str, Callable[[Sequence[str]], Answer]]] = {"prove": prove, "setup": setup}

if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    print(json.dumps(TASKS[task](arguments)))
