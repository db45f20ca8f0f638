"""`verifier.verify` and snarkjs agree: it accepts a batch just where snarkjs accepts each proof.

the key     has secrets that are known, so that true and false proofs can be made up; or is real
a proof     holds · holds in an odd way (a point at infinity, negated twice, scaled)
            · has a point negated, swapped, at infinity, off its curve, outside its subgroup
its inputs  are its own · others · the last of the field · beyond its order
a batch     holds · has one proof that does not · has errors that cancel
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from eth_abi.abi import encode
from py_ecc import optimized_bn128 as bn128

from tests.chains import Chain, bare_chain
from tests.contracts.evm.chain import CallFailed
from tests.contracts.evm.chain import Chain as ChainInMemory
from tests.contracts.evm.deployment import DEPLOYER, Deployed
from tests.contracts.evm.trapdoors import (
    BASE,
    ORDER,
    KnownKey,
    Words,
    g1,
    g2,
    g2_point,
    g2_words,
    outside_the_subgroup,
    snarkjs_proof,
    verification_key,
)
from tests.protocol.histories import Wallet
from tests.snarkjs.snarkjs import Snarkjs, running_snarkjs
from winze.circuits import Circuit, Proof, Prover, VerifyingKeyWords, development_keys
from winze.contracts import TransactionReverted, Verifier, compiled, deployment_call
from winze.contracts.verifier import input_row
from winze.protocol import FIELD_ORDER, keccak, word

pytestmark = [pytest.mark.chain, pytest.mark.asyncio(loop_scope="module")]

KEY = KnownKey.new(Random(1), public=3)  # noqa: S311 - made-up secrets
SIGNALS = (11, 0, FIELD_ORDER - 1)
TRUE = KEY.proof(SIGNALS)


@dataclass(frozen=True)
class Case:
    """A proof's words, and the signals that it is said to prove."""

    words: Words
    signals: tuple[int, ...] = SIGNALS


def negated(point: Words) -> Words:
    """The negative of a point of either group."""
    half = len(point) // 2
    return (*point[:half], *(-y % BASE for y in point[half:]))


def with_points(
    words: Words = TRUE, *, a: Words | None = None, b: Words | None = None, c: Words | None = None
) -> Case:
    return Case((*(a or words[:2]), *(b or words[2:6]), *(c or words[6:])))


def off_its_curve(place: int) -> Case:
    return Case((*TRUE[:place], TRUE[place] ^ 1, *TRUE[place + 1 :]))


def with_signal(place: int, value: int) -> Case:
    return Case(TRUE, (*SIGNALS[:place], value, *SIGNALS[place + 1 :]))


def moved_out_of_the_subgroup() -> Words:
    return g2_words(bn128.add(g2_point(TRUE[2:6]), outside_the_subgroup()))


A, B, C = TRUE[:2], TRUE[2:6], TRUE[6:]
NOTHING = (0, 0)

ACCEPTED = {
    "true": Case(TRUE),
    "other signals": Case(KEY.proof((0, 0, 0)), (0, 0, 0)),
    "the field's last elements": Case(KEY.proof((FIELD_ORDER - 1,) * 3), (FIELD_ORDER - 1,) * 3),
    "A at infinity": Case(KEY.proof(SIGNALS, a=0)),
    "C at infinity": Case(KEY.proof(SIGNALS, c=0)),
    "A and B negated": with_points(a=negated(A), b=negated(B)),
    "A and B scaled": Case(KEY.proof(SIGNALS, a=9)),
    "C first": Case(KEY.proof(SIGNALS, b=4, c=6)),
}
"""Proofs that hold, if in odd ways."""

REFUSED = {
    "all at infinity": Case((0,) * 8),
    "A at infinity and nothing else": with_points(a=NOTHING),
    "B at infinity and nothing else": with_points(b=NOTHING * 2),
    "C at infinity and nothing else": with_points(c=NOTHING),
    "A negated": with_points(a=negated(A)),
    "B negated": with_points(b=negated(B)),
    "C negated": with_points(c=negated(C)),
    "A, B and C negated": with_points(a=negated(A), b=negated(B), c=negated(C)),
    "A and C swapped": with_points(a=C, c=A),
    "B's parts swapped": with_points(b=(B[1], B[0], B[3], B[2])),
    "B's coordinates swapped": with_points(b=(*B[2:], *B[:2])),
    "A's coordinates swapped": with_points(a=(A[1], A[0])),
    "A is the generator": with_points(a=g1(1)),
    "B is the generator": with_points(b=g2(1)),
    "B moved out of the subgroup": with_points(b=moved_out_of_the_subgroup()),
    "B outside the subgroup": with_points(b=g2_words(outside_the_subgroup())),
    "A at infinity, B outside the subgroup": Case(
        (*KEY.proof(SIGNALS, a=0)[:2], *g2_words(outside_the_subgroup()), *C)
    ),
    **{f"word {place} off its curve": off_its_curve(place) for place in range(8)},
    **{f"signal {place} is another": with_signal(place, 12) for place in range(3)},
    "signal 0 is p more": with_signal(0, SIGNALS[0] + FIELD_ORDER),
    "signal 1 is p for 0": with_signal(1, FIELD_ORDER),
    "signal 2 is 2 p - 1 for p - 1": with_signal(2, 2 * FIELD_ORDER - 1),
    "signal 1 is p + 1": with_signal(1, FIELD_ORDER + 1),
    "signal 1 is the largest word": with_signal(1, 2**256 - 1),
}
"""Proofs that do not."""

