"""No statement of the circuits is without a witness that shows what it is there for."""

import re

from tests.circuits.forgeries import FORGERIES
from tests.circuits.statements import FOLDER, plain, sources, statements
from tests.circuits.test_hints import STEPS, TRICKS
from tools.repository import ROOT

UNFORGED = {
    # A constraint that holds for every context. What it is there for, that no public signal is
    # without a constraint, is shown over the compiled circuits in `test_determinacy.py`.
    ("templates/bits.circom", "signal square <== in * in;"),
    ("transfer.circom", "Bind()(context);"),
    ("claim.circom", "Bind()(context);"),
    # Node 0 of the heap is nobody's child. A declared signal must have a value.
    ("templates/ledger.circom", "nodes[0] <== 0;"),
}
"""Statements that no witness can break alone, each with its reason."""


def written() -> list[tuple[str, str]]:
    return [
        (path.relative_to(FOLDER).as_posix(), statement)
        for path in sources()
        for statement in statements(path.read_text())
    ]


def forged() -> set[tuple[str, str]]:
    rules = [rule for some in FORGERIES.values() for forgery in some for rule in forgery.rules]
    rules += [edit for trick in TRICKS + STEPS for edit in trick.edits]
    return {(rule.file, plain(rule.text)) for rule in rules}


def test_every_statement_has_a_forgery_or_a_reason() -> None:
    missing = [one for one in written() if one not in forged() | UNFORGED]
    assert not missing, "give it a forgery in tests/circuits/forged_*.py"


def test_no_reason_is_left_over() -> None:
    assert set(written()) >= UNFORGED
    assert not forged() & UNFORGED


def test_every_forgery_stands_in_the_document() -> None:
    text = (ROOT / "docs" / "circuits.md").read_text("utf-8")
    names = [forgery.name for some in FORGERIES.values() for forgery in some]
    names += [trick.name for trick in TRICKS + STEPS]
    assert not [name for name in names if not re.search(rf"[|;] {re.escape(name)}[ ;]", text)]


def test_statements_are_unambiguous() -> None:
    """A rule is found by its text, which therefore stands once in its file."""
    assert len(set(written())) == len(written())


def test_a_new_statement_would_be_noticed() -> None:
    text = """
// a comment === 1;
template New(n) {
    signal input in; // in <== 1;
    signal output out[n];
    for (var i = 0; i < n; i++) {
        out[i] <== in
            + i;
        Range(n)(in);
    }
    signal hint <-- 1 / in;
    in * hint === 1;
}
function one() { return 1; }
"""
    assert statements(text) == ["out[i] <== in + i;", "Range(n)(in);", "in * hint === 1;"]
