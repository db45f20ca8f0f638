"""Trees and sums as plainly as they can be written, to hold the real ones against."""

from collections.abc import Sequence

from winze.protocol import FIELD_ORDER, Field, poseidon


def naive_levels(leaves: Sequence[Field], depth: int) -> list[list[Field]]:
    """The filled part of every level, each padded with one empty node where it is odd."""
    levels, empty = [list(leaves)], Field(0)
    for _ in range(depth):
        below = levels[-1] + [empty] * (len(levels[-1]) % 2)
        levels.append(
            [poseidon(below[i], below[i + 1]) for i in range(0, len(below), 2)]
            or [poseidon(empty, empty)]
        )
        empty = poseidon(empty, empty)
    return levels


def naive_root(leaves: Sequence[Field], depth: int) -> Field:
    """The root of the tree that holds `leaves` and then zeros."""
    (root,) = naive_levels(leaves, depth)[-1] if depth else [*leaves, Field(0)][:1]
    return root


def naive_sum(a: Sequence[int], b: Sequence[int], s: Sequence[int], z: int) -> int:
    """`Σ a_i z^(3i) + b_i z^(3i+1) + s_i z^(3i+2)`, term by term."""
    coefficients = [value for slot in zip(a, b, s, strict=True) for value in slot]
    return sum(value * pow(z, i, FIELD_ORDER) for i, value in enumerate(coefficients)) % FIELD_ORDER
