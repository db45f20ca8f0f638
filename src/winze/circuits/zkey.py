"""The `.zkey` files of snarkjs: what a Groth16 ceremony hands out, and whether it fits a circuit.

`Zkey.read` makes sure of a file's form, `Zkey.check` holds it against the circuit's constraints.
Together they find a file that is damaged, made for another circuit, or never finished. What they
cannot find is a ceremony that began from powers of tau whose secret somebody knows, or whose
contributions prove nothing: `snarkjs zkey verify`, which needs those powers, is for that.
"""

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from winze.protocol import FIELD_ORDER

from .constraints import FIELD_BYTES, Constraints
from .contributions import Contributions, read_contributions
from .curve import (
    BASE_ORDER,
    G1_BYTES,
    G1_GENERATOR,
    G2_BYTES,
    G2_GENERATOR,
    coordinates,
    montgomery_twice,
    off_curve_g1,
    off_curve_g2,
)
from .sections import Reader, read_sections, section
from .verifying_key import G2, VerifyingKeyWords

_PROTOCOL, _HEADER, _IC, _COEFFICIENTS, _A, _B1, _B2, _C, _H, _CONTRIBUTIONS = range(1, 11)
_GROTH16: Final = 1
_CONTRIBUTORS: Final = 2
_POINTS: Final = {
    "alpha1": G1_BYTES,
    "beta1": G1_BYTES,
    "beta2": G2_BYTES,
    "gamma2": G2_BYTES,
    "delta1": G1_BYTES,
    "delta2": G2_BYTES,
}
_RECORD: Final = struct.Struct("<III32s")
_ONE: Final = (1).to_bytes(FIELD_BYTES, "little")


@dataclass(frozen=True)
class Zkey:
    """A ceremony's result for one circuit. Points are as the file stores them (see `curve`)."""

    wires: int
    public: int
    domain: int
    """The number of constraints, with one for each public signal and 1, up to a power of two."""

    points: dict[str, bytes] = field(repr=False)
    """The points of `_POINTS` by name."""

    contributions: Contributions
    """Who took part."""

    _sections: dict[int, memoryview] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The file at `path`.

        Raises:
            ValueError: it is no `.zkey` file for Groth16 over BN254, or malformed.
            OSError: it cannot be read.
        """
        sections = read_sections(path, b"zkey")
        if Reader(section(sections, _PROTOCOL)).number() != _GROTH16:
            raise ValueError("it is for another proof system than Groth16")
        header = Reader(section(sections, _HEADER))
        for order in (BASE_ORDER, FIELD_ORDER):
            if header.number() != FIELD_BYTES or header.number(FIELD_BYTES) != order:
                raise ValueError("it is for another curve than BN254")
        wires, public, domain = (header.number() for _ in range(3))
        points = {name: bytes(header.take(size)) for name, size in _POINTS.items()}
        header.end()
        contributions = read_contributions(section(sections, _CONTRIBUTIONS))
        return cls(wires, public, domain, points, contributions, sections)

    def check(self, constraints: Constraints) -> None:
        """Hold the file against the circuit's constraints.

        Raises:
            ValueError: it is for other constraints, damaged, or not the result of a ceremony.
        """
        self._check_counts(constraints)
        self._check_coefficients(constraints)
        self._check_points()
        self._check_ceremony()

    @property
    def verifying_key(self) -> VerifyingKeyWords:
        """The verifying key, read here and not by what imports the proving key."""
        ic = section(self._sections, _IC)
        points = [coordinates(ic[at : at + G1_BYTES]) for at in range(0, len(ic), G1_BYTES)]
        alpha_x, alpha_y = coordinates(self.points["alpha1"])
        return VerifyingKeyWords(
            alpha=(alpha_x, alpha_y),
            beta=_ethereum_g2(self.points["beta2"]),
            gamma=_ethereum_g2(self.points["gamma2"]),
            delta=_ethereum_g2(self.points["delta2"]),
            ic=tuple((x, y) for x, y in points),
        )

    def _check_counts(self, constraints: Constraints) -> None:
        rows = constraints.count + constraints.public + 1
        for what, found, expected in (
            ("public signals", self.public, constraints.public),
            ("wires", self.wires, constraints.wires),
            ("rows", self.domain, 1 << (rows - 1).bit_length()),
        ):
            if found != expected:
                raise ValueError(
                    f"it is for another circuit: it has {found} {what}, ours {expected}"
                )

    def _check_coefficients(self, constraints: Constraints) -> None:
        """A and B stand in the file, in the order of the constraints; of C it has only points."""
        stored = bytes(section(self._sections, _COEFFICIENTS)[4:])
        known: dict[bytes, bytes] = {}
        records = bytearray()
        for matrix, constraint, wire, value in constraints.terms():
            if matrix > 1:
                continue
            if value not in known:
                known[value] = montgomery_twice(value)
            records += _RECORD.pack(matrix, constraint, wire, known[value])
        for wire in range(constraints.public + 1):
            # What binds each public signal to the proof: a constraint of its own.
            row = constraints.count + wire
            records += _RECORD.pack(0, row, wire, montgomery_twice(_ONE))
        if stored != records:
            raise ValueError(
                "it is for another circuit, or another version of this one: its constraints differ"
            )

    def _check_points(self) -> None:
        counts = {
            _IC: (self.public + 1, G1_BYTES),
            _A: (self.wires, G1_BYTES),
            _B1: (self.wires, G1_BYTES),
            _B2: (self.wires, G2_BYTES),
            _C: (self.wires - self.public - 1, G1_BYTES),
            _H: (self.domain, G1_BYTES),
        }
        for number, (count, size) in counts.items():
            points = section(self._sections, number)
            if len(points) != count * size:
                raise ValueError(f"section {number} has {len(points)} bytes, not {count * size}")
            _require_on_curve(f"section {number}", points, size)
        for name, point in self.points.items():
            if not any(point):
                raise ValueError(f"it is damaged: its {name} is the point at infinity")
            _require_on_curve(name, memoryview(point), len(point))

    def _check_ceremony(self) -> None:
        """Enough people took part, and what they made is what the file proves with.

        With `delta` as it is before the first contribution, everybody can forge proofs: it equals
        `gamma` then. A beacon alone changes nothing about that, since its secret is public.
        """
        people = sum(not each.beacon for each in self.contributions.all)
        if people < _CONTRIBUTORS:
            raise ValueError(
                f"{people} people contributed to it, of at least {_CONTRIBUTORS}: whoever "
                "contributed alone could forge proofs"
            )
        if self.points["gamma2"] != G2_GENERATOR:
            raise ValueError("its gamma is not the generator, which no ceremony changes")
        if self.points["delta1"] != self.contributions.delta:
            raise ValueError("its delta is not what its last contribution made")
        if self.points["delta1"] == G1_GENERATOR or self.points["delta2"] == G2_GENERATOR:
            raise ValueError("its delta is as before the first contribution: proofs can be forged")


def _require_on_curve(where: str, points: memoryview, size: int) -> None:
    off = off_curve_g1(points) if size == G1_BYTES else off_curve_g2(points)
    if off is not None:
        raise ValueError(f"it is damaged: point {off} of {where} is on no curve")


def _ethereum_g2(point: bytes) -> G2:
    x_re, x_im, y_re, y_im = coordinates(point)
    return x_im, x_re, y_im, y_re
