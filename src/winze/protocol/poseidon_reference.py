"""Poseidon as its paper describes it, over BN254: the readable twin of `poseidon`.

Source: Grassi, Khovratovich, Rechberger, Roy, Schofnegger, "Poseidon: A New Hash Function for
Zero-Knowledge Proof Systems" (USENIX Security 2021), sections 2 to 4 and appendices E and F; the
number of rounds and the way inputs enter are circomlib's. Nothing here is a table: every constant
is derived from the parameters that it depends on.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from .errors import OutOfRange
from .types import FIELD_ORDER, Field

FULL_ROUNDS: Final = 8
"""Rounds in which every element passes the S-box: half before the partial ones, half after."""

PARTIAL_ROUNDS: Final = {2: 56, 3: 57, 4: 56, 5: 60}
"""Rounds in which only the first element passes the S-box, by the state's width."""

MAX_INPUTS: Final = max(PARTIAL_ROUNDS) - 1
"""The widest hash of the protocol takes this many inputs."""

_FIELD_BITS: Final = FIELD_ORDER.bit_length()
_REGISTER_BITS: Final = 80
_WARM_UP_BITS: Final = 160
_TAPS: Final = (0, 13, 23, 38, 51, 62)


class Parameters(NamedTuple):
    """What fixes the permutation of one width `t`."""

    round_constants: tuple[tuple[int, ...], ...]
    """One row of `t` elements for each round."""

    mds: tuple[tuple[int, ...], ...]
    """The `t` times `t` matrix that mixes the state after each round's S-boxes."""


def poseidon_reference(*inputs: Field) -> Field:
    """Poseidon of 1 to 4 field elements: the state starts as (0, inputs), its first element ends.

    Raises:
        OutOfRange: there are no inputs, more than 4, or one is not an element of the field.
    """
    if not 1 <= len(inputs) <= MAX_INPUTS:
        raise OutOfRange("number of Poseidon inputs", len(inputs), MAX_INPUTS + 1, least=1)
    state = [0, *(int(Field(element)) for element in inputs)]
    constants, mds = parameters(len(state))
    last_before_partial = FULL_ROUNDS // 2
    first_after_partial = len(constants) - FULL_ROUNDS // 2
    for number, row in enumerate(constants):
        state = [element + constant for element, constant in zip(state, row, strict=True)]
        full = not last_before_partial <= number < first_after_partial
        boxed = len(state) if full else 1
        state[:boxed] = [pow(element, 5, FIELD_ORDER) for element in state[:boxed]]
        state = [_inner_product(mixer, state) for mixer in mds]
    return Field(state[0])


def _inner_product(left: tuple[int, ...], right: list[int]) -> int:
    return sum(map(int.__mul__, left, right)) % FIELD_ORDER


@cache
def parameters(width: int) -> Parameters:
    """The round constants and the matrix for a state of `width` elements (paper, appendix E, F).

    The matrix is Cauchy's, 1 / (x_i + y_j), from 2t elements drawn after the round constants. The
    paper repeats the draw where the elements are not distinct or the matrix is weak; for the four
    widths here the first draw is the good one, as circomlib's published vectors confirm.
    """
    bits = _grain_bits(width)
    rounds = FULL_ROUNDS + PARTIAL_ROUNDS[width]
    constants = tuple(
        tuple(_element_below_order(bits) for _ in range(width)) for _ in range(rounds)
    )
    xs = [_integer(bits) % FIELD_ORDER for _ in range(width)]
    ys = [_integer(bits) % FIELD_ORDER for _ in range(width)]
    mds = tuple(tuple(pow(x + y, -1, FIELD_ORDER) for y in ys) for x in xs)
    return Parameters(constants, mds)


def _element_below_order(bits: Iterator[int]) -> int:
    while (value := _integer(bits)) >= FIELD_ORDER:
        pass
    return value


def _integer(bits: Iterator[int]) -> int:
    value = 0
    for bit in islice(bits, _FIELD_BITS):
        value = value << 1 | bit
    return value


def _grain_bits(width: int) -> Iterator[int]:
    """The bits of the Grain LFSR in self-shrinking mode: of each pair, the second if the first."""
    raw = islice(_register(_seed(width)), _WARM_UP_BITS, None)
    for keep, bit in zip(raw, raw, strict=False):
        if keep:
            yield bit


def _seed(width: int) -> int:
    """The register's first 80 bits, oldest bit lowest, naming field, S-box, width and rounds."""
    prime_field, power_s_box = 1, 0
    text = (
        f"{prime_field:02b}{power_s_box:04b}{_FIELD_BITS:012b}{width:012b}"
        f"{FULL_ROUNDS:010b}{PARTIAL_ROUNDS[width]:010b}" + "1" * 30
    )
    return int(text[::-1], 2)


def _register(state: int) -> Iterator[int]:
    """The bits that leave the register, one after another, beginning with those after the seed.

    The youngest tap lies 18 bits before the end, so 18 new bits depend on old ones only and are
    made in one step.
    """
    stride = _REGISTER_BITS - max(_TAPS)
    mask = (1 << stride) - 1
    while True:
        fresh = 0
        for tap in _TAPS:
            fresh ^= state >> tap
        fresh &= mask
        state = state >> stride | fresh << (_REGISTER_BITS - stride)
        for offset in range(stride):
            yield fresh >> offset & 1