CASES = ACCEPTED | REFUSED


@pytest.fixture(scope="module")
def snarkjs() -> Iterator[Snarkjs]:
    with running_snarkjs() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chain() -> AsyncIterator[Chain]:
    async with bare_chain() as running:
        yield running


async def deployed(chain: Chain, words: VerifyingKeyWords) -> Verifier:
    receipt = await chain.sender(0).send(deployment_call(compiled("verifier"), *words))
    assert receipt.created is not None
    return Verifier(chain.w3, receipt.created)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def verifier(chain: Chain) -> Verifier:
    return await deployed(chain, KEY.words)


async def accepts(verifier: Verifier, *batch: Case) -> bool:
    """Whether the contract answers yes; no, and a revert for what is no point, are both a no."""
    proofs = [Proof.from_words(case.words) for case in batch]
    try:
        return await verifier.verify(proofs, [case.signals for case in batch])
    except TransactionReverted:
        return False


def snarkjs_accepts(snarkjs: Snarkjs, case: Case, key: str = KEY.json) -> bool:
    return snarkjs.verifies(key, case.signals, snarkjs_proof(case.words))


# -- one proof -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
async def test_snarkjs_and_the_contract_agree_on_a_proof(
    snarkjs: Snarkjs, verifier: Verifier, name: str
) -> None:
    case = CASES[name]
    expected = name in ACCEPTED
    assert snarkjs_accepts(snarkjs, case) == expected
    assert await accepts(verifier, case) == expected


@pytest.mark.parametrize(
    "name",
    ["A at infinity", "B moved out of the subgroup", "signal 1 is p for 0", "word 3 off its curve"],
)
async def test_the_contract_in_titanoboas_machine_agrees_too(name: str) -> None:
    memory, artifact = ChainInMemory(10**9), compiled("verifier")
    contract = Deployed(memory, memory.deploy(artifact, *KEY.words, sender=DEPLOYER), artifact.abi)
    case = CASES[name]
    try:
        answer = contract.ask("verify", [case.words], [input_row(case.signals)])
    except CallFailed:
        answer = False
    assert answer == (name in ACCEPTED)


@pytest.mark.parametrize("place", range(8))
async def test_a_coordinate_has_no_alias_on_chain_though_it_has_one_in_snarkjs(
    snarkjs: Snarkjs, verifier: Verifier, place: int
) -> None:
    """Where they differ, the contract is the stricter one: a point is written in one way only."""
    words = list(TRUE)
    words[place] += BASE
    assert snarkjs_accepts(snarkjs, Case(tuple(words)))
    assert not await accepts(verifier, Case(tuple(words)))


@pytest.mark.parametrize("a", [0, 5])
async def test_a_true_equation_with_b_at_infinity_holds_on_chain_and_not_in_snarkjs(
    snarkjs: Snarkjs, verifier: Verifier, a: int
) -> None:
    """snarkjs does not pair the infinity of G2 as one; the chain's precompile does, by EIP-197.

    Nobody gains by it: such a C is out of reach without the key's secrets.
    """
    case = Case(KEY.proof(SIGNALS, a=a, b=0))
    assert not snarkjs_accepts(snarkjs, case)
    assert await accepts(verifier, case)
    assert await accepts(verifier, Case(TRUE), case)
    assert not await accepts(verifier, Case(case.words, (12, *SIGNALS[1:])))


# -- batches -------------------------------------------------------------------------------------


def second_weight(*said: tuple[str, list[Any]]) -> int:
    """The second proof's weight, by protocol §8, if the seed were the hash of just this."""
    seed = keccak(encode([kind for kind, _ in said], [words for _, words in said]))
    return int.from_bytes(keccak(seed + word(1))) >> 128


def proof_of(a: int, c: int, signals: tuple[int, ...] = SIGNALS) -> Case:
    """A true proof with this `a` and `c`."""
    return Case(KEY.proof(signals, a=a, c=c), signals)


def shifted(case: Case, *, c: int = 0, scalar_c: int = 0) -> Case:
    """`case`, whose C is `scalar_c` times the generator, moved by `c`."""
    return with_points(case.words, c=g1(scalar_c + c))


