"""The repository as the lints see it: its files, and how a finding is told."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, order=True)
class Finding:
    """One place where a rule is broken."""

    path: Path
    """Relative to the repository."""

    line: int
    """Counted from 1."""

    message: str
    """The rule, and what to do."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def files(root: Path = ROOT) -> list[Path]:
    """Every file that is committed, or would be by `git add --all`, relative to `root`.

    Raises:
        subprocess.CalledProcessError: `root` is not a git checkout.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git is wherever PATH says
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (Path(name) for name in listed.split("\0") if name)
    return sorted(path for path in paths if (root / path).is_file())


def report(findings: Iterable[Finding]) -> int:
    """Print the findings in order and return the process's exit status: 1 if there are any."""
    found = sorted(findings)
    for finding in found:
        print(finding)
    return 1 if found else 0
