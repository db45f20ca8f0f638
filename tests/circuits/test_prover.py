"""The prover's own promises, with a circuit that is set up in a second."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.circuits.tiny import FACTORS, tiny_keys
from winze.circuits import (
    Circuit,
    CircuitKeys,
    CircuitProver,
    DamagedKeys,
    MalformedWitness,
    MissingKeys,
    NotProvable,
    Proof,
    Prover,
    Signals,
)
from winze.protocol import FIELD_ORDER, SpendingKey

PROVING_KEY, VERIFYING_KEY = "proving.key", "verification_key.json"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> CircuitKeys:
    return tiny_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(params=[True, False], ids=["compiled", "interpreted"])
def tiny(keys: CircuitKeys, request: pytest.FixtureRequest) -> CircuitProver:
    return CircuitProver(keys, compiled=request.param)


def test_a_proof_verifies_for_its_public_signals_alone(tiny: CircuitProver) -> None:
    proof = tiny.prove(FACTORS, [35])
    assert tiny.verify([35], proof)
    assert not tiny.verify([36], proof)


def test_a_witness_of_another_statement_is_not_provable(tiny: CircuitProver) -> None:
    with pytest.raises(NotProvable, match="the tiny circuit refuses"):
        tiny.prove(FACTORS, [36])


def test_a_witness_that_breaks_a_rule_is_not_provable(tiny: CircuitProver) -> None:
    with pytest.raises(NotProvable, match=r"a rule does not hold|does not verify"):
        tiny.prove(FACTORS | {"first": 8}, [35])


def test_a_witness_that_stops_its_program_is_not_provable(tiny: CircuitProver) -> None:
    with pytest.raises(NotProvable, match="cannot go on"):
        tiny.prove(FACTORS | {"second": [10, 0]}, [35])


@pytest.mark.parametrize(
    "signals",
    [
        {name: value for name, value in FACTORS.items() if name != "first"},
        FACTORS | {"third": 1},
        FACTORS | {"second": [10]},
        FACTORS | {"second": 10},
        FACTORS | {"first": [7, 7]},
    ],
    ids=["missing", "unknown", "too few", "no array", "too many"],
)
def test_signals_that_do_not_fit_are_malformed(signals: Signals, tiny: CircuitProver) -> None:
    with pytest.raises(MalformedWitness, match="tiny circuit"):
        tiny.prove(signals, [35])


@pytest.mark.parametrize("value", [FIELD_ORDER, 7 + FIELD_ORDER, -1, "7", None, 7.0, [7, None]])
def test_a_signal_that_is_no_field_element_is_named_and_not_shown(
    value: object, tiny: CircuitProver
) -> None:
    with pytest.raises(MalformedWitness) as refusal:
        tiny.prove(FACTORS | {"first": value}, [35])  # type: ignore[dict-item]
    assert str(refusal.value) == "signal first of the tiny circuit must hold field elements"
    assert refusal.value.__cause__ is None


def test_masked_secrets_reach_the_circuit_as_numbers(tiny: CircuitProver) -> None:
    tiny.prove(FACTORS | {"first": SpendingKey(7)}, [35])


@pytest.mark.parametrize("public", [[], [35, 35]])
def test_another_number_of_public_signals_is_malformed(
    public: list[int], tiny: CircuitProver
) -> None:
    with pytest.raises(MalformedWitness, match=f"has 1 public signals; {len(public)} were"):
        tiny.verify(public, Proof(bytes(256)))


@pytest.mark.parametrize("data", [bytes(256), b"\xff" * 256, bytes(range(256))])
def test_points_off_the_curves_prove_nothing(data: bytes, tiny: CircuitProver) -> None:
    assert not tiny.verify([35], Proof(data))


def test_a_public_signal_beyond_the_field_proves_nothing(tiny: CircuitProver) -> None:
    proof = tiny.prove(FACTORS, [35])
    assert not tiny.verify([35 + FIELD_ORDER], proof)


def test_verifying_does_not_need_the_proving_key(tmp_path: Path) -> None:
    keys = tiny_keys(tmp_path)
    proof = CircuitProver(keys).prove(FACTORS, [35])
    (keys.folder / PROVING_KEY).unlink()
    assert CircuitProver(keys).verify([35], proof)
    with pytest.raises(DamagedKeys, match=PROVING_KEY):
        CircuitProver(keys).prove(FACTORS, [35])


@pytest.mark.parametrize("name", [PROVING_KEY, VERIFYING_KEY])
def test_a_key_that_changed_since_it_was_opened_is_refused(name: str, tmp_path: Path) -> None:
    keys = tiny_keys(tmp_path)
    with (keys.folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(DamagedKeys, match=name):
        CircuitProver(keys).prove(FACTORS, [35])


def test_a_loaded_key_is_kept(tmp_path: Path) -> None:
    keys = tiny_keys(tmp_path)
    prover = CircuitProver(keys)
    prover.prove(FACTORS, [35])
    (keys.folder / PROVING_KEY).unlink()
    prover.prove(FACTORS, [35])


def test_threads_share_one_prover(tiny: CircuitProver) -> None:
    with ThreadPoolExecutor(8) as pool:
        loaded = set(pool.map(lambda _: id(tiny.proving_key()), range(8)))
        proofs = list(pool.map(lambda _: tiny.prove(FACTORS, [35]), range(16)))
    assert len(loaded) == 1
    assert all(tiny.verify([35], proof) for proof in proofs)
    assert len(set(proofs)) == len(proofs)


def test_a_circuit_without_keys_is_named() -> None:
    with pytest.raises(MissingKeys, match="no keys for the block circuit"):
        Prover({}).load(Circuit.BLOCK)
