"""How long development keys take to make, from nothing."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.fresh import in_fresh_process
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys, KeyStore


def measure(figures: Figures, teller: Teller, _: Mapping[Circuit, CircuitKeys]) -> None:
    """Make each circuit's keys alone, then all as a new machine does, in temporary folders."""
    for circuit in Circuit:
        teller.tell(f"making the keys of {circuit}")
        with tempfile.TemporaryDirectory() as folder:
            keys = KeyStore(Path(folder)).keys(circuit, circuit.source)
            figures.add(f"setup.{circuit}.seconds", keys.manifest.setup_seconds)
    teller.tell("making all keys, on all cores")
    with tempfile.TemporaryDirectory() as folder:
        answer = in_fresh_process("setup", data=Path(folder))
        figures.add("setup.seconds", answer["seconds"])