def cancelling() -> dict[str, tuple[Case, ...]]:
    """Batches of false proofs whose errors are nothing in sum."""
    first, second, third = (proof_of(3, c) for c in (1, 2, 3))
    proofs = "uint256[8][]", [first.words, second.words]
    inputs = "uint256[8][]", [input_row(first.signals), input_row(second.signals)]
    # Whoever knew the weight beforehand would choose the second error as minus its inverse.
    of_all, of_inputs, of_proofs = (
        -pow(second_weight(*said), -1, ORDER) for said in ((proofs, inputs), (inputs,), (proofs,))
    )
    # The same B, so that errors of A can cancel.
    b = 13
    twins = [Case(KEY.proof(SIGNALS, b=b, c=c)) for c in (1, 2)]
    return {
        "C + D and C - D": (shifted(first, scalar_c=1, c=9), shifted(second, scalar_c=2, c=-9)),
        "C + D, C + D and C - 2 D": (
            shifted(first, scalar_c=1, c=9),
            shifted(second, scalar_c=2, c=9),
            shifted(third, scalar_c=3, c=-18),
        ),
        "C, for the weights of the true batch": (
            shifted(first, scalar_c=1, c=1),
            shifted(second, scalar_c=2, c=of_all),
        ),
        "C, for weights drawn from the signals alone": (
            shifted(first, scalar_c=1, c=1),
            shifted(second, scalar_c=2, c=of_inputs),
        ),
        "signals, for weights drawn from the proofs alone": (
            Case(first.words, (SIGNALS[0] + 1, *SIGNALS[1:])),
            Case(second.words, ((SIGNALS[0] + of_proofs) % FIELD_ORDER, *SIGNALS[1:])),
        ),
        "C swapped": (
            with_points(first.words, c=second.words[6:]),
            with_points(second.words, c=first.words[6:]),
        ),
        "A swapped, under one B": (
            with_points(twins[0].words, a=twins[1].words[:2]),
            with_points(twins[1].words, a=twins[0].words[:2]),
        ),
        "A negated in both, under one B": tuple(
            with_points(twin.words, a=negated(twin.words[:2])) for twin in twins
        ),
        "signals + 1 and - 1": (
            Case(first.words, (SIGNALS[0] + 1, *SIGNALS[1:])),
            Case(second.words, (SIGNALS[0] - 1, *SIGNALS[1:])),
        ),
        "signals swapped": (
            Case(KEY.proof((1, 2, 3)), (4, 5, 6)),
            Case(KEY.proof((4, 5, 6)), (1, 2, 3)),
        ),
        "all at infinity, twice": (Case((0,) * 8),) * 2,
        "a false proof and its negative": (
            with_points(c=g1(5)),
            with_points(a=negated(A), c=negated(g1(5))),
        ),
    }


CANCELLING = cancelling()


@pytest.mark.parametrize("name", CANCELLING)
@pytest.mark.parametrize("before", [0, 1])
async def test_errors_that_cancel_are_noticed(
    snarkjs: Snarkjs, verifier: Verifier, name: str, before: int
) -> None:
    """Also behind a true proof, for the first proof's weight is 1."""
    assert not any(snarkjs_accepts(snarkjs, case) for case in CANCELLING[name])
    assert not await accepts(verifier, *[ACCEPTED["true"]] * before, *CANCELLING[name])


@pytest.mark.parametrize("size", [2, 5, 15, 16])
async def test_a_batch_of_all_that_holds_is_accepted(verifier: Verifier, size: int) -> None:
    odd = list(ACCEPTED.values())
    assert await accepts(verifier, *[odd[i % len(odd)] for i in range(size)])


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("place", [0, 7, 15])
async def test_one_false_proof_spoils_the_largest_batch_wherever_it_is(
    verifier: Verifier, name: str, place: int
) -> None:
    odd = list(ACCEPTED.values())
    batch = [odd[i % len(odd)] for i in range(16)]
    batch[place] = REFUSED[name]
    assert not await accepts(verifier, *batch)


# -- real keys -----------------------------------------------------------------------------------


async def test_they_agree_on_real_proofs_of_transfers(snarkjs: Snarkjs, chain: Chain) -> None:
    keys = development_keys(circuits=[Circuit.TRANSFER])
    words = keys[Circuit.TRANSFER].constructor_words()
    witnesses = [Wallet.new().transfer(deadline=1000 + number) for number in range(2)]
    prover = Prover(keys)
    true = [
        Case(prover.prove(each).words, tuple(map(int, each.statement.signals())))
        for each in witnesses
    ]
    false = [
        Case(true[0].words, true[1].signals),
        Case((*true[0].words[:6], *true[1].words[6:]), true[0].signals),
        Case((*negated(true[0].words[:2]), *true[0].words[2:]), true[0].signals),
    ]
    verifier = await deployed(chain, words)
    key = verification_key(words)
    for case in true + false:
        expected = case in true
        assert snarkjs_accepts(snarkjs, case, key) == expected
        assert await accepts(verifier, case) == expected
        assert await accepts(verifier, *true, case) == expected
