"""`verifier.verify`, with real proofs of transfers.

the proofs     are none · one · several, all of which hold · one of which does not
a proof        holds · has a point negated, swapped, at infinity, off the curve
the inputs     are the proof's · others · an alias beyond the field's order · too many or few
errors         stand alone · cancel each other
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from eth_abi.abi import encode
from py_ecc import optimized_bn128 as bn128

from tests.contracts.evm.chain import NO_WORDS, Chain
from tests.contracts.evm.deployment import DEPLOYER, Deployed
from tests.contracts.evm.mutants import Change, changed
from tests.contracts.evm.refusals import fails
from tests.protocol.histories import Wallet
from winze.circuits import Circuit, Prover, VerifyingKeyWords, development_keys
from winze.contracts import Artifact, compiled
from winze.contracts.verifier import input_row
from winze.protocol import FIELD_ORDER, keccak, word

pytestmark = pytest.mark.chain

ONES = Change("verifier", "convert(keccak256(abi_encode(seed, i)), uint256) >> 128", "1")
"""Every proof of a batch has the same weight."""


@dataclass(frozen=True)
class Proved:
    """A proof's words, and the public signals that it proves."""

    words: tuple[int, ...]
    signals: tuple[int, ...]

    @property
    def row(self) -> list[int]:
        """The signals as `verify` takes them."""
        return input_row(self.signals)

    def with_points(self, *, a: tuple[int, int], c: tuple[int, int]) -> "Proved":
        return replace(self, words=(*a, *self.words[2:6], *c))

    def with_signal(self, place: int, value: int) -> "Proved":
        signals = list(self.signals)
        signals[place] = value
        return replace(self, signals=tuple(signals))

    @property
    def a(self) -> tuple[int, int]:
        return self.words[0], self.words[1]

    @property
    def c(self) -> tuple[int, int]:
        return self.words[6], self.words[7]


@pytest.fixture(scope="module")
def words() -> VerifyingKeyWords:
    return development_keys(circuits=[Circuit.TRANSFER])[Circuit.TRANSFER].constructor_words()


@pytest.fixture(scope="module")
def proofs() -> list[Proved]:
    """Three proofs, of transfers that differ in their fees' deadlines."""
    prover = Prover(development_keys(circuits=[Circuit.TRANSFER]))
    wallet = Wallet.new()
    witnesses = [wallet.transfer(deadline=1000 + number) for number in range(3)]
    return [
        Proved(prover.prove(each).words, tuple(map(int, each.statement.signals())))
        for each in witnesses
    ]


def deployed(words: VerifyingKeyWords, artifact: Artifact | None = None) -> Deployed:
    chain, artifact = Chain(10**9), artifact or compiled("verifier")
    return Deployed(chain, chain.deploy(artifact, *words, sender=DEPLOYER), artifact.abi)


@pytest.fixture(scope="module")
def verifier(words: VerifyingKeyWords) -> Deployed:
    return deployed(words)


def holds(verifier: Deployed, *batch: Proved) -> bool:
    return bool(
        verifier.ask("verify", [each.words for each in batch], [each.row for each in batch])
    )


def added(*points: tuple[int, int]) -> tuple[int, int]:
    """The sum of points of the curve."""
    total = bn128.Z1
    for x, y in points:
        total = bn128.add(total, (bn128.FQ(x), bn128.FQ(y), bn128.FQ(1)))
    x, y = bn128.normalize(total)
    return int(x), int(y)


def negated(point: tuple[int, int]) -> tuple[int, int]:
    return point[0], bn128.field_modulus - point[1]


def multiplied(point: tuple[int, int], factor: int) -> tuple[int, int]:
    x, y = point
    x, y = bn128.normalize(bn128.multiply((bn128.FQ(x), bn128.FQ(y), bn128.FQ(1)), factor))
    return int(x), int(y)


GENERATOR = (1, 2)


# -- what holds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3])
def test_proofs_that_hold_are_accepted(
    verifier: Deployed, proofs: list[Proved], count: int
) -> None:
    assert holds(verifier, *proofs[:count])


def test_it_says_how_many_inputs_a_proof_has(verifier: Deployed) -> None:
    assert verifier.ask("public_inputs") == 7


# -- what does not -------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 6])
def test_a_proof_does_not_hold_for_another_input(
    verifier: Deployed, proofs: list[Proved], place: int
) -> None:
    other = proofs[0].with_signal(place, proofs[0].signals[place] + 1)
    assert not holds(verifier, other)


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("times", [1, 4])
def test_an_input_has_no_alias_beyond_the_fields_order(
    verifier: Deployed, proofs: list[Proved], place: int, times: int
) -> None:
    alias = proofs[0].with_signal(place, proofs[0].signals[place] + times * FIELD_ORDER)
    assert not holds(verifier, alias)


def test_an_alias_in_a_later_proof_is_noticed(verifier: Deployed, proofs: list[Proved]) -> None:
    alias = proofs[1].with_signal(6, proofs[1].signals[6] + FIELD_ORDER)
    assert not holds(verifier, proofs[0], alias)


def test_swapped_points_do_not_hold(verifier: Deployed, proofs: list[Proved]) -> None:
    first = proofs[0]
    assert not holds(verifier, first.with_points(a=first.c, c=first.a))


def test_a_negated_point_does_not_hold(verifier: Deployed, proofs: list[Proved]) -> None:
    first = proofs[0]
    assert not holds(verifier, first.with_points(a=negated(first.a), c=first.c))


def test_points_at_infinity_do_not_hold(verifier: Deployed, proofs: list[Proved]) -> None:
    assert not holds(verifier, replace(proofs[0], words=(0,) * 8))


