"""What the compiled witness program promises, with a circuit that is set up in a second."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.circuits.tiny import FACTORS, TEMPLATE, tiny_keys, write_tiny
from winze.circuits import (
    CircuitKeys,
    CircuitProver,
    DamagedKeys,
    KeyStore,
    MalformedWitness,
    NotProvable,
)
from winze.circuits.witness_file import FILES_IN_MEMORY, witness_file
from winze.circuits.witness_program import WitnessProgram
from winze.protocol import FIELD_ORDER

in_memory = pytest.mark.skipif(not FILES_IN_MEMORY, reason="this system has no files in memory")
PROVING_KEY = "proving.key"
MAGIC = b"\0asm\x01\0\0\0"
WITNESS = [1, 35, 7, 10, 2, 5]
"""The constant, `product`, `first`, `second[2]`, `quotient`."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> CircuitKeys:
    return tiny_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def program(keys: CircuitKeys) -> WitnessProgram:
    return WitnessProgram("tiny", keys.load_witness_program())


def with_proving_key(keys: CircuitKeys, folder: Path, content: bytes) -> CircuitKeys:
    """The same keys with another proving key, which their manifest knows."""
    (folder / PROVING_KEY).write_bytes(content)
    digest = sha256(content).hexdigest()
    return CircuitKeys(folder, replace(keys.manifest, proving_key_sha256=digest))


def framed(program: bytes) -> bytes:
    """A program as it stands in a proving key."""
    return len(program).to_bytes(8, "little") + program


def test_the_witness_is_every_signal_in_order(program: WitnessProgram) -> None:
    found = program.elements(FACTORS)
    assert found == b"".join(element.to_bytes(32, "little") for element in WITNESS)


def test_all_bytes_of_an_element_reach_the_witness(program: WitnessProgram) -> None:
    last = FIELD_ORDER - 1
    found = program.elements({"product": last, "first": 1, "second": [last, 1]})
    assert found[-32:] == last.to_bytes(32, "little")


def test_computations_do_not_see_each_other(program: WitnessProgram) -> None:
    with pytest.raises(NotProvable):
        program.elements(FACTORS | {"first": 8})
    assert program.elements(FACTORS) == program.elements(FACTORS)


@pytest.mark.parametrize(
    ("signals", "line"), [({"second": [10, 3]}, 9), ({"first": 8}, 10), ({"product": 36}, 10)]
)
def test_the_rule_that_does_not_hold_is_named(
    signals: dict[str, int | list[int]], line: int, program: WitnessProgram
) -> None:
    with pytest.raises(NotProvable) as refusal:
        program.elements(FACTORS | signals)
    assert str(refusal.value) == (
        f"the tiny circuit refuses this witness: a rule does not hold in Factors (line {line})"
    )


def test_a_program_that_cannot_go_on_names_no_rule(program: WitnessProgram) -> None:
    with pytest.raises(NotProvable, match=r"its program cannot go on$"):
        program.elements(FACTORS | {"second": [10, 0]})


def test_a_missing_number_is_not_waited_for(program: WitnessProgram) -> None:
    with pytest.raises(MalformedWitness, match="its inputs are 4 numbers; 3 were given"):
        program.elements({name: FACTORS[name] for name in ("product", "second")})


def test_a_signal_that_does_not_fit_is_named(program: WitnessProgram) -> None:
    for value in (1, []):
        with pytest.raises(MalformedWitness, match="signal third does not exist"):
            program.elements(FACTORS | {"third": value})
    with pytest.raises(MalformedWitness, match="signal second has 2 numbers; 3 were given"):
        program.elements(FACTORS | {"second": [10, 2, 1]})


def test_a_program_must_be_webassembly() -> None:
    with pytest.raises(ValueError, match="not a WebAssembly module"):
        WitnessProgram("tiny", MAGIC + b"\xff")


def test_keys_without_a_program_are_damaged(keys: CircuitKeys, tmp_path: Path) -> None:
    content = (keys.folder / PROVING_KEY).read_bytes().replace(MAGIC, bytes(8))
    with pytest.raises(DamagedKeys, match="holds no program for witnesses"):
        with_proving_key(keys, tmp_path, content).load_witness_program()


def test_a_program_ends_where_its_key_does_or_before(keys: CircuitKeys, tmp_path: Path) -> None:
    program = keys.load_witness_program()
    whole = framed(program)
    assert with_proving_key(keys, tmp_path, whole).load_witness_program() == program
    with pytest.raises(DamagedKeys, match="holds no program for witnesses"):
        with_proving_key(keys, tmp_path, whole[:-1]).load_witness_program()


def test_a_program_that_is_no_webassembly_damages_its_keys(
    keys: CircuitKeys, tmp_path: Path
) -> None:
    content = (keys.folder / PROVING_KEY).read_bytes()
    begin = content.index(MAGIC) + len(MAGIC)
    damaged = content[:begin] + b"\xff" + content[begin + 1 :]
    with pytest.raises(DamagedKeys, match="its program is not a WebAssembly module"):
        CircuitProver(with_proving_key(keys, tmp_path, damaged), compiled=True).proving_key()


@in_memory
def test_a_program_of_another_circuit_damages_its_keys(keys: CircuitKeys, tmp_path: Path) -> None:
    template = TEMPLATE.replace("product ===", "signal square <== first * first;\n    product ===")
    other = KeyStore(tmp_path).keys("tiny", write_tiny(tmp_path / "sources", template))
    own, foreign = keys.load_witness_program(), other.load_witness_program()
    content = (keys.folder / PROVING_KEY).read_bytes()
    mixed = content.replace(framed(own), framed(foreign))
    assert mixed != content
    with pytest.raises(DamagedKeys, match="its program is of another circuit"):
        CircuitProver(with_proving_key(keys, tmp_path, mixed)).prove(FACTORS, [35])


def test_a_program_without_what_circom_gives_it_damages_its_keys() -> None:
    with pytest.raises(ValueError, match="not a witness program"):
        WitnessProgram("tiny", MAGIC)


@in_memory
def test_a_witness_file_holds_the_witness_and_never_reaches_a_disk() -> None:
    elements = bytes(range(64))
    with witness_file(elements) as path:
        content = Path(path).read_bytes()
        assert str(Path(path).readlink()).startswith("/memfd:")
    assert content[:12] == b"wtns\x02\0\0\0\x02\0\0\0"
    assert content[24:28] == b"\x20\0\0\0"
    assert content[28:60] == FIELD_ORDER.to_bytes(32, "little")
    assert content[60:64] == b"\x02\0\0\0"
    assert content[76:] == elements


@in_memory
def test_a_witness_file_is_gone_afterwards() -> None:
    with witness_file(bytes(32)) as path:
        assert Path(path).is_symlink()
    assert not Path(path).is_symlink()
