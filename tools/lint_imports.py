"""The one-way imports between the packages of Winze: `python -m tools.lint_imports`.

The rules, of which each message quotes one:

* order       a package imports only packages below it (`LAYERS`), wherever the import stands: at
              the top, inside a function or under `TYPE_CHECKING`;
* strangers   `node`, `wallet` and `devnet` never import each other;
* root        another package is imported through its root, and by a name that its `__all__` lists;
* relative    inside a package imports are relative, and they do not leave it;
* pure        `protocol` has no I/O, clock or randomness;
* dynamic     nothing of Winze is imported by a computed name, which no lint could follow.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from tools.repository import ROOT, Finding, files, report

LAYERS = (
    frozenset({"protocol", "files", "workers"}),
    frozenset({"circuits"}),
    frozenset({"contracts"}),
    frozenset({"chain"}),
    frozenset({"wire"}),
    frozenset({"index"}),
    frozenset({"devnet"}),
    frozenset({"node", "wallet"}),
    frozenset({"web"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
"""From the bottom up. Packages of one layer do not import each other."""

STRANGERS = frozenset({"node", "wallet", "devnet"})
"""A user's wallet carries no operator's code, and neither carries a development tool."""

IMPURE_MODULES = frozenset(
    {
        *("asyncio", "multiprocessing", "signal", "threading", "time"),
        *("importlib", "io", "logging", "os", "pathlib", "platformdirs", "shutil", "sqlite3"),
        *("subprocess", "sys", "tempfile"),
        *("aiohttp", "http", "httpx", "requests", "select", "socket", "ssl", "urllib", "web3"),
        *("nacl.utils", "random", "secrets", "uuid"),
    }
)

IMPURE_CALLS = frozenset(
    {
        *("input", "open", "print"),
        *("date.today", "datetime.now", "datetime.today", "datetime.utcnow"),
        *("PrivateKey.generate", "SigningKey.generate"),
    }
)
"""Calls that do I/O, read a clock or draw randomness without importing a module that tells."""

LEVEL = {package: level for level, layer in enumerate(LAYERS) for package in layer}
PROJECT = "winze"


@dataclass(frozen=True)
class Module:
    """The module whose imports are judged."""

    path: PurePath
    """Relative to the repository, `src/winze/protocol/note.py`."""

    @property
    def in_source(self) -> bool:
        """Whether it belongs to the product, not to tests, tools or benchmarks."""
        return self.path.parts[:2] == ("src", PROJECT)

    @property
    def package(self) -> str:
        """The package it may look into; "" for one that belongs to none.

        A test mirrors a package and may look inside it, `tests/protocol/…` into `protocol`; so does
        a benchmark.
        """
        inner = self.path.parts[2:] if self.in_source else self.path.parts[1:]
        if self.path.parts[0] not in ("src", "tests", "benchmarks") or not inner:
            return ""
        return inner[0].removesuffix(".py")

    @property
    def depth(self) -> int:
        """How many dots a relative import may have before it leaves the package."""
        return len(self.path.parts) - 3


@dataclass(frozen=True)
class Import:
    """One imported name, `from winze.protocol import Note` being `winze.protocol`, `Note`."""

    line: int
    module: str
    name: str | None = None

    @property
    def package(self) -> str | None:
        """The package of Winze that it reaches; "" for Winze itself, None for other projects."""
        project, *inner = self.module.split(".")
        if project != PROJECT:
            return None
        return inner[0] if inner else (self.name or "")

    @property
    def at_root(self) -> bool:
        """Whether it names a package alone: `winze.protocol`, and no module inside it."""
        return self.module.count(".") <= 1


Exports = Mapping[str, frozenset[str]]
"""What each package's root lists in `__all__`."""


def check(source: str, module: Module, exports: Exports) -> Iterator[Finding]:
    """Yield every rule that `source`, the text of `module`, breaks."""
    tree = ast.parse(source, str(module.path))
    for line, message in _judged(tree, module, exports):
        yield Finding(Path(module.path), line, message)


def _judged(tree: ast.Module, module: Module, exports: Exports) -> Iterator[tuple[int, str]]:
    yield from _relative_imports(tree, module)
    for found in _imports(tree):
        if found.package is None:
            continue
        if message := _order(found, module) or _root(found, module, exports):
            yield found.line, message
    if module.in_source:
        yield from _dynamic_imports(tree)
    if module.in_source and module.package == "protocol":
        yield from _impure(tree)


def _imports(tree: ast.Module) -> Iterator[Import]:
    """Every absolute import, at any depth of the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (Import(node.lineno, node.module or "", a.name) for a in node.names)


def _order(found: Import, module: Module) -> str | None:
    if not module.in_source or not found.package:
        return None
    target, package = found.package, module.package
    if target == package:
        return f"relative: {package} imports its own modules relatively"
    for name in (package, target):
        if name not in LEVEL and not name.startswith("__"):
            return f"order: {name} has no place in the order; give it one in tools/lint_imports.py"
    if {target, package} <= STRANGERS:
        return f"strangers: {package} and {target} never import each other"
    if LEVEL.get(target, -1) >= LEVEL.get(package, -1):
        return f"order: {package or PROJECT} may not import {target}, which is not below it"
    return None


def _root(found: Import, module: Module, exports: Exports) -> str | None:
    package = found.package
    if not package:
        return f"root: name the package, {PROJECT}.…, instead of importing {PROJECT} itself"
    if package in (module.package, "files", "workers"):
        return None
    if not found.at_root:
        return f"root: {found.module} is private to {package}; import from {PROJECT}.{package}"
    named = found.name if found.module.count(".") else None
    if named and named not in exports.get(package, frozenset()):
        return f"root: {named} is not among the names that {PROJECT}.{package} exports"
    return None


def _relative_imports(tree: ast.Module, module: Module) -> Iterator[tuple[int, str]]:
    """Relative imports that climb out of the package they stand in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and module.in_source and node.level > module.depth:
            yield node.lineno, "relative: another package is imported by its absolute name"


def _dynamic_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield node.lineno, "dynamic: write the import out, so that it can be checked"


def _impure(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What would make `protocol` depend on anything but its arguments."""
    for found in _imports(tree):
        dotted = f"{found.module}.{found.name}."
        for name in sorted(IMPURE_MODULES):
            if dotted.startswith(f"{name}."):
                yield (
                    found.line,
                    f"pure: protocol may not use {name}; let the caller pass what it needs",
                )
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ".".join(ast.unparse(node.func).split(".")[-2:])
            if called in IMPURE_CALLS:
                yield node.lineno, f"pure: protocol may not call {called}; let the caller pass it"


def exports_of(source: str) -> frozenset[str]:
    """The names that a package's root lists in `__all__`; none where it lists none."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def check_repository(root: Path = ROOT) -> Iterator[Finding]:
    """Judge every Python file of the repository."""
    sources = {
        path: (root / path).read_text("utf-8") for path in files(root) if path.suffix == ".py"
    }
    exports = {
        path.parts[2]: exports_of(source)
        for path, source in sources.items()
        if path.match(f"src/{PROJECT}/*/__init__.py")
    }
    for path, source in sources.items():
        yield from check(source, Module(path), exports)


if __name__ == "__main__":
    sys.exit(report(check_repository()))
