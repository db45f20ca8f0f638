"""The constructor's words are the key: an independent pairing accepts proofs by them."""

import json
from pathlib import Path

import pytest
from py_ecc.optimized_bn128 import FQ, FQ2, FQ12, add, multiply, neg, pairing

from tests.circuits.tiny import FACTORS, tiny_keys
from winze.circuits import CircuitKeys, CircuitProver, DamagedKeys, constructor_words


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> CircuitKeys:
    return tiny_keys(tmp_path_factory.mktemp("keys"))


def g1(words: tuple[int, ...]) -> tuple[FQ, FQ, FQ]:
    return FQ(words[0]), FQ(words[1]), FQ(1)


def g2(words: tuple[int, ...]) -> tuple[FQ2, FQ2, FQ2]:
    x_im, x_re, y_im, y_re = words
    return FQ2([x_re, x_im]), FQ2([y_re, y_im]), FQ2.one()


def test_the_pairing_equation_holds_over_the_words(keys: CircuitKeys) -> None:
    alpha, beta, gamma, delta, ic = keys.constructor_words()
    assert len(ic) == 2
    proof = CircuitProver(keys).prove(FACTORS, [35]).words
    inputs = add(g1(ic[0]), multiply(g1(ic[1]), 35))
    product = (
        pairing(g2(proof[2:6]), neg(g1(proof[0:2])))
        * pairing(g2(beta), g1(alpha))
        * pairing(g2(gamma), inputs)
        * pairing(g2(delta), g1(proof[6:8]))
    )
    assert product == FQ12.one()


@pytest.mark.parametrize(
    "harm",
    [
        lambda key: key.pop("vk_alpha_1"),
        lambda key: key.update(IC=None),
        lambda key: key["vk_alpha_1"].pop(),
        lambda key: key["vk_alpha_1"].__setitem__(2, "2"),
        lambda key: key["vk_beta_2"].__setitem__(2, ["0", "1"]),
        lambda key: key["vk_beta_2"].__setitem__(0, ["0"]),
        lambda key: key["IC"][0].__setitem__(0, "x"),
    ],
)
def test_anything_but_a_verification_key_is_refused(harm: object, keys: CircuitKeys) -> None:
    key = json.loads((keys.folder / "verification_key.json").read_text())
    constructor_words(json.dumps(key))
    harm(key)  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"verification_key\.json|affine|unpack|literal"):
        constructor_words(json.dumps(key))


def test_a_changed_key_gives_no_words(tmp_path: Path) -> None:
    keys = tiny_keys(tmp_path)
    (keys.folder / "verification_key.json").write_text("{}")
    with pytest.raises(DamagedKeys, match="SHA-256"):
        keys.constructor_words()
