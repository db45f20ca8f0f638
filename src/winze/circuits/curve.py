"""Points of BN254 as `.zkey` files hold them: affine, in Montgomery form, little-endian.

In Montgomery form a number `x` is stored as `x R mod q` with `R = 2^256`. All zeros is the point at
infinity. G2's coordinates are pairs, real part first, of the field with `i^2 = -1`.
"""

import struct
from typing import Final

from winze.protocol import FIELD_ORDER

BASE_ORDER: Final = 21888242871839275222246405745257275088696311157297823662689037894645226208583
"""`q`, the order of the field that the coordinates are from."""

G1_BYTES: Final = 64
G2_BYTES: Final = 128

_R: Final = 1 << 256
_R_INVERSE: Final = pow(_R, -1, BASE_ORDER)
_TWIST: Final = (
    19485874751759354771024239261021720505790618469301721065564631296452457478373,
    266929791119991161246907387137283842545076965332900288569378510910307636690,
)
"""`3 / (9 + i)`: the twist is `y^2 = x^3 + 3 / (9 + i)`."""

G1_GENERATOR: Final = b"".join((n * _R % BASE_ORDER).to_bytes(32, "little") for n in (1, 2))

G2_GENERATOR: Final = b"".join(
    (n * _R % BASE_ORDER).to_bytes(32, "little")
    for n in (
        10857046999023057135944570762232829481370756359578518086990519993285655852781,
        11559732032986387107991004021392285783925812861821192530917403151452391805634,
        8495653923123431417604973247489272438418190587263600148770280649306958101930,
        4082367875863433681332203403145435568316851327593401208105741076214120093531,
    )
)

# With stored coordinates X = x R and Y = y R, the equation y^2 = x^3 + b reads Y^2 R = X^3 + b R^3.
_B_R3: Final = 3 * _R**3 % BASE_ORDER
_TWIST_R3: Final = tuple(part * _R**3 % BASE_ORDER for part in _TWIST)


def coordinates(point: bytes | memoryview) -> list[int]:
    """The coordinates of a stored point as plain numbers."""
    return [
        int.from_bytes(point[start : start + 32], "little") * _R_INVERSE % BASE_ORDER
        for start in range(0, len(point), 32)
    ]


def plain_bytes(point: bytes) -> bytes:
    """A stored point as snarkjs hashes it: plain, big-endian, in G2 imaginary parts first."""
    words = coordinates(point)
    if len(point) == G2_BYTES:
        words = [words[1], words[0], words[3], words[2]]
    return b"".join(word.to_bytes(32) for word in words)


def montgomery_twice(scalar: bytes) -> bytes:
    """A coefficient as `.zkey` files hold it: multiplied by `R^2` modulo `p`."""
    value = int.from_bytes(scalar, "little") * _R * _R % FIELD_ORDER
    return value.to_bytes(32, "little")


def off_curve_g1(points: memoryview) -> int | None:
    """The number of the first stored point that is not of G1, or None where all are.

    Infinity is taken for a point: a wire that no constraint of a matrix names has it.
    """
    for number, words in enumerate(struct.iter_unpack("<8Q", points)):
        if not any(words):
            continue
        x, y = _join(words, 0), _join(words, 4)
        if x >= BASE_ORDER or y >= BASE_ORDER or (y * y * _R - x * x * x - _B_R3) % BASE_ORDER:
            return number
    return None


def off_curve_g2(points: memoryview) -> int | None:
    """The same for points of the twist, which holds G2; being in G2 itself is not looked at."""
    for number, words in enumerate(struct.iter_unpack("<16Q", points)):
        if not any(words):
            continue
        x0, x1, y0, y1 = (_join(words, place) for place in (0, 4, 8, 12))
        if max(x0, x1, y0, y1) >= BASE_ORDER:
            return number
        # Squares and cubes of pairs: (a + b i)^2 = a^2 - b^2 + 2 a b i.
        s0, s1 = x0 * x0 - x1 * x1, 2 * x0 * x1
        real = (y0 * y0 - y1 * y1) * _R - (s0 * x0 - s1 * x1) - _TWIST_R3[0]
        imaginary = 2 * y0 * y1 * _R - (s0 * x1 + s1 * x0) - _TWIST_R3[1]
        if real % BASE_ORDER or imaginary % BASE_ORDER:
            return number
    return None


def _join(words: tuple[int, ...], place: int) -> int:
    """Four 64-bit words as one number, the lowest first."""
    low, second, third, high = words[place : place + 4]
    return low | second << 64 | third << 128 | high << 192
