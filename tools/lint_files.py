"""What no committed file may hold: `python -m tools.lint_files`.

* addresses   no package registry is named, by host or by option, and a lock names no address at
              all: it says versions and hashes, whoever serves them;
* places      nothing outside the repository is named: no path of somebody's machine, none beside
              the checkout. A clone has to stand on its own;
* length      code files stay below `LINES`; longer ones have more than one subject.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.repository import ROOT, Finding, files, report

LINES = 600
CODE = frozenset({".py", ".vy", ".vyi", ".circom", ".js", ".css"})

# Written in pieces wherever the whole would be found in this very file.
_HOSTS = (
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    "registry" + r"\.(npmjs|yarnpkg)",
    "npmjs" + r"\.org",
)
_OPTIONS = ("--(extra-)?" + "index-url", "--" + "find-links", "--" + "trusted-host")
_PLACES = (
    r"(?<![\w.~-])/" + "(home|root|Users|work)/",
    r"\.\./" + "shared",
)

_REGISTRY = re.compile("|".join(_HOSTS + _OPTIONS))
_PLACE = re.compile("|".join(_PLACES))
_ADDRESS_IN_LOCK = re.compile(r"\w+://")


def check(path: Path, text: str) -> Iterator[Finding]:
    """Yield every rule that the file at `path`, holding `text`, breaks."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if found := _REGISTRY.search(line):
            yield Finding(path, number, f"addresses: {found.group()} says who serves a package")
        elif path.suffix == ".lock" and (found := _ADDRESS_IN_LOCK.search(line)):
            yield Finding(path, number, f"addresses: a lock names none, also not {line.strip()}")
        if found := _PLACE.search(line):
            yield Finding(path, number, f"places: {found.group()} is outside the repository")
    if path.suffix in CODE and len(lines) >= LINES:
        yield Finding(path, len(lines), f"length: {len(lines)} lines; split it below {LINES}")


def check_repository(root: Path = ROOT) -> Iterator[Finding]:
    """Judge every text file of the repository; bytes that are no text have no lines to judge."""
    for path in files(root):
        yield from check(path, (root / path).read_text("utf-8", errors="replace"))


if __name__ == "__main__":
    sys.exit(report(check_repository()))