def test_a_point_off_its_curve_does_not_hold(verifier: Deployed, proofs: list[Proved]) -> None:
    words = proofs[0].words
    for place in (0, 3, 7):
        off = replace(proofs[0], words=(*words[:place], words[place] ^ 1, *words[place + 1 :]))
        assert not holds(verifier, off)


def test_a_point_off_the_curve_in_a_later_proof_is_refused(
    verifier: Deployed, proofs: list[Proved]
) -> None:
    off = replace(proofs[1], words=(proofs[1].words[0] ^ 1, *proofs[1].words[1:]))
    with fails(NO_WORDS):
        holds(verifier, proofs[0], off)


@pytest.mark.parametrize("wrong", [0, 1])
def test_one_proof_that_does_not_hold_spoils_a_batch(
    verifier: Deployed, proofs: list[Proved], wrong: int
) -> None:
    batch = proofs[:2]
    batch[wrong] = batch[wrong].with_signal(3, 7)
    assert not holds(verifier, *batch)


def test_proofs_belong_to_their_own_inputs(verifier: Deployed, proofs: list[Proved]) -> None:
    first, second = proofs[:2]
    batch = replace(first, signals=second.signals), replace(second, signals=first.signals)
    assert not holds(verifier, *batch)


# -- errors that cancel --------------------------------------------------------------------------


def shifted_points(proofs: Sequence[Proved]) -> tuple[Proved, Proved]:
    """Neither holds, but the sum of their `C` is that of two proofs that do."""
    first, second = proofs[:2]
    return (
        first.with_points(a=first.a, c=added(first.c, GENERATOR)),
        second.with_points(a=second.a, c=added(second.c, negated(GENERATOR))),
    )


def shifted_inputs(proofs: Sequence[Proved]) -> tuple[Proved, Proved]:
    """Neither holds, but the sums of their inputs are those of two proofs that do."""
    first, second = proofs[:2]
    return (
        first.with_signal(1, first.signals[1] + 1),
        second.with_signal(1, second.signals[1] - 1),
    )


@pytest.mark.parametrize("shifted", [shifted_points, shifted_inputs])
def test_errors_that_cancel_between_proofs_are_noticed(
    verifier: Deployed, words: VerifyingKeyWords, proofs: list[Proved], shifted: object
) -> None:
    batch = shifted(proofs)  # type: ignore[operator]
    assert holds(deployed(words, changed("verifier", ONES)), *batch)
    assert not holds(verifier, *batch)


SEED = "seed = keccak256(abi_encode(proofs, inputs))"


@pytest.mark.parametrize("unsaid", ["inputs", "proofs"])
def test_errors_chosen_for_the_weights_change_the_weights(
    verifier: Deployed, words: VerifyingKeyWords, proofs: list[Proved], unsaid: str
) -> None:
    """Whoever knew a batch's weights beforehand could choose errors that cancel under them."""
    said = "proofs" if unsaid == "inputs" else "inputs"
    blind = changed("verifier", Change("verifier", SEED, f"seed = keccak256(abi_encode({said}))"))
    first, second = proofs[:2]
    if unsaid == "inputs":
        weight = _second_weight("uint256[8][]", [first.words, second.words])
        error = -pow(weight, -1, FIELD_ORDER) % FIELD_ORDER
        shifted = (second.signals[1] + error) % FIELD_ORDER
        batch = first.with_signal(1, first.signals[1] + 1), second.with_signal(1, shifted)
    else:
        weight = _second_weight("uint256[8][]", [first.row, second.row])
        error = -pow(weight, -1, bn128.curve_order) % bn128.curve_order
        batch = (
            first.with_points(a=first.a, c=added(first.c, GENERATOR)),
            second.with_points(a=second.a, c=added(second.c, multiplied(GENERATOR, error))),
        )
    assert holds(deployed(words, blind), *batch)
    assert not holds(verifier, *batch)


def _second_weight(kind: str, said: list[Any]) -> int:
    """The second proof's weight, where the seed is the hash of just this."""
    seed = keccak(encode([kind], [said]))
    return int.from_bytes(keccak(seed + word(1))) >> 128


# -- what is no question -------------------------------------------------------------------------


def test_no_proofs_are_refused(verifier: Deployed) -> None:
    with fails("verifier: no proofs"):
        verifier.call("verify", [], [])


@pytest.mark.parametrize("count", [0, 2])
def test_another_number_of_rows_is_refused(
    verifier: Deployed, proofs: list[Proved], count: int
) -> None:
    with fails("verifier: wrong number of inputs"):
        verifier.call("verify", [proofs[0].words], [proofs[0].row] * count)


def test_nothing_may_stand_behind_the_inputs(verifier: Deployed, proofs: list[Proved]) -> None:
    for value in (1, FIELD_ORDER - 1, FIELD_ORDER, 2**256 - 1):
        longer = replace(proofs[0], signals=(*proofs[0].signals, value))
        assert not holds(verifier, longer)


def test_nothing_may_stand_behind_the_inputs_of_a_batch(
    verifier: Deployed, proofs: list[Proved]
) -> None:
    """Not even what cancels: rows are weighted."""
    batch = [
        replace(each, signals=(*each.signals, value % FIELD_ORDER))
        for each, value in zip(proofs[:2], (1, -1), strict=True)
    ]
    assert not holds(verifier, *batch)


def test_a_key_without_inputs_is_refused(words: VerifyingKeyWords) -> None:
    with fails("verifier: no public inputs"):
        deployed(words._replace(ic=words.ic[:1]))


def test_a_key_of_other_points_accepts_nothing(
    words: VerifyingKeyWords, proofs: list[Proved]
) -> None:
    ic = (words.ic[1], words.ic[0], *words.ic[2:])
    assert not holds(deployed(words._replace(ic=ic)), proofs[0])
