"""Copies of the circuits' sources with a rule changed."""

import shutil
from pathlib import Path

from tests.circuits.rules import Rule
from winze.circuits import Circuit


def circuit_with(folder: Path, *edits: Rule, circuit: Circuit = Circuit.TRANSFER) -> Path:
    """The `main` of `circuit` in a copy of all sources in which each rule's text is replaced."""
    copy = folder / "sources"
    shutil.copytree(circuit.source.parent, copy, ignore=shutil.ignore_patterns("*.py", "__*"))
    for edit in edits:
        file = copy / edit.file
        text = file.read_text()
        assert text.count(edit.text) == 1, f"{edit.text} stands {text.count(edit.text)} times"
        file.write_text(text.replace(edit.text, edit.without))
    return copy / circuit.source.name
