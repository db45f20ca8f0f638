"""A prover may compute hints (`<--`) as it likes: the constraints around them leave one value.

Each case computes the lock period's hints dishonestly. With all rules that is refused; without the
one rule that speaks about it the prover chooses its own lock. The steps of the computation that
need no hint are each left to the prover, with the same result. The check over the constraints says
the same of every circuit here, without knowing any trick.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.circuits.places import hash_of
from tests.circuits.rules import Rule
from tests.circuits.sources import circuit_with
from tools.determinacy import follows
from tools.determinacy.sources import system_of
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
    dishonest: Rule | None
    """None where the rule computes something, and without it the prover does."""
    rule: Rule
    remainder: int

    @property
    def edits(self) -> tuple[Rule, ...]:
        return (self.rule,) if self.dishonest is None else (self.dishonest, self.rule)


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

MINING, BITS = "templates/mining.circom", "templates/bits.circom"
STEPS = (
    Trick(
        "a comparison that counts no bits",
        TRICKS[0].dishonest,
        Rule(BITS, "Range(bits)(b - a - 1);"),
        TRICKS[0].remainder,
    ),
    Trick(
        "a hash of something else",
        None,
        Rule(MINING, "signal mixed <== Poseidon(2)([header, blinding]);", "signal mixed <-- 0;"),
        0,
    ),
    Trick(
        "a draw that is not the hash's",
        None,
        Rule(MINING, "signal draw <== LowBits(DRAW_BITS())(mixed);", "signal draw <-- 7;"),
        7,
    ),
    Trick(
        "bits that are not the hash's",
        None,
        Rule(BITS, "kept[i] <== decomposed[i];", "kept[i] <-- 0;"),
        0,
    ),
    Trick(
        "a number that is not made of the bits",
        None,
        Rule(BITS, "low <== Bits2Num(bits)(kept);", "low <-- 7;"),
        7,
    ),
    Trick(
        "a sum with something else than the remainder",
        None,
        Rule(MINING, "lock <== lock_min + remainder;", "lock <-- lock_min + 7;"),
        7,
    ),
)


def lock_prover(folder: Path, *edits: Rule) -> CircuitProver:
    source = circuit_with(folder, *edits).with_name("lock.circom")
    source.write_text(MAIN)
    return CircuitProver(KeyStore(folder).keys("lock", source))


def is_determined(prover: CircuitProver, folder: Path) -> bool:
    """Whether everything follows from the lock's inputs, the claimed lock not among them."""
    system = system_of(prover.keys, folder / "sources" / "lock.circom")
    given = system.wires_of("header", "blinding", "lock_min", "lock_range")
    return follows(system, given).known >= set(range(system.wires))


def prove_lock(prover: CircuitProver, remainder: int) -> None:
    public = [HEADER, BLINDING, LOCK_MIN, LOCK_RANGE, (LOCK_MIN + remainder) % FIELD_ORDER]
    names = ("header", "blinding", "lock_min", "lock_range", "lock")
    prover.prove(dict(zip(names, public, strict=True)), public)


def test_honest_hints_give_the_one_lock_there_is(tmp_path: Path) -> None:
    prover = lock_prover(tmp_path)
    assert is_determined(prover, tmp_path)
    prove_lock(prover, REMAINDER)
    for trick in TRICKS + STEPS:
        with pytest.raises(NotProvable):
            prove_lock(prover, trick.remainder)


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_a_lock_is_refused_with(trick: Trick, tmp_path: Path) -> None:
    assert trick.dishonest is not None
    with pytest.raises(NotProvable):
        prove_lock(lock_prover(tmp_path, trick.dishonest), trick.remainder)


@pytest.mark.parametrize("trick", TRICKS + STEPS, ids=lambda trick: trick.name)
def test_only_its_rule_is_in_the_way_of(trick: Trick, tmp_path: Path) -> None:
    prover = lock_prover(tmp_path, *trick.edits)
    assert not is_determined(prover, tmp_path)
    prove_lock(prover, trick.remainder)
