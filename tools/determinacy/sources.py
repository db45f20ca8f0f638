"""Where the systems of our own circuits come from."""

import re
from collections.abc import Iterator
from pathlib import Path

from winze.circuits import CircuitKeys, development_keys

from .system import System, read_system

_INPUT = re.compile(r"^\s*signal input (\w+)", re.MULTILINE)


def system_of(keys: CircuitKeys, source: Path) -> System:
    """The system that `keys` were made for, of the circuit whose inputs `source` declares.

    Raises:
        ValueError: the proving key is in no known format, or has other inputs.
    """
    return read_system(keys.folder / "proving.key", _INPUT.findall(source.read_text("utf-8")))


def systems() -> Iterator[tuple[str, System]]:
    """Each circuit's name and its system."""
    for circuit, keys in development_keys().items():
        yield circuit.value, system_of(keys, circuit.source)
