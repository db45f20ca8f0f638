"""The repository keeps its own rules: imports go one way, and each root tells what it exports."""

import importlib
from types import ModuleType

import pytest

from tools import lint_files, lint_imports
from tools.repository import ROOT

PACKAGES = sorted(path.parent.name for path in (ROOT / "src" / "winze").glob("*/__init__.py"))


def public_names(module: ModuleType) -> set[str]:
    """What a root holds for others: its own names, without modules and private ones."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }


def test_imports_go_one_way() -> None:
    assert [str(finding) for finding in lint_imports.check_repository()] == []


def test_files_name_no_registry_and_no_place_outside() -> None:
    assert [str(finding) for finding in lint_files.check_repository()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_root_lists_exactly_what_it_exports(package: str) -> None:
    module = importlib.import_module(f"winze.{package}")
    assert set(module.__all__) == public_names(module)


def test_every_package_has_a_place_in_the_order() -> None:
    assert set(PACKAGES) <= set(lint_imports.LEVEL)
