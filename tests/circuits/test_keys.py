"""Keys are made once, believed never, and made again when they cannot be used."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.circuits.tiny import FACTORS, SOURCE, TEMPLATE, tiny_keys, write_tiny
from winze.circuits import (
    Circuit,
    CircuitKeys,
    CircuitProver,
    DamagedKeys,
    KeyKind,
    KeyStore,
    KeyStoreUnusable,
    Progress,
    SetupFailed,
    Stage,
    WrongKeys,
    development_keys,
)
from winze.circuits.setup import run_setup

PROVING_KEY, VERIFYING_KEY, MANIFEST = "proving.key", "verification_key.json", "manifest.json"


class Bench:
    """A folder of keys, a circuit to make them for, and what is reported meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "keys"
        self.folder.mkdir()
        self.source = write_tiny(folder / "sources")
        self.told: list[Progress] = []

    def keys(self) -> CircuitKeys:
        self.told.clear()
        return KeyStore(self.folder, self.told.append).keys("tiny", self.source)

    @property
    def reasons(self) -> set[str]:
        return {progress.reason for progress in self.told}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> CircuitKeys:
    return tiny_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def copied(tiny: CircuitKeys, tmp_path: Path) -> Path:
    """A folder of keys for a test to harm."""
    return Path(shutil.copytree(tiny.folder, tmp_path / "copied"))


def test_keys_are_made_once_and_then_found_in_silence(bench: Bench) -> None:
    made = bench.keys()
    assert bench.reasons == {"there are none yet"}
    assert bench.keys() == made
    assert bench.told == []


def test_stages_are_told_in_order_with_their_seconds(bench: Bench) -> None:
    made = bench.keys()
    *setup, done = bench.told
    assert {progress.stage for progress in setup} == {Stage.SETUP}
    assert [progress.elapsed for progress in setup] == sorted(p.elapsed for p in setup)
    assert done == Progress("tiny", Stage.DONE, made.manifest.setup_seconds, "there are none yet")


def test_a_manifest_tells_what_was_made(bench: Bench) -> None:
    manifest = bench.keys().manifest
    assert (manifest.circuit, manifest.kind) == ("tiny", KeyKind.DEVELOPMENT)
    assert manifest.constraints == 2
    assert manifest.compiler == "groth16py 0.2.0"
    assert 0 < manifest.setup_seconds < 600
    content = json.loads((bench.keys().folder / MANIFEST).read_text())
    assert content["source_hash"] == manifest.source_hash
    assert content["kind"] == "development"


def test_found_keys_prove(bench: Bench) -> None:
    bench.keys()
    CircuitProver(bench.keys()).prove(FACTORS, [35])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [flip, cut, empty, remove], ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("name", [PROVING_KEY, VERIFYING_KEY, MANIFEST])
def test_damaged_keys_are_refused_by_name(
    harm: Callable[[Path], None], name: str, copied: Path
) -> None:
    harm(copied / name)
    with pytest.raises(DamagedKeys, match=name):
        CircuitKeys.open(copied)


def test_damaged_keys_are_made_again_and_the_reason_is_told(bench: Bench) -> None:
    old = bench.keys()
    cut(old.folder / PROVING_KEY)
    new = bench.keys()
    (reason,) = bench.reasons
    assert reason.startswith(f"the old ones are damaged: {PROVING_KEY} has SHA-256")
    assert new.manifest.proving_key_sha256 != old.manifest.proving_key_sha256
    assert CircuitKeys.open(new.folder) == new
    assert bench.keys() == new


def test_stale_keys_are_made_again_and_the_reason_is_told(bench: Bench) -> None:
    path = bench.keys().folder / MANIFEST
    content = json.loads(path.read_text()) | {"source_hash": "0" * 64}
    path.write_text(json.dumps(content))
    bench.keys()
    assert bench.reasons == {"the old ones are stale: their circuit's sources were others"}


@pytest.mark.parametrize(
    "change",
    [{"constraints": "many"}, {"kind": "found"}, {"constraints": None}, {"more": 1}],
    ids=str,
)
def test_a_manifest_with_a_wrong_field_is_refused(change: dict[str, object], copied: Path) -> None:
    path = copied / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DamagedKeys, match="no manifest"):
        CircuitKeys.open(copied)


def test_other_sources_have_other_keys_and_the_old_ones_stay(bench: Bench) -> None:
    old = bench.keys()
    write_tiny(bench.source.parent, TEMPLATE + "// more\n")
    new = bench.keys()
    assert new.folder != old.folder
    assert CircuitKeys.open(old.folder) == old


