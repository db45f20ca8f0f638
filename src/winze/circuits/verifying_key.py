"""A verifying key as the verifier contract takes it (protocol §8)."""

import json
from collections.abc import Sequence
from typing import NamedTuple

G1 = tuple[int, int]
"""An affine point of the curve: x, y."""

G2 = tuple[int, int, int, int]
"""An affine point of the twist, as Ethereum's precompile orders it: x_im, x_re, y_im, y_re."""


class VerifyingKeyWords(NamedTuple):
    """The arguments of the verifier's constructor, in their order."""

    alpha: G1
    beta: G2
    gamma: G2
    delta: G2
    ic: tuple[G1, ...]
    """One point for the constant 1, and one for each public signal."""


def constructor_words(verification_key: str) -> VerifyingKeyWords:
    """The words of a verifying key for the verifier's constructor.

    Args:
        verification_key: A `verification_key.json` of snarkjs.

    Raises:
        ValueError: it is not one.
    """
    try:
        key = json.loads(verification_key)
        return VerifyingKeyWords(
            alpha=_g1(key["vk_alpha_1"]),
            beta=_g2(key["vk_beta_2"]),
            gamma=_g2(key["vk_gamma_2"]),
            delta=_g2(key["vk_delta_2"]),
            ic=tuple(map(_g1, key["IC"])),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a verification_key.json: {error!r}") from error


def _g1(point: Sequence[str]) -> G1:
    """Snarkjs writes a third coordinate, which is 1 in every affine point."""
    x, y, z = map(int, point)
    if z != 1:
        raise ValueError(f"a point of the verifying key is not affine: its third coordinate is {z}")
    return x, y


def _g2(point: Sequence[Sequence[str]]) -> G2:
    """Snarkjs puts the real part first, and writes a third coordinate too."""
    (x_re, x_im), (y_re, y_im), z = (tuple(map(int, pair)) for pair in point)
    if z != (1, 0):
        raise ValueError(f"a point of the verifying key is not affine: its third coordinate is {z}")
    return x_im, x_re, y_im, y_re
