"""A verifying key whose secrets are known, so that proofs can be made up, true and false ones.

With `alpha`, `beta`, `gamma`, `delta` and the scalars of `IC` known, a proof is three scalars `a`,
`b` and `c` with `a b = alpha beta + L gamma + c delta`: any two may be chosen, also to be nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from py_ecc import optimized_bn128 as bn128

from winze.circuits import VerifyingKeyWords

ORDER = bn128.curve_order
BASE = bn128.field_modulus
Words = tuple[int, ...]
"""A(2) B(4) C(2), as the contract takes them; a point at infinity is zeros."""


@cache
def g1(scalar: int) -> Words:
    """`scalar` times the generator of G1."""
    return _g1_words(bn128.multiply(bn128.G1, scalar % ORDER))


@cache
def g2(scalar: int) -> Words:
    """`scalar` times the generator of G2, imaginary parts first."""
    return g2_words(bn128.multiply(bn128.G2, scalar % ORDER))


def _g1_words(point: Any) -> Words:
    if bn128.is_inf(point):
        return 0, 0
    return tuple(map(int, bn128.normalize(point)))


def g2_words(point: Any) -> Words:
    """A point of the twist as the contract takes it."""
    if bn128.is_inf(point):
        return 0, 0, 0, 0
    x, y = bn128.normalize(point)
    return tuple(int(part) for pair in (x, y) for part in reversed(pair.coeffs))


def g2_point(words: Words) -> Any:
    """The point of the twist that the words stand for."""
    x_im, x_re, y_im, y_re = words
    return bn128.FQ2([x_re, x_im]), bn128.FQ2([y_re, y_im]), bn128.FQ2.one()


def outside_the_subgroup() -> Any:
    """A point of the twist that is not of G2, of no order that G2 has anything of."""
    for number in range(1, 100):
        x = bn128.FQ2([number, 1])
        y = _root(x * x * x + bn128.b2)
        if y is not None:
            point = bn128.multiply((x, y, bn128.FQ2.one()), ORDER)
            assert bn128.is_on_curve(point, bn128.b2)
            assert not bn128.is_inf(point)
            return point
    raise AssertionError("a half of all x have a y")


def _root(square: Any) -> Any | None:
    """A square root of a + b i, for i^2 = -1 and a base order of 3 modulo 4, if there is one."""
    a, b = map(int, square.coeffs)
    norm = _base_root((a * a + b * b) % BASE)
    for sign in (1, -1):
        if norm is None:
            break
        half = _base_root((a + sign * norm) * pow(2, -1, BASE) % BASE)
        if half:
            return bn128.FQ2([half, b * pow(2 * half, -1, BASE) % BASE])
    return None


def _base_root(square: int) -> int | None:
    root = pow(square, (BASE + 1) // 4, BASE)
    return root if root * root % BASE == square else None


@dataclass(frozen=True)
class KnownKey:
    """The scalars of a verifying key."""

    alpha: int
    beta: int
    gamma: int
    delta: int
    ic: tuple[int, ...]

    @classmethod
    def new(cls, random: Random, public: int) -> "KnownKey":
        scalars = [random.randrange(1, ORDER) for _ in range(5 + public)]
        return cls(*scalars[:4], tuple(scalars[4:]))

    @property
    def words(self) -> VerifyingKeyWords:
        """The key as the contract's constructor takes it."""
        parts = g1(self.alpha), g2(self.beta), g2(self.gamma), g2(self.delta)
        return VerifyingKeyWords(*parts, tuple(map(g1, self.ic)))  # type: ignore[arg-type]

    @property
    def json(self) -> str:
        """The key as snarkjs reads it."""
        return verification_key(self.words)

    def proof(
        self, signals: Sequence[int], *, a: int | None = None, b: int | None = None, c: int = 1
    ) -> Words:
        """A true proof of `signals` with these scalars, the missing one worked out.

        With `a` or `b` of 0 the product is nothing whatever the other one is: `c` has to fit.
        """
        linear = self.ic[0] + sum(x * i for x, i in zip(signals, self.ic[1:], strict=True))
        rest = self.alpha * self.beta + linear * self.gamma
        if 0 in (a, b):
            c = -rest * pow(self.delta, -1, ORDER) % ORDER
            a, b = a if a is not None else 5, b if b is not None else 7
        elif b is None:
            a = a or 3
            b = (rest + c * self.delta) * pow(a, -1, ORDER) % ORDER
        else:
            a = (rest + c * self.delta) * pow(b, -1, ORDER) % ORDER
        return (*g1(a), *g2(b), *g1(c))


def verification_key(words: VerifyingKeyWords) -> str:
    """A verifying key as snarkjs reads it."""
    return json.dumps(
        {
            "protocol": "groth16",
            "curve": "bn128",
            "nPublic": len(words.ic) - 1,
            "vk_alpha_1": _snarkjs_g1(words.alpha),
            "vk_beta_2": _snarkjs_g2(words.beta),
            "vk_gamma_2": _snarkjs_g2(words.gamma),
            "vk_delta_2": _snarkjs_g2(words.delta),
            "IC": [_snarkjs_g1(point) for point in words.ic],
        }
    )


def snarkjs_proof(words: Sequence[int]) -> dict[str, Any]:
    """A proof as snarkjs reads it: with third coordinates, which are 0 at infinity."""
    return {
        "protocol": "groth16",
        "curve": "bn128",
        "pi_a": _snarkjs_g1(words[:2]),
        "pi_b": _snarkjs_g2(words[2:6]),
        "pi_c": _snarkjs_g1(words[6:]),
    }


def _snarkjs_g1(point: Sequence[int]) -> list[str]:
    if not any(point):
        return ["0", "1", "0"]
    return [*map(str, point), "1"]


def _snarkjs_g2(point: Sequence[int]) -> list[list[str]]:
    if not any(point):
        return [["0", "0"], ["1", "0"], ["0", "0"]]
    x_im, x_re, y_im, y_re = map(str, point)
    return [[x_re, x_im], [y_re, y_im], ["1", "0"]]
