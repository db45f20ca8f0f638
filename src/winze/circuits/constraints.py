"""A circuit's constraints, as the compiler writes them into an `.r1cs` file.

Constraint `i` says `(A_i · w)(B_i · w) = C_i · w` about the wires `w`, of which wire 0 is 1 and the
public signals follow. What a ceremony sets up is exactly this.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Self

from winze.protocol import FIELD_ORDER

from .sections import Reader, read_sections, section

FIELD_BYTES: Final = 32
"""The size of a field element in these files."""

_HEADER, _TERMS = 1, 2
_NUMBER: Final = 4


class Term(NamedTuple):
    """One coefficient that is not zero."""

    matrix: int
    """0, 1 or 2 for A, B and C."""

    constraint: int
    wire: int

    coefficient: bytes
    """32 bytes, little-endian."""


@dataclass(frozen=True)
class Constraints:
    """All constraints of one circuit."""

    wires: int
    """How many wires there are, that of the constant 1 included."""

    public: int
    """How many public signals there are."""

    count: int
    """How many constraints there are."""

    _terms: memoryview = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The constraints in the `.r1cs` file at `path`.

        Raises:
            ValueError: it is none, or is over another field.
            OSError: it cannot be read.
        """
        sections = read_sections(path, b"r1cs")
        header = Reader(section(sections, _HEADER))
        if header.number() != FIELD_BYTES or header.number(FIELD_BYTES) != FIELD_ORDER:
            raise ValueError("it is over another field than BN254's")
        wires, outputs, inputs = header.number(), header.number(), header.number()
        header.number()  # private inputs: wires like all others
        header.number(8)  # labels: the compiler's names of wires
        count = header.number()
        header.end()
        return cls(wires, outputs + inputs, count, section(sections, _TERMS))

    def terms(self) -> Iterator[Term]:
        """Every term, constraint by constraint, A before B before C.

        Raises:
            ValueError: the file holds fewer constraints than it says, or more.
        """
        reader = Reader(self._terms)
        for constraint in range(self.count):
            for matrix in range(3):
                for _ in range(reader.number()):
                    wire = reader.number(_NUMBER)
                    yield Term(matrix, constraint, wire, bytes(reader.take(FIELD_BYTES)))
        reader.end()
