"""A small real ceremony, held by snarkjs, and copies of its files for a test to harm."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.circuits.tiny import FACTORS, write_tiny
from tests.snarkjs.snarkjs import Snarkjs, powers_of_tau, running_snarkjs
from winze.circuits import Sample, Subject, compile_constraints

TINY_POWER = 3
"""The tiny circuit has 2 constraints, a public signal and the constant: 4 rows. Others here have
more, up to 8."""


def tiny_subject(source: Path, name: str = "tiny") -> Subject:
    """The tiny circuit, to be imported under `name`."""
    return Subject(name, source, Sample(FACTORS, [35]))


@dataclass(frozen=True)
class Held:
    """A ceremony for the tiny circuit: two contributors, and a beacon."""

    snarkjs: Snarkjs
    folder: Path
    source: Path
    r1cs: Path
    ptau: Path
    zkey: Path

    @property
    def subject(self) -> Subject:
        return tiny_subject(self.source)

    def another(self, folder: Path, *contributors: str, beacon: bool = False) -> Path:
        """The last file of another ceremony on the same powers of tau."""
        folder.mkdir()
        return self.snarkjs.hold_ceremony(
            self.r1cs, self.ptau, folder, *contributors, beacon=beacon
        )

    def for_template(self, folder: Path, template: str) -> Path:
        """The last file of a ceremony for another circuit."""
        source = write_tiny(folder, template)
        r1cs = folder / "other.r1cs"
        r1cs.write_bytes(compile_constraints(source, lambda _: None))
        return self.snarkjs.hold_ceremony(r1cs, self.ptau, folder, "Alice", "Bob")


@contextmanager
def held_ceremony(folder: Path) -> Iterator[Held]:
    """Hold it in `folder`; snarkjs stays at hand for the body of `with`."""
    source = write_tiny(folder / "sources")
    r1cs = folder / "tiny.r1cs"
    r1cs.write_bytes(compile_constraints(source, lambda _: None))
    ptau = powers_of_tau(TINY_POWER, folder / "tiny.ptau")
    with running_snarkjs() as snarkjs:
        zkey = snarkjs.hold_ceremony(r1cs, ptau, folder, "Alice", "Bob")
        yield Held(snarkjs, folder, source, r1cs, ptau, zkey)


def sections(content: bytes) -> dict[int, bytes]:
    """The sections of a file, in order; read here by hand, and not by what is tested."""
    (count,) = struct.unpack_from("<I", content, 8)
    found, place = {}, 12
    for _ in range(count):
        number, size = struct.unpack_from("<IQ", content, place)
        found[number] = content[place + 12 : place + 12 + size]
        place += 12 + size
    return found


def joined(kind: bytes, found: dict[int, bytes]) -> bytes:
    """A file of these sections."""
    parts = [kind, struct.pack("<II", 1, len(found))]
    for number, content in found.items():
        parts += [struct.pack("<IQ", number, len(content)), content]
    return b"".join(parts)


def with_section(zkey: Path, number: int, content: bytes | bytearray) -> bytes:
    """The bytes of `zkey` with another section in place of its own."""
    return joined(b"zkey", sections(zkey.read_bytes()) | {number: bytes(content)})
