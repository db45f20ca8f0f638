"""Our contracts with a line changed, to show what the line is for."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.contracts.evm.deployment import artifacts
from winze.contracts import Artifact, compile_contract
from winze.contracts.compile import SOURCES


@dataclass(frozen=True)
class Change:
    """A passage of one source, and what stands there instead."""

    source: str
    passage: str
    instead: str = ""


@cache
def mutant(*changes: Change) -> Mapping[str, Artifact]:
    """The contracts with these changes, of which each passage stands in its source just once."""
    # Modules are the pool's, apart from what stands under a contract's own name.
    touched = {c.source if c.source in artifacts() else "pool" for c in changes}
    return artifacts() | {name: changed(name, *changes) for name in touched}


@cache
def changed(name: str, *changes: Change) -> Artifact:
    """One contract with these changes."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "contracts"
        shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        for change in changes:
            _apply(change, folder / f"{change.source}.vy")
        return compile_contract(folder / f"{name}.vy")


def _apply(change: Change, path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count(change.passage) == 1, f"{change.passage!r} in {path.name}"
    path.write_text(text.replace(change.passage, change.instead), "utf-8")
