"""The scripts that find Python and uv, on machines that have less than this one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.repository import ROOT


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder to be the whole of PATH; it answers to no Python, as a version manager's may."""
    for name in ("python3", "python3.12"):
        program(tmp_path / name, "exit 127")
    return tmp_path


def program(path: Path, script: str) -> None:
    """Make `path` a shell script that can be run."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(script: str, machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of the scripts with `machine` as its PATH."""
    return subprocess.run(  # noqa: S603 - scripts of ours
        ["/bin/sh", f"tools/{script}"],
        cwd=ROOT,
        env={"PATH": str(machine), **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def test_without_python_the_message_says_what_to_install(machine: Path) -> None:
    found = run("find-python", machine)
    assert (found.returncode, found.stdout) == (1, "")
    assert "Winze needs Python 3.11 or later" in found.stderr


def test_a_python_that_only_answers_is_passed_over(machine: Path) -> None:
    (machine / "python3.13").symlink_to(sys.executable)
    assert run("find-python", machine).stdout == f"{machine}/python3.13\n"


def test_a_python_may_be_named(machine: Path) -> None:
    (machine / "mine").symlink_to(sys.executable)
    assert run("find-python", machine, PYTHON=f"{machine}/mine").stdout == f"{machine}/mine\n"
    assert run("find-python", machine, PYTHON="python3").returncode == 1


@pytest.mark.parametrize(("minor", "found"), [(10, False), (11, True)])
def test_the_oldest_python_is_3_11(machine: Path, minor: int, found: bool) -> None:  # noqa: FBT001 - parametrized
    compare = f"import sys; sys.version_info = (3, {minor}); exec(sys.argv[1])"
    program(machine / "python3", f"{sys.executable} -c '{compare}' \"$2\"")
    assert (run("find-python", machine).returncode == 0) is found


def test_the_uv_on_the_path_is_used(machine: Path) -> None:
    program(machine / "uv", "exit 0")
    assert run("find-uv", machine).stdout == f"{machine}/uv\n"
