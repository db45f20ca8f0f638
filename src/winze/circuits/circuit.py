"""The three circuits, their source files, and the hash by which their keys are known.

A circuit is a `.circom` file beside this module with everything that it includes: our templates,
and circomlib's as groth16py brings them. Keys belong to exactly that text and to the compiler's
version.
"""

import hashlib
import re
from enum import StrEnum
from pathlib import Path
from typing import Final

import groth16py

from .errors import SetupFailed

CIRCOMLIB: Final = Path(groth16py.circomlib_path(2))
"""circomlib for circom 2, inside the groth16py package."""

COMPILER: Final = f"groth16py {groth16py.__version__}"
"""What compiles and sets up; keys depend on its version too."""

_FOLDER: Final = Path(__file__).parent
_INCLUDE: Final = re.compile(r'^\s*include\s+"([^"]+)"\s*;', re.MULTILINE)


class Circuit(StrEnum):
    """The statements that Winze proves."""

    TRANSFER = "transfer"
    CLAIM = "claim"
    BLOCK = "block"

    @property
    def source(self) -> Path:
        """The file with the circuit's `main`."""
        return _FOLDER / f"{self}.circom"


def included_files(main: Path) -> tuple[Path, ...]:
    """`main` and every file that it includes, directly or not, in a fixed order.

    An include is looked for beside the file that names it, then in circomlib, as the compiler does.

    Raises:
        SetupFailed: a file cannot be read.
    """
    found: set[Path] = set()
    waiting = [main.resolve()]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for name in _INCLUDE.findall(_read(main, path).decode()):
            beside = path.parent / name
            waiting.append((beside if beside.exists() else CIRCOMLIB / name).resolve())
    return tuple(sorted(found))


def source_hash(main: Path, compiler: str = COMPILER) -> str:
    """The SHA-256, in hex, of a circuit's whole text and of its compiler's version.

    Names and contents count, folders do not: a network's keys are recognised on every machine.

    Raises:
        SetupFailed: a file cannot be read.
    """
    lines = sorted(
        f"{hashlib.sha256(_read(main, path)).hexdigest()} {path.name}"
        for path in included_files(main)
    )
    return hashlib.sha256("\n".join((compiler, main.name, *lines)).encode()).hexdigest()


def _read(main: Path, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"its source {path} cannot be read ({error.strerror})"
        raise SetupFailed(main.stem, reason) from error
