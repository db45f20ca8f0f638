"""The lints look at what is committed or about to be, and their exit status tells the result."""

import subprocess
from pathlib import Path

import pytest

from tools.repository import Finding, files, report


def git(*arguments: str, at: Path) -> None:
    """Run git in the folder `at`."""
    subprocess.run(["git", *arguments], cwd=at, check=True)  # noqa: S603, S607 - the machine's git


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a committed, a new, an ignored and a deleted file."""
    git("init", "--quiet", at=tmp_path)
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    for name in ("committed.py", "deleted.py", "ignored.py"):
        (tmp_path / name).touch()
    git("add", ".", at=tmp_path)
    (tmp_path / "deleted.py").unlink()
    (tmp_path / "nový.py").touch()
    return tmp_path


def test_files_are_the_committed_and_the_new_ones(checkout: Path) -> None:
    assert [str(path) for path in files(checkout)] == [".gitignore", "committed.py", "nový.py"]


def test_outside_a_checkout_nothing_passes_unseen(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        files(tmp_path)


def test_the_report_is_in_order_and_fails_on_findings(capsys: pytest.CaptureFixture[str]) -> None:
    found = [Finding(Path("b.py"), 1, "y"), Finding(Path("a.py"), 12, "x")]
    assert report(found) == 1
    assert capsys.readouterr().out == "a.py:12: x\nb.py:1: y\n"


def test_a_report_without_findings_passes_silently(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([]) == 0
    assert capsys.readouterr().out == ""
