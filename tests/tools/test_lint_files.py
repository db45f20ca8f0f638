"""What the file lint refuses, and the nearest thing it lets pass."""

from pathlib import Path

import pytest

from tools.lint_files import LINES, check

NOTES = Path("docs/notes.md")
LOCK = Path("requirements.lock")


def told(path: Path, text: str) -> list[str]:
    """What the lint says about the file at `path` holding `text`."""
    return [str(finding) for finding in check(path, text)]


@pytest.mark.parametrize(
    "pieces",
    [
        ("https://pypi", ".org/simple"),
        ("https://files.pythonhosted", ".org/x.whl"),
        ("https://registry.npm", "js.org/anvil"),
        ("--extra", "-index-url file:///x"),
        ("--index", "-url=x"),
        ("--find", "-links wheels"),
        ("--trusted", "-host x"),
    ],
)
def test_a_registry_is_named_nowhere(pieces: tuple[str, str]) -> None:
    (finding,) = told(NOTES, "first line\n" + "".join(pieces))
    assert finding.startswith("docs/notes.md:2: addresses: ")


@pytest.mark.parametrize(
    "text", ["https://www.rfc-editor.org/rfc/rfc9457", "--no-emit-index-url", "an index url"]
)
def test_other_addresses_may_be_named(text: str) -> None:
    assert told(NOTES, text) == []


def test_a_lock_holds_no_address_of_any_kind() -> None:
    assert told(LOCK, "a @ git+https://example.org/a") == [
        "requirements.lock:1: addresses: a lock names none, also not a @ git+https://example.org/a"
    ]
    assert told(LOCK, "a==1 \\\n    --hash=sha256:00") == []


@pytest.mark.parametrize(
    "pieces",
    [("see /wo", "rk/x"), ("`/ro", "ot/.cache`"), ("/ho", "me/ann"), ("in ..", "/shared/design")],
)
def test_places_outside_the_repository_are_named_nowhere(pieces: tuple[str, str]) -> None:
    (finding,) = told(NOTES, "".join(pieces))
    assert finding.startswith("docs/notes.md:1: places: ")


@pytest.mark.parametrize("text", ["src/home/x", "https://x.org/root/y", "../protocol/note.md"])
def test_places_inside_the_repository_may_be_named(text: str) -> None:
    assert told(NOTES, text) == []


def test_code_is_shorter_than_the_limit() -> None:
    assert told(Path("src/x.py"), "\n" * (LINES - 1)) == []
    assert told(Path("src/x.vy"), "\n" * LINES) == [
        f"src/x.vy:{LINES}: length: {LINES} lines; split it below {LINES}"
    ]
    assert told(NOTES, "\n" * LINES) == []
