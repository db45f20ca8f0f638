"""`winze keys` for those who hold a ceremony, and a network that runs on what they made."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from tests.snarkjs.snarkjs import Snarkjs, powers_of_tau, running_snarkjs
from winze.circuits import Circuit, KeyKind, ceremony_keys, pinned_keys
from winze.cli.app import app
from winze.cli.demo import Stopwatch, Timeline, play
from winze.cli.demo.stage import BATCH_WAIT
from winze.cli.operator.local import Place, running
from winze.files import sha256_of_file
from winze.protocol import FAST

POWER = 16
"""The block circuit has 59,042 constraints."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory without keys."""
    folder = tmp_path / "data"
    monkeypatch.setenv("WINZE_DATA", str(folder))
    return folder


def keys(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["keys", *map(str, arguments)])


@pytest.mark.usefixtures("data")
def test_without_keys_the_list_is_empty() -> None:
    told = keys("list", "--json")
    assert (told.exit_code, json.loads(told.stdout)) == (0, [])


@pytest.mark.usefixtures("data")
def test_a_file_that_is_no_zkey_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "letter.zkey"
    path.write_text("Dear Sir or Madam")
    told = keys("import", path)
    assert told.exit_code == 1
    assert f"{path} cannot be imported" in told.stderr
    assert "it is no .zkey file; nothing was imported" in told.stderr
    assert told.stdout == ""


@pytest.mark.usefixtures("data")
def test_a_circuit_that_there_is_not_is_a_mistake(tmp_path: Path) -> None:
    told = keys("import", tmp_path / "any.zkey", "--circuit", "payment")
    assert told.exit_code == 2
    assert "payment" in told.output


def test_a_circuits_constraints_are_written_and_their_hash_is_told(tmp_path: Path) -> None:
    out = tmp_path / "claim.r1cs"
    told = keys("r1cs", "claim", "--out", out, "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout) == {
        "circuit": "claim",
        "file": str(out),
        "sha256": sha256_of_file(out),
    }


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    told = keys("r1cs", "claim", "--out", tmp_path / "file" / "claim.r1cs")
    assert told.exit_code == 2
    assert "cannot be written" in told.output


def hold_ceremony(snarkjs: Snarkjs, circuit: Circuit, ptau: Path, folder: Path) -> Path:
    """What contributors do for one circuit, from its constraints to the last file."""
    folder.mkdir()
    r1cs = folder / "circuit.r1cs"
    assert keys("r1cs", circuit, "--out", r1cs).exit_code == 0
    zkey = snarkjs.hold_ceremony(r1cs, ptau, folder, "Alice", "Bob")
    assert snarkjs.accepts_ceremony(r1cs, ptau, zkey)
    return zkey


@pytest.mark.long
@pytest.mark.chain
async def test_whole_sessions_run_on_a_network_with_ceremony_keys_for_all_circuits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deposits, transfers, blocks, claims and a distribution, each checked against the models.

    What is not held here is the first phase, the powers of tau, which a real ceremony downloads.
    """
    with running_snarkjs() as snarkjs:
        ptau = powers_of_tau(POWER, tmp_path / "phase1.ptau")
        zkeys = [hold_ceremony(snarkjs, circuit, ptau, tmp_path / circuit) for circuit in Circuit]
    # From here on, so that nothing is installed anew.
    monkeypatch.setenv("WINZE_DATA", str(tmp_path / "data"))
    for zkey in zkeys:
        told = keys("import", zkey, "--json")
        assert told.exit_code == 0, told.stderr
        people = json.loads(told.stdout)["ceremony"]["contributions"]
        assert [each["name"] for each in people] == ["Alice", "Bob", "beacon"]
    listed = json.loads(keys("list", "--json").stdout)
    assert [(each["circuit"], each["kind"], each["problem"]) for each in listed] == [
        (circuit, "ceremony", "") for circuit in sorted(Circuit)
    ]
    imported = ceremony_keys()
    assert all(found.folder.is_relative_to(tmp_path) for found in imported.values())
    place = Place(None, FAST.name, None, 0, {"batches.wait": int(BATCH_WAIT)})
    async with running(place, imported, lambda _: None) as (devnet, node):
        network = devnet.network
        assert network.setup is KeyKind.CEREMONY
        pins = {
            circuit: (pinned.proving_key_sha256, pinned.verifying_key_sha256)
            for circuit, pinned in network.keys.items()
        }
        timeline = Timeline(Console(file=StringIO()))
        report = await play(devnet, node.url, Stopwatch(pinned_keys(pins)), timeline)
    assert report.agrees
