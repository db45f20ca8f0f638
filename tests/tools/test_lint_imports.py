"""Each rule of the import lint is broken once, and the nearest thing it allows is not."""

import itertools
from pathlib import PurePath

import pytest

from tools.lint_imports import IMPURE_CALLS, IMPURE_MODULES, LAYERS, Module, check, exports_of

EXPORTS = {
    package: frozenset({"Known", "poseidon"}) for layer in LAYERS for package in layer - {"files"}
}


def messages(source: str, path: str) -> list[str]:
    """What the lint says about `source` standing at `path`."""
    found = check(source, Module(PurePath(path)), EXPORTS)
    return [f"{finding.line} {finding.message}" for finding in found]


def rules(source: str, path: str) -> list[str]:
    """Only the names of the rules that `source` breaks at `path`."""
    return [message.split()[1].rstrip(":") for message in messages(source, path)]


def modules_of_neighbours() -> list[tuple[str, str]]:
    """Every layer's packages with those of the layer directly above."""
    return [
        (low, high)
        for below, above in itertools.pairwise(LAYERS)
        # Sorted: workers that run in parallel must collect the same tests in the same order.
        for low in sorted(below)
        for high in sorted(above - {"__main__"})
        if not {low, high} <= {"node", "wallet", "devnet"} and low != "files"
    ]


@pytest.mark.parametrize(("low", "high"), modules_of_neighbours())
def test_a_package_imports_the_one_below_it_and_not_the_one_above(low: str, high: str) -> None:
    assert rules(f"from winze.{low} import Known", f"src/winze/{high}/x.py") == []
    assert rules(f"from winze.{high} import Known", f"src/winze/{low}/x.py") == ["order"]


@pytest.mark.parametrize(
    "source",
    [
        "import winze.cli",
        "from winze import cli",
        "from winze.cli import Known",
        "def later():\n    from winze.cli import Known",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from winze.cli import Known",
        "try:\n    import winze.cli as other\nexcept ImportError:\n    other = None",
    ],
)
def test_the_order_holds_for_every_way_and_place_to_import(source: str) -> None:
    assert rules(source, "src/winze/chain/x.py") == ["order"]


def test_a_finding_names_the_line_and_both_packages() -> None:
    assert messages("\n\nfrom winze.cli import Known", "src/winze/chain/x.py") == [
        "3 order: chain may not import cli, which is not below it"
    ]


@pytest.mark.parametrize("package", ["node", "wallet", "devnet"])
@pytest.mark.parametrize("other", ["node", "wallet", "devnet"])
def test_node_wallet_and_devnet_never_import_each_other(package: str, other: str) -> None:
    expected = "relative" if package == other else "strangers"
    assert rules(f"from winze.{other} import Known", f"src/winze/{package}/x.py") == [expected]


@pytest.mark.parametrize("package", ["circuits", "contracts", "wallet", "cli"])
def test_files_may_be_imported_by_all_but_protocol(package: str) -> None:
    source = "from winze.files import data_directory"
    assert rules(source, f"src/winze/{package}/x.py") == []
    assert rules(source, "src/winze/protocol/x.py") == ["order"]


def test_files_imports_nothing_of_winze() -> None:
    assert rules("from winze.protocol import Known", "src/winze/files.py") == ["order"]
    assert rules("from .protocol import Known", "src/winze/files.py") == ["relative"]


def test_the_root_of_winze_imports_no_package() -> None:
    assert rules("from winze.protocol import Known", "src/winze/__init__.py") == ["order"]


def test_a_package_without_a_place_in_the_order_is_named() -> None:
    assert rules("from winze.protocol import Known", "src/winze/novel/x.py") == ["order"]
    assert rules("from winze.novel import Known", "src/winze/cli/x.py") == ["order"]


@pytest.mark.parametrize(
    "source",
    [
        "from winze.protocol.note import Note",
        "import winze.protocol.note",
        "import winze.protocol.poseidon",
        "from winze.protocol import hidden",
        "from winze.protocol import *",
        "import winze",
    ],
)
def test_another_package_is_imported_only_through_its_root(source: str) -> None:
    for path in ("src/winze/cli/x.py", "tests/chain/test_x.py", "benchmarks/x.py"):
        assert rules(source, path) == ["root"]


@pytest.mark.parametrize(
    "source",
    ["from winze.protocol import Known, poseidon", "import winze.protocol", "import winzeling.x"],
)
def test_what_a_root_exports_is_free_to_use(source: str) -> None:
    for path in ("src/winze/cli/x.py", "tests/chain/test_x.py", "benchmarks/x.py"):
        assert rules(source, path) == []


def test_the_version_is_no_package() -> None:
    assert rules("from winze import __version__", "src/winze/cli/x.py") == []


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_a_test_or_benchmark_looks_inside_the_package_it_mirrors_and_no_other(folder: str) -> None:
    source = "from winze.protocol.note import hidden"
    assert rules(source, f"{folder}/protocol/note.py") == []
    assert rules(source, f"{folder}/circuits/transfer.py") == ["root"]
    assert rules(source, f"{folder}/note.py") == ["root"]


def test_inside_a_package_imports_are_relative() -> None:
    assert rules("from winze.chain.x import y", "src/winze/chain/z.py") == ["relative"]
    assert rules("from .x import y", "src/winze/chain/z.py") == []


def test_a_relative_import_does_not_leave_its_package() -> None:
    assert rules("from ..protocol import Known", "src/winze/chain/z.py") == ["relative"]
    assert rules("from ..errors import ChainError", "src/winze/chain/inner/z.py") == []
    assert rules("from ...protocol import Known", "src/winze/chain/inner/z.py") == ["relative"]


@pytest.mark.parametrize("call", ["importlib.import_module(name)", "__import__('winze.cli')"])
def test_the_product_imports_nothing_by_a_computed_name(call: str) -> None:
    assert rules(call, "src/winze/chain/z.py") == ["dynamic"]
    assert rules(call, "tests/chain/test_z.py") == []


@pytest.mark.parametrize("module", sorted(IMPURE_MODULES))
def test_protocol_uses_no_module_with_effects(module: str) -> None:
    parent, _, name = module.rpartition(".")
    sources = [f"import {module}", f"from {module} import x", f"def f():\n    import {module}.x"]
    for source in sources + ([f"from {parent} import {name}"] if parent else []):
        assert rules(source, "src/winze/protocol/z.py") == ["pure"]
        assert rules(source, "src/winze/chain/z.py") == []


@pytest.mark.parametrize("call", sorted(IMPURE_CALLS))
def test_protocol_makes_no_call_with_effects(call: str) -> None:
    for source in (f"{call}()", f"module.{call}()" if "." in call else f"x = {call}(1)"):
        assert rules(source, "src/winze/protocol/z.py") == ["pure"]
        assert rules(source, "src/winze/chain/z.py") == []


@pytest.mark.parametrize("source", ["import hashlib", "from nacl.public import SealedBox", "f()"])
def test_protocol_may_compute(source: str) -> None:
    assert rules(source, "src/winze/protocol/z.py") == []


def test_tests_of_protocol_may_have_effects() -> None:
    assert rules("import random", "tests/protocol/test_z.py") == []


def test_the_exports_of_a_root_are_those_of_its_list() -> None:
    assert exports_of('"""Doc."""\nfrom .a import b\n__all__ = ["b"]') == {"b"}
    assert exports_of("from .a import b") == frozenset()
