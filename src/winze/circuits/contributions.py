"""Who took part in a ceremony, as its `.zkey` file records it.

Each contribution multiplies the key's `delta` by a secret. The file keeps for each one the new
`delta`, a proof of knowledge, and a hash (the transcript) of everything before it. The hashes are
worked out again here. The proofs of knowledge are pairings, and mean something only together with
the powers of tau that it all began with: those are for `snarkjs zkey verify`.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from .curve import G1_BYTES, G2_BYTES, plain_bytes
from .sections import Reader

_HASH_BYTES: Final = 64
_BEACON: Final = 1
_NAME: Final = 1
_ITERATIONS: Final = 2
_BEACON_HASH: Final = 3


@dataclass(frozen=True)
class Contribution:
    """One step of a ceremony."""

    name: str
    """What the contributor called itself; unprintable characters are replaced."""

    beacon: bool
    """Whether it is the public random value that closes a ceremony, and so nobody's secret."""

    hash: str
    """What snarkjs showed the contributor as the contribution's hash; 128 hex digits."""


@dataclass(frozen=True)
class Contributions:
    """All steps of a ceremony."""

    circuit_hash: str
    """What snarkjs shows as the circuit's hash: it fixes the circuit and the powers of tau."""

    all: tuple[Contribution, ...]
    """In their order."""

    delta: bytes = field(repr=False)
    """The `delta` after the last one, as it stands in the file; empty if there is none."""


def read_contributions(content: memoryview) -> Contributions:
    """What the tenth section of a `.zkey` file says.

    Raises:
        ValueError: it is malformed, or a hash is not that of what stands before it.
    """
    reader = Reader(content)
    circuit_hash = bytes(reader.take(_HASH_BYTES))
    transcript = hashlib.blake2b(circuit_hash)
    found: list[Contribution] = []
    delta = b""
    for number in range(1, reader.number() + 1):
        delta = bytes(reader.take(G1_BYTES))
        key = [bytes(reader.take(G1_BYTES)) for _ in range(2)]
        exponent = bytes(reader.take(G2_BYTES))
        said = bytes(reader.take(_HASH_BYTES))
        before = transcript.copy()
        for point in key:
            before.update(plain_bytes(point))
        if before.digest() != said:
            raise ValueError(f"contribution {number} does not follow from those before it")
        public = b"".join(map(plain_bytes, (delta, *key, exponent))) + said
        transcript.update(public)
        beacon, name = _about(reader)
        found.append(Contribution(name, beacon, hashlib.blake2b(public).hexdigest()))
    reader.end()
    return Contributions(circuit_hash.hex(), tuple(found), delta)


def _about(reader: Reader) -> tuple[bool, str]:
    """Whether a contribution is a beacon, and its name."""
    beacon, name = reader.number() == _BEACON, ""
    parameters = Reader(content := reader.take(reader.number()))
    left = len(content)
    while left:
        match parameters.number(1):
            case 1:
                size = parameters.number(1)
                name = _printable(bytes(parameters.take(size)).decode(errors="replace"))
                left -= 2 + size
            case 2:
                parameters.take(1)
                left -= 2
            case 3:
                size = parameters.number(1)
                parameters.take(size)
                left -= 2 + size
            case unknown:
                raise ValueError(f"a contribution has a parameter {unknown} that nobody knows")
    return beacon, name


def _printable(name: str) -> str:
    """A name that cannot do anything to a terminal; whoever contributed could choose any bytes."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
