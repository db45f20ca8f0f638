"""The committed locks name exactly what pyproject.toml asks for, by version and hash."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.repository import ROOT

RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
LOCKS = [RUNTIME, DEVELOPMENT, ROOT / "requirements-uv.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(lock: Path) -> list[str]:
    """One text for each locked package, its continued lines joined."""
    return lock.read_text("utf-8").replace("\\\n", " ").strip().splitlines()


def versions(lock: Path) -> dict[str, str]:
    """The version of each package that `lock` names."""
    pinned = (re.split(r"==| ", entry, maxsplit=2)[:2] for entry in entries(lock))
    return {canonicalize_name(name): version for name, version in pinned}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_by_version_and_hash(lock: Path) -> None:
    assert entries(lock)
    for entry in entries(lock):
        assert re.match(r"[\w.\[\]-]+==\S+ ", entry), entry
        assert HASH.search(entry), entry


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        (RUNTIME, PROJECT["project"]["dependencies"]),
        (DEVELOPMENT, PROJECT["project"]["dependencies"]),
        (DEVELOPMENT, PROJECT["dependency-groups"]["dev"]),
        (DEVELOPMENT, PROJECT["build-system"]["requires"]),
    ],
)
def test_the_lock_satisfies_what_is_declared(lock: Path, asked: list[str]) -> None:
    locked = versions(lock)
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)])


def test_what_runs_and_what_is_tested_are_the_same_versions() -> None:
    assert versions(RUNTIME).items() <= versions(DEVELOPMENT).items()


def test_what_runs_carries_no_development_tool() -> None:
    assert {"pytest", "mypy", "ruff", "titanoboa", "hatchling"}.isdisjoint(versions(RUNTIME))
