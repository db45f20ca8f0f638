"""A compiled circuit as its proving key holds it: constraints, and which wire is which input.

What the prover has to satisfy is not the circuit's source but what the compiler made of it, so this
is what is read. A key of `groth16py` is, after a mark of 6 bytes, an arkworks proving key (points
not compressed), the WebAssembly program that computes witnesses, and the constraints. All numbers
are little-endian; a vector begins with its length in 8 bytes.
"""

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .linear import Linear
from .program import input_signals, kept_signals

G1_BYTES, G2_BYTES, FIELD_BYTES = 64, 128, 32

QUERIES = (G1_BYTES, G1_BYTES, G2_BYTES, G1_BYTES, G1_BYTES)
"""The points of an arkworks key's vectors: a, b in G1, b in G2, h, l."""


@dataclass(frozen=True)
class Constraint:
    """a * b = c."""

    a: Linear
    b: Linear
    c: Linear

    @property
    def sides(self) -> tuple[Linear, Linear, Linear]:
        """Its three combinations."""
        return self.a, self.b, self.c


@dataclass(frozen=True)
class System:
    """The constraints of a circuit over its wires."""

    wires: int
    """How many there are, the constant wire 0 included."""

    constraints: Sequence[Constraint]
    inputs: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    """Each input's wires, arrays laid out flat; None where the compiler expressed it by others."""

    @cached_property
    def uses(self) -> Mapping[int, Sequence[tuple[int, int]]]:
        """For each wire, where it stands: the constraint's number, and its side's."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, constraint in enumerate(self.constraints):
            for place, side in enumerate(constraint.sides):
                for wire in side:
                    found[wire].append((number, place))
        return found

    def wires_of(self, *names: str) -> set[int]:
        """The wires of inputs: of a whole one by its name, of an element by `name[3]`.

        Those that the compiler expressed by others have none.
        """
        return {wire for name in names for wire in self._wires_of(name) if wire is not None}

    def _wires_of(self, name: str) -> tuple[int | None, ...]:
        if name in self.inputs:
            return self.inputs[name]
        base, _, index = name.removesuffix("]").partition("[")
        return (self.inputs[base][int(index)],)

    def name_of(self, wire: int) -> str:
        """An input's name and place; other wires have none and get their number."""
        for name, wires in self.inputs.items():
            if wire in wires:
                return name if len(wires) == 1 else f"{name}[{wires.index(wire)}]"
        return f"wire {wire}"

    def unused_inputs(self) -> set[str]:
        """Inputs that no constraint mentions, though the compiler kept them."""
        kept = self.wires_of(*self.inputs)
        return {self.name_of(wire) for wire in kept - self.uses.keys()}


def read_system(path: Path, inputs: Sequence[str]) -> System:
    """The system in the proving key at `path`, whose circuit has inputs of these names.

    Raises:
        ValueError: the file is not such a key, or its circuit has no input of such a name.
        OSError: it cannot be read.
    """
    reader = _Reader(path.read_bytes())
    try:
        return _read(reader, inputs)
    except (struct.error, IndexError) as error:
        raise ValueError(f"{path} is no proving key of groth16py 0.2: {error}") from error


def _read(reader: "_Reader", names: Sequence[str]) -> System:
    reader.skip(6 + G1_BYTES + 3 * G2_BYTES)
    reader.skip(reader.number() * G1_BYTES)
    reader.skip(2 * G1_BYTES)
    for size in QUERIES:
        reader.skip(reader.number() * size)
    if reader.byte() != 1:
        raise ValueError("this proving key holds no witness program, so its wires have no names")
    program = reader.bytes(reader.number())
    if reader.byte() != 0:
        raise ValueError("this proving key was imported: it holds no constraints as compiled")
    wires, _, count = reader.number(), reader.number(), reader.number()
    constraints = [
        Constraint(reader.linear(), reader.linear(), reader.linear()) for _ in range(count)
    ]
    if not reader.at_end:
        raise ValueError("bytes are left over after the constraints: the format is another")
    wire_of = {signal: wire for wire, signal in enumerate(kept_signals(program, wires))}
    inputs = {
        name: tuple(wire_of.get(signal) for signal in signals)
        for name, signals in input_signals(program, names).items()
    }
    return System(wires, constraints, inputs)


@dataclass
class _Reader:
    """Reads a key from front to back."""

    data: bytes
    at: int = 0

    @property
    def at_end(self) -> bool:
        return self.at == len(self.data)

    def skip(self, count: int) -> None:
        if self.at + count > len(self.data):
            raise IndexError("it ends too early")
        self.at += count

    def bytes(self, count: int) -> bytes:
        start = self.at
        self.skip(count)
        return self.data[start : self.at]

    def byte(self) -> int:
        return self.bytes(1)[0]

    def number(self) -> int:
        found: int = struct.unpack("<Q", self.bytes(8))[0]
        return found

    def linear(self) -> Linear:
        return dict(self._terms())

    def _terms(self) -> Iterator[tuple[int, int]]:
        for _ in range(self.number()):
            yield self.number(), int.from_bytes(self.bytes(FIELD_BYTES), "little")
