"""The statements of the circuits' sources: everything in them that constrains something."""

import re
from pathlib import Path

from winze.circuits import Circuit

FOLDER = Circuit.TRANSFER.source.parent

_COMMENT = re.compile(r"//[^\n]*")
_BODY = re.compile(r"^(?:template|function) .*?^\}", re.MULTILINE | re.DOTALL)
_LOOP = re.compile(r"for \([^{]*\{|\}")
_CALL = re.compile(r"[A-Z]\w*\(.*\)\(.*\)")


def plain(text: str) -> str:
    """`text` with its line breaks and runs of spaces as single spaces."""
    return " ".join(text.split())


def sources() -> list[Path]:
    """Our circom files, without the library's."""
    return sorted(FOLDER.rglob("*.circom"))


def statements(text: str) -> list[str]:
    """Each statement in circom `text` that adds a constraint, in its order.

    Those are the ones with `<==`, `==>` or `===`, and the anonymous components whose outputs, if
    any, nobody takes. What hints (`<--`) compute is no constraint.
    """
    found: list[str] = []
    for body in _BODY.findall(_COMMENT.sub("", text)):
        inner = _LOOP.sub(";", body.partition("{")[2])
        found += [f"{one};" for one in map(plain, inner.split(";")) if _constrains(one)]
    return found


def _constrains(statement: str) -> bool:
    arrows = ("<==", "==>", "===")
    return any(arrow in statement for arrow in arrows) or bool(_CALL.fullmatch(statement))
