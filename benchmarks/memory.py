"""What proving takes in memory and on disk, and how long keys take to load."""

from collections.abc import Mapping
from typing import Final

from benchmarks.figures import Figures
from benchmarks.fresh import in_fresh_process
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys

_PROVING_KEY: Final = "proving.key"
_LOADS: Final = 3


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Load each key in fresh processes, prove once, and look at what the process holds."""
    for circuit, found in keys.items():
        figures.add(f"constraints.{circuit}", found.manifest.constraints)
        figures.add(f"key.{circuit}.bytes", (found.folder / _PROVING_KEY).stat().st_size)
    figures.add("memory.idle.bytes", in_fresh_process("prove")["bytes"])
    with teller.counting("fresh processes", _LOADS * len(Circuit) + 1) as count:
        for circuit in Circuit:
            for _ in range(_LOADS):
                answer = in_fresh_process("prove", circuit)
                figures.add(f"load.{circuit}.seconds", answer[circuit])
                figures.add(f"memory.{circuit}.bytes", answer["bytes"])
                count()
        figures.add("memory.all.bytes", in_fresh_process("prove", *Circuit)["bytes"])
        count()
