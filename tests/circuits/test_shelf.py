"""Finding keys that a network pins, and telling what there is: by hash, never by place."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.circuits.ceremonies import held_ceremony, tiny_subject
from winze.circuits import (
    CeremonyStore,
    Circuit,
    CircuitKeys,
    DamagedKeys,
    KeyKind,
    KeysNotHere,
    WrongKeys,
    ceremony_keys,
    pinned_keys,
    shelved_keys,
)
from winze.circuits.circuit import source_hash

NAMES = "proving.key", "verification_key.json"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CircuitKeys]:
    """A small circuit's keys, imported as if it were that of transfers."""
    folder = tmp_path_factory.mktemp("ceremony")
    with held_ceremony(folder) as held:
        store = folder / "keys"
        store.mkdir()
        subject = tiny_subject(held.source, Circuit.TRANSFER)
        yield CeremonyStore(store).add(held.zkey, subject)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory's folder of imported keys."""
    monkeypatch.setenv("WINZE_DATA", str(tmp_path))
    folder = tmp_path / "keys" / KeyKind.CEREMONY
    folder.mkdir(parents=True)
    return folder


def put(imported: CircuitKeys, shelf: Path, name: str = "") -> Path:
    return Path(shutil.copytree(imported.folder, shelf / (name or imported.folder.name)))


def pins(keys: CircuitKeys) -> dict[Circuit, tuple[str, str]]:
    manifest = keys.manifest
    return {Circuit.TRANSFER: (manifest.proving_key_sha256, manifest.verifying_key_sha256)}


def change(folder: Path, **fields: str) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_pinned_keys_are_found_wherever_they_stand(imported: CircuitKeys, shelf: Path) -> None:
    put(imported, shelf)
    moved = put(imported, shelf, "another-name")
    put(imported, shelf, ".litter")
    found = pinned_keys(pins(imported))
    assert found == {Circuit.TRANSFER: CircuitKeys(moved, imported.manifest)}


def test_keys_that_are_not_here_are_named_by_their_hash(imported: CircuitKeys, shelf: Path) -> None:
    put(imported, shelf)
    with pytest.raises(KeysNotHere, match=f"transfer circuit .*{'0' * 64}: import the network's"):
        pinned_keys({Circuit.TRANSFER: ("0" * 64, imported.manifest.verifying_key_sha256)})
    with pytest.raises(KeysNotHere, match="block circuit"):
        pinned_keys({Circuit.BLOCK: pins(imported)[Circuit.TRANSFER]})


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_named_with_both_hashes_and_what_to_do(
    imported: CircuitKeys, shelf: Path, name: str
) -> None:
    folder = put(imported, shelf)
    (folder / name).write_bytes(b"other")
    expected = pins(imported)[Circuit.TRANSFER][NAMES.index(name)]
    found = "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"
    with pytest.raises(DamagedKeys, match="winze keys import") as refused:
        pinned_keys(pins(imported))
    for part in (str(folder), name, expected, found):
        assert part in str(refused.value)


def test_another_verifying_key_is_refused_with_both_hashes(
    imported: CircuitKeys, shelf: Path
) -> None:
    put(imported, shelf)
    proving, verifying = pins(imported)[Circuit.TRANSFER]
    with pytest.raises(WrongKeys, match=f"{'0' * 64} for the verifying key .* has {verifying}"):
        pinned_keys({Circuit.TRANSFER: (proving, "0" * 64)})


def test_a_folder_that_does_not_say_what_it_is_is_passed_over(
    imported: CircuitKeys, shelf: Path
) -> None:
    (put(imported, shelf, "a") / "manifest.json").unlink()
    put(imported, shelf, "b")
    assert pinned_keys(pins(imported))[Circuit.TRANSFER].folder.name == "b"


def test_all_keys_are_told_with_what_is_wrong_with_them(imported: CircuitKeys, shelf: Path) -> None:
    (put(imported, shelf, "damaged") / "proving.key").write_bytes(b"")
    put(imported, shelf, "old")
    change(put(imported, shelf, "right"), source_hash=source_hash(Circuit.TRANSFER.source))
    change(put(imported, shelf, "strange"), circuit="tiny")
    told = {each.folder.name: each.problem for each in shelved_keys()}
    assert told.pop("damaged").startswith("proving.key has SHA-256")
    assert told == {
        "old": "it is for another version of the circuit",
        "right": "",
        "strange": "it is for no circuit of ours",
    }


def test_ceremony_keys_are_taken_where_there_is_no_doubt(
    imported: CircuitKeys, shelf: Path
) -> None:
    with pytest.raises(KeysNotHere, match="transfer circuit that come from a ceremony"):
        ceremony_keys()
    for circuit in Circuit:
        sources = source_hash(circuit.source)
        change(put(imported, shelf, circuit), circuit=circuit, source_hash=sources)
    found = ceremony_keys()
    assert {circuit: keys.folder.name for circuit, keys in found.items()} == {
        circuit: circuit for circuit in Circuit
    }
    sources = source_hash(Circuit.BLOCK.source)
    change(put(imported, shelf, "block2"), circuit="block", source_hash=sources)
    with pytest.raises(KeysNotHere, match=r"several ceremonies' .*block, .*block2; keep one"):
        ceremony_keys()
