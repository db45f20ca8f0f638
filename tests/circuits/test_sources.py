"""What the circuits are made of, and that their numbers are the protocol's."""

import re
import shutil
from pathlib import Path

import pytest

from tests.circuits.drafts import PUBLIC
from winze.circuits import Circuit
from winze.circuits.circuit import CIRCOMLIB, COMPILER, included_files, source_hash
from winze.protocol import (
    BLOCK_DEPTH,
    DEPOSIT,
    DEPTH,
    MINEABLE,
    SLOTS,
    VALUE_BITS,
    Seconds,
    Timestamp,
)

FOLDER = Circuit.TRANSFER.source.parent
FUNCTION = re.compile(r"^function (\w+)\(\) \{ return (.+); \}$", re.MULTILINE)


def constants() -> dict[str, int]:
    """The functions of constants.circom, whose bodies are arithmetic that Python reads too."""
    found: dict[str, int] = {}
    for name, body in FUNCTION.findall((FOLDER / "templates" / "constants.circom").read_text()):
        total = 0
        for term in body.split(" + "):
            base, _, shift = term.partition(" << ")
            number = found[base[:-2]] if base.endswith("()") else int(base)
            total += number << int(shift or 0)
        found[name] = total
    return found


def test_the_circuits_numbers_are_the_protocols() -> None:
    assert constants() == {
        "SLOTS": SLOTS,
        "SLOT_BITS": SLOTS.bit_length() - 1,
        "BLOCK_LEVELS": BLOCK_DEPTH,
        "DEPTH": DEPTH,
        "VALUE_BITS": VALUE_BITS,
        "MINEABLE": MINEABLE,
        "DEPOSIT": DEPOSIT,
        "TIMESTAMP_BITS": Timestamp.bound.bit_length() - 1,
        "SECONDS_BITS": Seconds.bound.bit_length() - 1,
        "DRAW_BITS": 64,
    }


@pytest.mark.parametrize("circuit", Circuit)
def test_public_signals_are_declared_first_and_listed_in_the_contracts_order(
    circuit: Circuit,
) -> None:
    text = circuit.source.read_text()
    listed = re.search(r"public \[([^\]]+)\]", text)
    assert listed is not None
    assert tuple(listed[1].split(", ")) == PUBLIC[circuit]
    declared = re.findall(r"signal input (\w+)", text)
    assert tuple(declared[: len(PUBLIC[circuit])]) == PUBLIC[circuit]


@pytest.mark.parametrize("circuit", Circuit)
def test_everything_included_is_found(circuit: Circuit) -> None:
    names = {path.name for path in included_files(circuit.source)}
    assert {circuit.source.name, "constants.circom", "poseidon_constants.circom"} <= names
    assert any(path.is_relative_to(CIRCOMLIB.resolve()) for path in included_files(circuit.source))


@pytest.mark.parametrize("name", ["block.circom", "templates/ledger.circom"])
def test_the_hash_follows_every_file_and_no_folder(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER, copy)
    assert source_hash(copy / "block.circom") == source_hash(Circuit.BLOCK.source)
    (copy / name).write_text((copy / name).read_text() + "\n")
    assert source_hash(copy / "block.circom") != source_hash(Circuit.BLOCK.source)


def test_the_hash_follows_the_compilers_version() -> None:
    source = Circuit.BLOCK.source
    assert source_hash(source, COMPILER) == source_hash(source)
    assert source_hash(source, COMPILER + "1") != source_hash(source)


def test_circuits_do_not_share_a_hash() -> None:
    assert len({source_hash(circuit.source) for circuit in Circuit}) == len(Circuit)
