"""All keys on this machine: what there is, and finding those that somebody needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from winze.files import data_directory

from .circuit import Circuit, source_hash
from .errors import DamagedKeys, KeysNotHere, KeyStoreUnusable
from .key_files import CircuitKeys
from .manifest import KeyKind


@dataclass(frozen=True)
class Shelved:
    """One folder of keys."""

    folder: Path

    keys: CircuitKeys | None
    """What is in it, if it can be used at all."""

    problem: str
    """Why it cannot be used, or not with this version of the circuits; empty if it can."""


def shelved_keys() -> list[Shelved]:
    """All folders of keys in the data directory, in the order of their names.

    Raises:
        KeyStoreUnusable: the data directory cannot be read.
    """
    try:
        return [_judged(folder) for folder in _folders()]
    except OSError as error:
        raise KeyStoreUnusable(Path(error.filename or "keys"), error) from error


def pinned_keys(pins: Mapping[Circuit, tuple[str, str]]) -> dict[Circuit, CircuitKeys]:
    """The keys that a network pins, wherever they stand.

    Args:
        pins: For each circuit the SHA-256 of the proving key's and of the verifying key's file.

    Raises:
        KeysNotHere: nothing here says that it is one of them.
        DamagedKeys: the folder that says so has other files; the error names file and hashes.
        WrongKeys: the proving key is the pinned one and the verifying key is not.
        KeyStoreUnusable: the data directory cannot be read.
    """
    return {circuit: _pinned(circuit, *hashes) for circuit, hashes in pins.items()}


def ceremony_keys() -> dict[Circuit, CircuitKeys]:
    """The imported keys of all circuits, where there is no doubt which.

    Raises:
        KeysNotHere: a circuit has none that fit this version of it, or several.
        KeyStoreUnusable: the data directory cannot be read.
    """
    found = [
        shelved.keys
        for shelved in shelved_keys()
        if shelved.keys and not shelved.problem and shelved.keys.manifest.kind is KeyKind.CEREMONY
    ]
    return {circuit: _only(circuit, found) for circuit in Circuit}


def _only(circuit: Circuit, found: list[CircuitKeys]) -> CircuitKeys:
    fitting = [keys for keys in found if keys.manifest.circuit == circuit]
    match fitting:
        case [keys]:
            return keys
        case []:
            raise KeysNotHere(circuit, "that come from a ceremony")
        case _:
            folders = ", ".join(str(keys.folder) for keys in fitting)
            raise KeysNotHere(
                circuit, f"without doubt: several ceremonies' stand in {folders}; keep one"
            )


def _pinned(circuit: Circuit, proving_key_sha256: str, verifying_key_sha256: str) -> CircuitKeys:
    for folder in _folders():
        try:
            keys = CircuitKeys.described(folder)
        except DamagedKeys:
            continue  # it does not even say what it is
        if keys.manifest.circuit == circuit and (
            keys.manifest.proving_key_sha256 == proving_key_sha256
        ):
            keys.require(proving_key_sha256, verifying_key_sha256)
            keys.check()
            return keys
    raise KeysNotHere(circuit, f"whose proving key has SHA-256 {proving_key_sha256}")


def _folders() -> Iterator[Path]:
    for kind in KeyKind:
        for folder in sorted(data_directory("keys", kind).iterdir()):
            if folder.is_dir() and not folder.name.startswith("."):
                yield folder


def _judged(folder: Path) -> Shelved:
    try:
        keys = CircuitKeys.open(folder)
    except DamagedKeys as error:
        return Shelved(folder, None, error.problem)
    known = {str(circuit): circuit for circuit in Circuit}
    circuit = known.get(keys.manifest.circuit)
    if circuit is None:
        return Shelved(folder, keys, "it is for no circuit of ours")
    if keys.manifest.source_hash != source_hash(circuit.source):
        return Shelved(folder, keys, "it is for another version of the circuit")
    return Shelved(folder, keys, "")
