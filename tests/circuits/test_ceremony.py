"""Keys from a ceremony are imported whole, or refused by name: tiny circuit, real snarkjs."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.circuits.ceremonies import Held, held_ceremony
from tests.circuits.tiny import FACTORS, TEMPLATE
from tests.snarkjs.snarkjs import compiled_by_circom
from winze.circuits import (
    CeremonyStore,
    Circuit,
    CircuitKeys,
    CircuitProver,
    KeyKind,
    KeyManifest,
    KeyStoreUnusable,
    Progress,
    SetupFailed,
    Stage,
    UnusableZkey,
    compile_constraints,
    import_ceremony,
)
from winze.circuits.circuit import CIRCOMLIB


class Desk:
    """A store of imported keys, and what it told."""

    def __init__(self, folder: Path, held: Held) -> None:
        self.folder, self.held = folder, held
        self.told: list[Progress] = []

    def add(self, zkey: Path) -> CircuitKeys:
        self.told.clear()
        return CeremonyStore(self.folder, self.told.append).add(zkey, self.held.subject)

    def refuse(self, zkey: Path, problem: str) -> None:
        """Make sure that `zkey` is refused by its name for this reason, and leaves nothing."""
        with pytest.raises(UnusableZkey, match=problem) as refused:
            self.add(zkey)
        assert str(zkey) in str(refused.value)
        assert "nothing was imported" in str(refused.value)
        assert {path.suffix for path in self.folder.iterdir()} <= {".lock"}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    with held_ceremony(tmp_path_factory.mktemp("ceremony")) as ceremony:
        yield ceremony


@pytest.fixture
def desk(tmp_path: Path, held: Held) -> Desk:
    folder = tmp_path / "keys"
    folder.mkdir()
    return Desk(folder, held)


@pytest.fixture(scope="module")
def imported(held: Held, tmp_path_factory: pytest.TempPathFactory) -> CircuitKeys:
    return CeremonyStore(tmp_path_factory.mktemp("imported")).add(held.zkey, held.subject)


# -- what a ceremony starts from -----------------------------------------------------------------


def test_the_constraints_are_the_very_bytes_that_circom_writes(held: Held, tmp_path: Path) -> None:
    assert held.r1cs.read_bytes() == compiled_by_circom(held.source, CIRCOMLIB, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("circuit", Circuit)
def test_the_real_circuits_constraints_are_the_very_bytes_that_circom_writes(
    circuit: Circuit, tmp_path: Path
) -> None:
    ours = compile_constraints(circuit.source, lambda _: None)
    assert ours == compiled_by_circom(circuit.source, CIRCOMLIB, tmp_path)


def test_a_circuit_that_does_not_compile_has_no_constraints(tmp_path: Path) -> None:
    source = tmp_path / "wrong.circom"
    source.write_text("pragma circom 2.2.0;\ncomponent main = Nothing();\n")
    with pytest.raises(SetupFailed, match="wrong circuit"):
        compile_constraints(source, lambda _: None)


# -- what is imported ----------------------------------------------------------------------------


def test_snarkjs_accepts_the_ceremony(held: Held) -> None:
    assert held.snarkjs.accepts_ceremony(held.r1cs, held.ptau, held.zkey)


def test_imported_keys_prove_and_snarkjs_verifies_with_the_ceremonys_own_key(
    held: Held, imported: CircuitKeys
) -> None:
    proof = CircuitProver(imported).prove(FACTORS, [35])
    a, b, c = proof.words[:2], proof.words[2:6], proof.words[6:]
    plain = {
        "pi_a": [*map(str, a), "1"],
        "pi_b": [[str(b[1]), str(b[0])], [str(b[3]), str(b[2])], ["1", "0"]],
        "pi_c": [*map(str, c), "1"],
        "protocol": "groth16",
        "curve": "bn128",
    }
    own = json.dumps(held.snarkjs.ask("verifyingKey", held.zkey))
    assert held.snarkjs.verifies(own, [35], plain)
    assert not held.snarkjs.verifies(own, [36], plain)


def test_a_manifest_tells_who_contributed(imported: CircuitKeys) -> None:
    manifest = imported.manifest
    assert (manifest.kind, manifest.constraints) == (KeyKind.CEREMONY, 2)
    assert manifest.ceremony is not None
    told = [(each.name, each.beacon) for each in manifest.ceremony.contributions]
    assert told == [("Alice", False), ("Bob", False), ("beacon", True)]
    assert KeyManifest.from_json(manifest.to_json()) == manifest
    assert CircuitKeys.open(imported.folder) == imported


def test_stages_are_told_in_order(desk: Desk) -> None:
    desk.add(desk.held.zkey)
    told = list(dict.fromkeys(progress.stage for progress in desk.told))
    assert told == [Stage.COMPILE, Stage.CHECK, Stage.IMPORT, Stage.TRY, Stage.DONE]


def test_a_file_is_imported_once_and_found_in_silence(desk: Desk) -> None:
    keys = desk.add(desk.held.zkey)
    assert sorted(path.name for path in keys.folder.iterdir()) == [
        "manifest.json",
        "proving.key",
        "verification_key.json",
    ]
    assert desk.add(desk.held.zkey) == keys
    assert desk.told == []


def test_everybody_gets_the_same_bytes_from_the_same_file(
    desk: Desk, imported: CircuitKeys
) -> None:
    again = desk.add(desk.held.zkey).manifest
    assert again.proving_key_sha256 == imported.manifest.proving_key_sha256
    assert again.verifying_key_sha256 == imported.manifest.verifying_key_sha256


def test_damaged_keys_are_imported_again(desk: Desk, imported: CircuitKeys) -> None:
    folder = Path(shutil.copytree(imported.folder, desk.folder / imported.folder.name))
    (folder / "proving.key").write_bytes(b"")
    assert desk.add(desk.held.zkey).manifest.proving_key_sha256 == (
        imported.manifest.proving_key_sha256
    )
    assert desk.told != []
    assert CircuitKeys.open(folder).folder == folder


def test_what_a_killed_process_left_is_removed(desk: Desk, imported: CircuitKeys) -> None:
    litter = desk.folder / f".{imported.folder.name}.abc"
    litter.mkdir()
    (litter / "key.zkey").write_text("half")
    desk.add(desk.held.zkey)
    assert not litter.exists()


def test_a_folder_that_cannot_be_written_is_named(desk: Desk) -> None:
    desk.folder.rmdir()
    desk.folder.write_text("a file")
    with pytest.raises(KeyStoreUnusable, match=f"{desk.folder}.*WINZE_DATA"):
        desk.add(desk.held.zkey)


# -- what is refused -----------------------------------------------------------------------------


def test_a_ceremony_whose_right_sides_differ_is_refused_by_the_proof_that_is_tried(
    desk: Desk, tmp_path: Path
) -> None:
    """The file has the constraints' right sides as points alone."""
    other = TEMPLATE.replace("product === first", "2 * product === first")
    assert other != TEMPLATE
    zkey = desk.held.for_template(tmp_path / "other", other)
    desk.refuse(zkey, "made with it, does not verify")
    assert desk.told[-1].stage is Stage.TRY


def test_a_ceremony_that_nobody_finished_is_refused(desk: Desk, tmp_path: Path) -> None:
    desk.refuse(desk.held.another(tmp_path / "few"), "0 people contributed")


def test_a_damaged_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    content = desk.held.zkey.read_bytes()
    harmed = tmp_path / "harmed.zkey"
    harmed.write_bytes(content[:-1])
    desk.refuse(harmed, "cut short")


def test_a_file_that_is_not_there_is_named(desk: Desk, tmp_path: Path) -> None:
    desk.refuse(tmp_path / "absent.zkey", "cannot be read")


@pytest.mark.parametrize("circuit", [None, Circuit.TRANSFER])
def test_a_ceremony_for_no_circuit_of_ours_is_refused(
    held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, circuit: Circuit | None
) -> None:
    monkeypatch.setenv("WINZE_DATA", str(tmp_path))
    with pytest.raises(UnusableZkey, match="1 public signals"):
        import_ceremony(held.zkey, circuit)
