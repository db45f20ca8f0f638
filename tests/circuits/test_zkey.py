"""What a `.zkey` file is held against, with files that snarkjs made and a test has harmed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.circuits.ceremonies import Held, held_ceremony, sections, with_section
from tests.circuits.tiny import TEMPLATE
from winze.circuits import constructor_words
from winze.circuits.constraints import Constraints
from winze.circuits.curve import BASE_ORDER, G1_GENERATOR, G2_GENERATOR
from winze.circuits.zkey import Zkey

HEADER, IC, COEFFICIENTS, A, B1, B2, C, H, CONTRIBUTIONS = range(2, 11)
DELTA1 = slice(-192, -128)
DELTA2 = slice(-128, None)


class Judge:
    """Holds files against the tiny circuit's constraints."""

    def __init__(self, folder: Path, held: Held) -> None:
        self.folder, self.held = folder, held

    def accept(self, zkey: Path) -> Zkey:
        found = Zkey.read(zkey)
        found.check(Constraints.read(self.held.r1cs))
        return found

    def refuse(self, zkey: Path, problem: str) -> None:
        with pytest.raises(ValueError, match=problem):
            self.accept(zkey)

    def refuse_bytes(self, content: bytes, problem: str) -> None:
        path = self.folder / "harmed.zkey"
        path.write_bytes(content)
        self.refuse(path, problem)

    def refuse_section(self, number: int, content: bytes, problem: str) -> None:
        """Refuse the good file with another section `number`."""
        self.refuse_bytes(with_section(self.held.zkey, number, content), problem)

    def section(self, number: int) -> bytearray:
        return bytearray(sections(self.held.zkey.read_bytes())[number])


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    with held_ceremony(tmp_path_factory.mktemp("ceremony")) as ceremony:
        yield ceremony


@pytest.fixture
def judge(tmp_path: Path, held: Held) -> Judge:
    return Judge(tmp_path, held)


def test_a_ceremonys_last_file_is_accepted(judge: Judge) -> None:
    assert judge.accept(judge.held.zkey).public == 1


def test_the_verifying_key_is_read_as_snarkjs_reads_it(judge: Judge) -> None:
    exported = json.dumps(judge.held.snarkjs.ask("verifyingKey", judge.held.zkey))
    assert judge.accept(judge.held.zkey).verifying_key == constructor_words(exported)


# -- what is no finished ceremony ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("contributors", "beacon"), [((), False), ((), True), (("Alice",), True)], ids=str
)
def test_fewer_than_two_contributors_are_no_ceremony(
    judge: Judge, contributors: tuple[str, ...], *, beacon: bool
) -> None:
    zkey = judge.held.another(judge.folder / "few", *contributors, beacon=beacon)
    judge.refuse(zkey, f"{len(contributors)} people contributed")


def test_a_beacon_is_not_asked_for(judge: Judge) -> None:
    zkey = judge.accept(judge.held.another(judge.folder / "two", "Alice", "Bob"))
    assert [each.beacon for each in zkey.contributions.all] == [False, False]


def test_a_name_cannot_speak_to_a_terminal(judge: Judge) -> None:
    name = "Mal\x1b[31mlory\n"
    zkey = judge.accept(judge.held.another(judge.folder / "odd", "Alice", name))
    assert [each.name for each in zkey.contributions.all] == ["Alice", "Mal?[31mlory?"]


def test_a_delta_that_no_contribution_made_is_refused(judge: Judge) -> None:
    """With delta as it was at first, everybody can forge proofs, whoever contributed."""
    header = judge.section(HEADER)
    header[DELTA1], header[DELTA2] = G1_GENERATOR, G2_GENERATOR
    judge.refuse_section(HEADER, header, "delta is not what its last contribution made")


def test_a_second_delta_that_is_not_the_first_ones_is_refused(judge: Judge) -> None:
    header = judge.section(HEADER)
    header[DELTA2] = G2_GENERATOR
    judge.refuse_section(HEADER, header, "delta is as before the first contribution")