def test_two_processes_make_keys_once(bench: Bench) -> None:
    program = (
        "import sys; from pathlib import Path; from winze.circuits import KeyStore;"
        "told = [];"
        "keys = KeyStore(Path(sys.argv[1]), told.append).keys('tiny', Path(sys.argv[2]));"
        "print(keys.manifest.proving_key_sha256, told[-1].stage if told else '')"
    )
    command = [sys.executable, "-c", program, str(bench.folder), str(bench.source)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 our own program
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=120)[0].split() for process in processes]
    assert len({answer[0] for answer in answers}) == 1
    assert sum(answer[1:] == ["done"] for answer in answers) == 1


def test_who_waits_for_another_is_told(bench: Bench) -> None:
    program = (
        "import fcntl, sys, time; lock = open(sys.argv[1], 'ab');"
        "fcntl.flock(lock, fcntl.LOCK_EX); print('held', flush=True); time.sleep(1)"
    )
    expected = bench.keys().folder
    lock = bench.folder / f".{expected.name}.lock"
    (expected / MANIFEST).unlink()
    with subprocess.Popen(  # noqa: S603 our own program
        [sys.executable, "-c", program, str(lock)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        bench.keys()
    assert bench.told[0].stage is Stage.WAITING
    assert bench.told[-1].stage is Stage.DONE


def test_a_killed_process_leaves_nothing_in_the_way(bench: Bench) -> None:
    program = (
        "import sys; from pathlib import Path; from winze.circuits import KeyStore;"
        "KeyStore(Path(sys.argv[1]), lambda told: print(told.stage, flush=True))"
        ".keys('tiny', Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, str(bench.folder), str(bench.source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 our own program
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    (litter,) = bench.folder.glob(".tiny-*/")
    (litter / "half.key").write_text("half")
    keys = bench.keys()
    assert sorted(path.name for path in keys.folder.iterdir()) == [
        MANIFEST,
        PROVING_KEY,
        VERIFYING_KEY,
    ]
    assert not litter.exists()


def test_a_circuit_that_does_not_compile_leaves_no_keys(bench: Bench) -> None:
    bench.source.write_text(SOURCE.replace("= Factors()", "= Facts()"))
    with pytest.raises(SetupFailed, match=r"tiny circuit.* code 1; it printed: circom type error"):
        bench.keys()
    assert [path.suffix for path in bench.folder.iterdir()] == [".lock"]


def test_a_setup_that_is_killed_names_the_signal(tmp_path: Path) -> None:
    def kill_worker(_: float) -> None:
        children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)

    with pytest.raises(SetupFailed, match=r"ended by SIGKILL .*memory"):
        run_setup(write_tiny(tmp_path / "sources"), tmp_path, kill_worker)


def test_a_missing_source_is_named(bench: Bench) -> None:
    (bench.source.parent / "factors.circom").unlink()
    with pytest.raises(SetupFailed, match=r"factors\.circom cannot be read"):
        bench.keys()


def test_a_folder_that_cannot_be_written_is_named(bench: Bench) -> None:
    bench.folder.rmdir()
    bench.folder.write_text("a file")
    with pytest.raises(KeyStoreUnusable, match=f"{bench.folder}.*WINZE_DATA"):
        bench.keys()


def test_keys_that_are_there_need_no_lock_and_missing_ones_do(bench: Bench) -> None:
    made = bench.keys()
    lock = bench.folder / f".{made.folder.name}.lock"
    lock.unlink()
    lock.mkdir()  # stands for every reason why a folder cannot be written; root is stopped too
    assert bench.keys() == made
    (made.folder / MANIFEST).unlink()
    with pytest.raises(KeyStoreUnusable, match="Is a directory"):
        bench.keys()


def test_a_data_directory_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("a file")
    monkeypatch.setenv("WINZE_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(KeyStoreUnusable, match="File exists"):
        development_keys()


def test_every_circuit_has_development_keys_and_the_size_we_say() -> None:
    keys = development_keys()
    assert {circuit: keys[circuit].manifest.constraints for circuit in Circuit} == {
        Circuit.TRANSFER: 19_268,
        Circuit.CLAIM: 18_904,
        Circuit.BLOCK: 59_042,
    }


def test_keys_are_held_against_a_networks_pins(tiny: CircuitKeys) -> None:
    proving, verifying = tiny.manifest.proving_key_sha256, tiny.manifest.verifying_key_sha256
    tiny.require(proving, verifying)
    with pytest.raises(WrongKeys, match=f"pins SHA-256 {verifying} for the proving key"):
        tiny.require(verifying, verifying)
    with pytest.raises(WrongKeys, match=f"pins SHA-256 {proving} for the verifying key"):
        tiny.require(proving, proving)
