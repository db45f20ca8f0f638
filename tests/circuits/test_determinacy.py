"""The inputs of each circuit determine all of its signals; docs/circuits.md argues what remains."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.circuits.rules import Rule
from tests.circuits.sources import circuit_with
from tests.circuits.tiny import tiny_keys
from tools.determinacy import System, follows, judge, read_system
from tools.determinacy.sources import system_of
from winze.circuits import Circuit, KeyStore, Prover
from winze.protocol import SLOTS

FREE_WHERE_ZERO = {
    # The inverse in IsZero of each slot's a: free in private outputs and empty slots.
    Circuit.BLOCK: {f"a[{slot}]" for slot in range(SLOTS)},
    Circuit.CLAIM: set(),
    Circuit.TRANSFER: set(),
}


@pytest.fixture(scope="module")
def systems(prover: Prover) -> Mapping[Circuit, System]:
    return {circuit: system_of(prover.circuit(circuit).keys, circuit.source) for circuit in Circuit}


@pytest.mark.parametrize("circuit", Circuit)
def test_the_inputs_determine_every_signal(
    circuit: Circuit, systems: Mapping[Circuit, System]
) -> None:
    system = systems[circuit]
    verdict = judge(system)
    assert not verdict.undetermined
    factors = [system.name_of(wire) for one in verdict.free_where_zero.values() for wire in one]
    assert sorted(factors) == sorted(FREE_WHERE_ZERO[circuit])


@pytest.mark.parametrize("circuit", Circuit)
def test_no_input_is_outside_all_constraints(
    circuit: Circuit, systems: Mapping[Circuit, System]
) -> None:
    """A public signal without one could be exchanged: this is what `Bind` is there for."""
    assert not systems[circuit].unused_inputs()


BOUND = """pragma circom 2.2.0;
include "templates/bits.circom";
template Bound() {
    signal input in;
    signal input context;
    signal square <== in * in;
    Bind()(context);
}
component main {public [in, context]} = Bound();
"""


@pytest.mark.parametrize(
    ("edits", "unused"),
    [((), set()), ((Rule("templates/bits.circom", "signal square <== in * in;"),), {"context"})],
    ids=["with Bind", "without"],
)
def test_bind_is_what_puts_a_context_into_a_constraint(
    edits: tuple[Rule, ...], unused: set[str], tmp_path: Path
) -> None:
    source = circuit_with(tmp_path, *edits).with_name("bound.circom")
    source.write_text(BOUND)
    system = system_of(KeyStore(tmp_path).keys("bound", source), source)
    assert system.unused_inputs() == unused


CONSEQUENCES = [
    (
        Circuit.TRANSFER,
        "nullifier[0]",
        ("spending_key[0]", "value[0]", "mineable[0]", "blinding[0]", "position[0]"),
    ),
    (
        Circuit.TRANSFER,
        "nullifier[1]",
        ("spending_key[1]", "value[1]", "mineable[1]", "blinding[1]", "position[1]"),
    ),
    (Circuit.TRANSFER, "out[0]", ("out_value[0]", "out_inner[0]")),
    (
        Circuit.TRANSFER,
        "out[1]",
        # The compiler expresses out_value[1] by the balance.
        ("value[0]", "value[1]", "public_amount", "out_value[0]", "out_inner[1]"),
    ),
    (Circuit.CLAIM, "claim_id", ("spending_key", "value", "blinding", "position")),
    (
        Circuit.CLAIM,
        "root",
        (
            *("spending_key", "value", "blinding", "position"),
            *("leaf_siblings", "timestamp", "entropy", "header_siblings"),
        ),
    ),
    (Circuit.BLOCK, "block_root", ("a", "b", "s")),
    (Circuit.BLOCK, "sum", ("a", "b", "s", "z")),
    (Circuit.BLOCK, "old_root", ("index", "siblings")),
    (Circuit.BLOCK, "new_root", ("index", "siblings", "block_root", "timestamp", "entropy")),
]
"""Public signals, and the inputs that leave each of them one value."""


@pytest.mark.parametrize(("circuit", "public", "given"), CONSEQUENCES)
def test_what_is_published_follows_from(
    circuit: Circuit, public: str, given: tuple[str, ...], systems: Mapping[Circuit, System]
) -> None:
    system = systems[circuit]
    assert system.wires_of(public) <= follows(system, system.wires_of(*given)).known


@pytest.mark.parametrize(
    ("circuit", "public", "given", "missing"),
    [
        (circuit, public, given, missing)
        for circuit, public, given in CONSEQUENCES
        if public in ("nullifier[0]", "claim_id", "out[0]")
        for missing in given
    ],
)
def test_it_does_not_follow_without(
    circuit: Circuit,
    public: str,
    given: tuple[str, ...],
    missing: str,
    systems: Mapping[Circuit, System],
) -> None:
    system = systems[circuit]
    rest = [name for name in given if name != missing]
    assert not system.wires_of(public) & follows(system, system.wires_of(*rest)).known


def test_a_key_is_read_with_the_names_of_its_inputs(tmp_path: Path) -> None:
    system = read_system(tiny_keys(tmp_path).folder / "proving.key", ["product", "first", "second"])
    assert system.inputs == {"product": (1,), "first": (2,), "second": (3, 4)}
    assert len(system.constraints) == 2
    assert judge(system).undetermined == {5}, "any quotient where second[1] is 0"


def test_a_file_that_is_no_such_key_is_refused(tmp_path: Path) -> None:
    key = tiny_keys(tmp_path).folder / "proving.key"
    names = ["product", "first", "second"]
    with pytest.raises(ValueError, match="no input third"):
        read_system(key, [*names, "third"])
    with pytest.raises(ValueError, match="3 inputs, 2 were named"):
        read_system(key, names[1:])
    whole = key.read_bytes()
    for other, message in (
        (whole[:-1], "ends too early"),
        (whole + b"\0", "left over"),
        (b"no key", "ends too early"),
    ):
        key.write_bytes(other)
        with pytest.raises(ValueError, match=message):
            read_system(key, names)


LIBRARY = """pragma circom 2.2.0;
include "bitify.circom";
include "compconstant.circom";
include "comparators.circom";
template Compared(bound) {
    signal input in[254];
    signal exceeds <== CompConstant(bound)(in);
    exceeds === 0;
}
template Bits(bound) {
    signal input in;
    signal bits[254] <== Num2Bits(254)(in);
    Compared(bound)(bits);
}
template Unchecked(bound) {
    signal input in;
    signal bits[254] <== Num2Bits(254)(in);
    signal exceeds <== CompConstant(bound)(bits);
}
template Decomposed(size) {
    signal input in;
    signal bits[size] <== Num2Bits(size)(in);
}
template Strict() {
    signal input in;
    signal bits[254] <== Num2Bits_strict()(in);
}
template Half() {
    signal input in;
    signal inverse <-- in == 0 ? 0 : 1 / in;
    signal zero <== 1 - in * inverse;
}
"""


@pytest.mark.parametrize(
    ("main", "determined"),
    [
        ("Strict()", True),
        ("Bits(-2)", True),  # stricter than the largest element of the field
        ("Unchecked(-1)", False),
        ("Decomposed(253)", True),
        ("Decomposed(254)", False),
        ("IsZero()", True),
        ("Half()", False),
    ],
)
def test_a_piece_of_the_library_is_judged(main: str, *, determined: bool, tmp_path: Path) -> None:
    undetermined = judge(_compiled(tmp_path, LIBRARY, main)).undetermined
    assert bool(undetermined) != determined


def _compiled(folder: Path, text: str, main: str) -> System:
    source = folder / "piece.circom"
    source.write_text(f"{text}\ncomponent main = {main};\n")
    keys = KeyStore(folder).keys("piece", source)
    # The templates of the text declare the same one input.
    source.write_text("signal input in;")
    return system_of(keys, source)