def test_another_gamma_is_refused(judge: Judge) -> None:
    header = judge.section(HEADER)
    header[-320:-192] = header[DELTA2]
    judge.refuse_section(HEADER, header, "gamma is not the generator")


def test_contributions_that_do_not_follow_from_each_other_are_refused(judge: Judge) -> None:
    told = judge.section(CONTRIBUTIONS)
    told[0] ^= 1  # the circuit's hash, from which the chain starts
    judge.refuse_section(CONTRIBUTIONS, told, "contribution 1 does not follow")


# -- what is for another circuit -----------------------------------------------------------------

OTHERS = {
    "public signals": TEMPLATE.replace("product;", "product[2];", 1).replace(
        "product ===", "product[0] + product[1] ==="
    ),
    "wires": TEMPLATE.replace("signal q", "signal r <== first * first;\n    signal q"),
    "constraints differ": TEMPLATE.replace("=== first * quotient", "=== 3 * first * quotient"),
}


@pytest.mark.parametrize("problem", OTHERS)
def test_a_ceremony_for_another_circuit_is_refused(judge: Judge, problem: str) -> None:
    assert OTHERS[problem] != TEMPLATE
    judge.refuse(judge.held.for_template(judge.folder / "other", OTHERS[problem]), problem)


# -- what is damaged -----------------------------------------------------------------------------

EVERY = [HEADER, IC, COEFFICIENTS, A, B1, B2, C, H, CONTRIBUTIONS]


@pytest.mark.parametrize("number", EVERY)
def test_a_flipped_bit_is_noticed_in_every_section(judge: Judge, number: int) -> None:
    content = judge.section(number)
    content[len(content) * 2 // 3] ^= 1
    judge.refuse_section(number, content, "damaged|differ|follow|delta")


@pytest.mark.parametrize("number", EVERY)
@pytest.mark.parametrize("more", [-1, 1])
def test_a_section_of_another_size_is_noticed(judge: Judge, number: int, more: int) -> None:
    content = judge.section(number)
    content = content[:more] if more < 0 else content + bytes(more)
    judge.refuse_section(number, content, "bytes|differ")


@pytest.mark.parametrize("place", [slice(-64, -32), slice(-32, None)])
def test_a_coordinate_beyond_the_fields_order_is_noticed(judge: Judge, place: slice) -> None:
    """The same point, written so that two programs may read it differently."""
    content = judge.section(C)
    alias = int.from_bytes(content[place], "little") + BASE_ORDER
    content[place] = alias.to_bytes(32, "little")
    judge.refuse_section(C, content, "damaged: point 3 of section 8")


def test_a_point_of_the_key_at_infinity_is_noticed(judge: Judge) -> None:
    header = judge.section(HEADER)
    header[DELTA2] = bytes(128)
    judge.refuse_section(HEADER, header, "damaged: its delta2 is the point at infinity")


HARMS: dict[str, Callable[[bytes], bytes]] = {
    "no .zkey file": lambda content: content[:11],
    "is no .zkey file": lambda content: b"ptau" + content[4:],
    "version 2": lambda content: content[:4] + b"\2" + content[5:],
    "cut short": lambda content: content[: len(content) * 2 // 3],
    "1 bytes too many": lambda content: content + b"\0",
    "no section 1": lambda content: content[:12] + b"\x63" + content[13:],
    "section 2 twice": lambda content: content[:12] + b"\2" + content[13:],
    "another proof system": lambda content: content[:24] + b"\2" + content[25:],
    "another curve": lambda content: content[:44] + b"\0" + content[45:],
}


@pytest.mark.parametrize("problem", HARMS)
def test_a_file_that_is_no_zkey_is_refused(judge: Judge, problem: str) -> None:
    judge.refuse_bytes(HARMS[problem](judge.held.zkey.read_bytes()), problem)
