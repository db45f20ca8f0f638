"""Compiling the contracts with Vyper, once: what it makes is cached under the data directory.

The compiler runs in a process of its own, because its settings are global variables and its
warnings would reach whoever imports us. A compilation is named by the hash of everything that
shapes it; a cached file that is damaged is noticed and made again.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from winze.files import data_directory, write_atomically

from .abi import Abi
from .errors import CompileError, ContractTooLarge

SOURCES: Final = Path(__file__).parent
"""Where our own contracts stand."""

CODE_LIMIT: Final = 24_576
"""Bytes of code that a chain accepts in one contract (EIP-170)."""

EVM_VERSION: Final = "cancun"
"""The oldest EVM with transient storage, which the reentrancy locks stand on."""

OPTIMISATION: Final = "gas"

_FORMATS: Final = ("abi", "bytecode", "bytecode_runtime", "layout")
_CACHE_SCHEMA: Final = 1


@dataclass(frozen=True)
class Artifact:
    """A compiled contract."""

    name: str
    interface: tuple[dict[str, Any], ...]
    """The ABI as the compiler wrote it."""

    creation_code: bytes
    """What a deployment sends, before the constructor's arguments."""

    runtime_code: bytes
    """What then stands on chain, before its immutables."""

    immutables_size: int
    """Bytes that the immutables add to the code on chain."""

    @cached_property
    def abi(self) -> Abi:
        """The ABI, to encode and decode with."""
        return Abi(self.interface)

    @property
    def size(self) -> int:
        """Bytes of code on chain, which EIP-170 limits."""
        return len(self.runtime_code) + self.immutables_size

    def check_size(self) -> None:
        """Make sure that a chain accepts the code.

        Raises:
            ContractTooLarge: it has more than `CODE_LIMIT` bytes.
        """
        if self.size > CODE_LIMIT:
            raise ContractTooLarge(self.name, self.size, CODE_LIMIT)


def compile_contract(source: Path, cache: Path | None = None) -> Artifact:
    """Compile the contract in the file `source`, or take it from the cache.

    Args:
        source: the contract; its modules are looked for beside it and in snekmate.
        cache: the folder of compiled contracts; None is the one in the data directory.

    Raises:
        CompileError: the source is missing, the compiler refuses it, or what it makes cannot be
            kept.
        ContractTooLarge: no chain would accept its code.
    """
    if not source.is_file():
        raise CompileError(f"no contract source at {source}")
    try:
        artifact = _kept_or_made(source, cache or data_directory("contracts"))
    except OSError as problem:
        raise CompileError(
            f"compiled contracts cannot be kept ({problem}): make room there, or set WINZE_DATA to "
            f"another folder"
        ) from problem
    artifact.check_size()
    return artifact


@cache
def compiled(name: str) -> Artifact:
    """Compile one of our own contracts, `pool` for example.

    Raises:
        CompileError: there is none of that name, or the compiler refuses it.
        ContractTooLarge: no chain would accept its code.
    """
    return compile_contract(SOURCES / f"{name}.vy")


def _kept_or_made(source: Path, cache: Path) -> Artifact:
    kept = cache / _fingerprint(source) / f"{source.stem}.json"
    artifact = _read(kept)
    if artifact is None:
        artifact = _compile(source)
        _write(kept, artifact)
    return artifact


def _fingerprint(source: Path) -> str:
    """The hash of all that a compilation depends on: sources, libraries, compiler, settings."""
    digest = hashlib.sha256()
    versions = [importlib.metadata.version(package) for package in ("vyper", "snekmate")]
    settings = [str(_CACHE_SCHEMA), *versions, EVM_VERSION, OPTIMISATION]
    digest.update(json.dumps(settings).encode())
    folder = source.parent
    for path in sorted((*folder.rglob("*.vy"), *folder.rglob("*.vyi"))):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder)} {content}\n".encode())
    return digest.hexdigest()[:32]


def _compile(source: Path) -> Artifact:
    libraries = _folder_of("snekmate").parent
    arguments = ["-f", ",".join(_FORMATS), "--evm-version", EVM_VERSION, "-O", OPTIMISATION]
    arguments += ["--disable-sys-path", "-p", str(libraries), "-p", str(source.parent)]
    done = subprocess.run(  # noqa: S603 - our own interpreter on a path of ours, without a shell
        [sys.executable, "-m", "vyper.cli.vyper_compile", *arguments, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(_FORMATS):
        raise CompileError(f"vyper refuses {source}:\n{done.stderr.strip()}")
    interface, creation_code, runtime_code, layout = lines
    immutables = _leaves(json.loads(layout).get("code_layout", {}))
    return Artifact(
        name=source.stem,
        interface=tuple(json.loads(interface)),
        creation_code=bytes.fromhex(creation_code[2:]),
        runtime_code=bytes.fromhex(runtime_code[2:]),
        immutables_size=max((each["offset"] + each["length"] for each in immutables), default=0),
    )


def _folder_of(package: str) -> Path:
    """Where an installed package stands."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise CompileError(f"{package} is not installed: install Winze's dependencies")
    return Path(spec.submodule_search_locations[0])


def _leaves(layout: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a code layout, which nests those of a module under the module's name."""
    if "offset" in layout:
        return [layout]
    return [leaf for inner in layout.values() for leaf in _leaves(inner)]


def _write(path: Path, artifact: Artifact) -> None:
    body = json.dumps(
        {
            "name": artifact.name,
            "interface": artifact.interface,
            "creation_code": artifact.creation_code.hex(),
            "runtime_code": artifact.runtime_code.hex(),
            "immutables_size": artifact.immutables_size,
        }
    )
    checksum = hashlib.sha256(body.encode()).hexdigest()
    write_atomically(path, f"{checksum}\n{body}".encode())


def _read(path: Path) -> Artifact | None:
    """The artifact in a cached file; None where the file is missing or not what was written."""
    try:
        checksum, _, body = path.read_text().partition("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if checksum != hashlib.sha256(body.encode()).hexdigest():
        return None
    fields = json.loads(body)
    return Artifact(
        name=fields["name"],
        interface=tuple(fields["interface"]),
        creation_code=bytes.fromhex(fields["creation_code"]),
        runtime_code=bytes.fromhex(fields["runtime_code"]),
        immutables_size=fields["immutables_size"],
    )
