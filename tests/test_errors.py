"""Every error belongs to one tree, and the tree drawn in the documentation is the real one."""

import importlib
import inspect
import re

import pytest

from tools.repository import ROOT
from winze.protocol import WinzeError

PACKAGES = sorted(path.parent.name for path in (ROOT / "src" / "winze").glob("*/errors.py"))
DRAWN = re.compile(r"^(?P<indent>[\s│├└─]*)(?P<name>[A-Z]\w+)(?:\s{2,}|$)")


def drawn_tree(text: str) -> dict[str, str | None]:
    """Each error's name with its parent's, read off the picture; the root has no parent."""
    parents: dict[str, str | None] = {}
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        if found := DRAWN.match(line):
            indent, name = len(found["indent"]), found["name"]
            above = [(column, ancestor) for column, ancestor in above if column < indent]
            parents[name] = above[-1][1] if above else None
            above.append((indent, name))
    return parents


def written_tree(package: str) -> dict[str, str | None]:
    """Each error class that the package defines with the name of its parent."""
    module = importlib.import_module(f"winze.{package}.errors")
    return {
        name: error.__bases__[0].__name__ if error is not WinzeError else None
        for name, error in inspect.getmembers(module, inspect.isclass)
        if error.__module__ == module.__name__
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_the_drawn_tree_is_the_written_one(package: str) -> None:
    module = importlib.import_module(f"winze.{package}.errors")
    assert module.__doc__ is not None
    assert drawn_tree(module.__doc__) == {"WinzeError": None} | written_tree(package)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_error_is_ours(package: str) -> None:
    module = importlib.import_module(f"winze.{package}.errors")
    for name in written_tree(package):
        assert issubclass(getattr(module, name), WinzeError), name
