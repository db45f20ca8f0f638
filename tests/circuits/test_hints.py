"""A prover may compute hints (`<--`) as it likes: the constraints around them leave one value.

Each case computes the lock period's hints dishonestly. With all rules that is refused; without the
one rule that speaks about it the prover chooses its own lock.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.circuits.forgeries import Rule
from tests.circuits.places import hash_of
from tests.circuits.sources import circuit_with
from winze.circuits import CircuitProver, KeyStore, NotProvable
from winze.protocol import FIELD_ORDER

MAIN = """pragma circom 2.2.0;
include "templates/mining.circom";

template Lock() {
    signal input header;
    signal input blinding;
    signal input lock_min;
    signal input lock_range;
    signal input lock;
    signal own <== LockPeriod()(header, blinding, lock_min, lock_range);
    lock === own;
}

component main {public [header, blinding, lock_min, lock_range, lock]} = Lock();
"""
HEADER, LOCK_MIN, LOCK_RANGE = 41, 20, 30


def mixed_with(blinding: int) -> int:
    return hash_of(HEADER, blinding)


# One whose H2(header, blinding) is below 2^254 - p, so that adding p still gives 254 bits.
BLINDING = next(b for b in range(1, 100) if mixed_with(b) < (1 << 254) - FIELD_ORDER)
REMAINDER = mixed_with(BLINDING) % (1 << 64) % LOCK_RANGE
ALIAS = (mixed_with(BLINDING) + FIELD_ORDER) % (1 << 64) % LOCK_RANGE

HINTS = "signal quotient <-- draw \\ lock_range;\n    signal remainder <-- draw % lock_range;"
STRICT = "signal decomposed[254] <== Num2Bits_strict()(in);"
ALIASED_BITS = """signal decomposed[254];
    var carry = 1;
    var total = 0;
    for (var i = 0; i < 254; i++) {
        var bit = ((in >> i) & 1) + ((-1 >> i) & 1) + carry;
        decomposed[i] <-- bit & 1;
        decomposed[i] * (decomposed[i] - 1) === 0;
        total += decomposed[i] * (1 << i);
        carry = bit >> 1;
    }
    total === in;
    AliasCheck()(decomposed);"""


def hints(quotient: str, remainder: str) -> Rule:
    text = f"signal quotient <-- {quotient};\n    signal remainder <-- {remainder};"
    return Rule("templates/mining.circom", HINTS, text)


@dataclass(frozen=True)
class Trick:
    """Hints of a prover who wants another lock, and the rule that is in the way."""

    name: str
    dishonest: Rule
    rule: Rule
    remainder: int


TRICKS = (
    Trick(
        "a remainder of lock_range or more",
        hints("(draw \\ lock_range) - 1", "(draw % lock_range) + lock_range"),
        Rule("templates/mining.circom", "Below(SECONDS_BITS())(remainder, lock_range);"),
        REMAINDER + LOCK_RANGE,
    ),
    Trick(
        "a remainder below zero",
        hints("(draw \\ lock_range) + 1", "(draw % lock_range) - lock_range"),
        Rule("templates/mining.circom", "Range(SECONDS_BITS())(remainder);"),
        REMAINDER - LOCK_RANGE,
    ),
    Trick(
        "a quotient that wraps around the field",
        hints("draw / lock_range", "0"),
        Rule("templates/mining.circom", "Range(DRAW_BITS())(quotient);"),
        0,
    ),
    Trick(
        "a quotient that was not divided at all",
        hints("0", "7"),
        Rule("templates/mining.circom", "draw === quotient * lock_range + remainder;"),
        7,
    ),
    Trick(
        "low bits of the hash plus p",
        Rule("templates/bits.circom", STRICT, ALIASED_BITS),
        Rule("templates/bits.circom", "AliasCheck()(decomposed);"),
        ALIAS,
    ),
)


def lock_prover(folder: Path, *edits: Rule) -> CircuitProver:
    source = circuit_with(folder, *edits).with_name("lock.circom")
    source.write_text(MAIN)
    return CircuitProver(KeyStore(folder).keys("lock", source))


def prove_lock(prover: CircuitProver, remainder: int) -> None:
    public = [HEADER, BLINDING, LOCK_MIN, LOCK_RANGE, (LOCK_MIN + remainder) % FIELD_ORDER]
    names = ("header", "blinding", "lock_min", "lock_range", "lock")
    prover.prove(dict(zip(names, public, strict=True)), public)


def test_honest_hints_give_the_one_lock_there_is(tmp_path: Path) -> None:
    prover = lock_prover(tmp_path)
    prove_lock(prover, REMAINDER)
    for trick in TRICKS:
        with pytest.raises(NotProvable):
            prove_lock(prover, trick.remainder)


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_a_lock_is_refused_with(trick: Trick, tmp_path: Path) -> None:
    with pytest.raises(NotProvable):
        prove_lock(lock_prover(tmp_path, trick.dishonest), trick.remainder)


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_only_its_rule_is_in_the_way_of(trick: Trick, tmp_path: Path) -> None:
    prove_lock(lock_prover(tmp_path, trick.dishonest, trick.rule), trick.remainder)
