"""Network descriptions as JSON files (schema 1)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

from winze.circuits import Circuit, KeyKind
from winze.files import write_atomically
from winze.protocol import ChainBlock, EthAddress, Profile, Timestamp, WinzeError

from .errors import InvalidNetworkDescription
from .network import ContractName, DeployedContract, NetworkDescription, PinnedKeys

SCHEMA: Final = 1
"""The version of the file's layout. A file of another version is refused, not guessed at."""


def save_network(network: NetworkDescription, path: Path) -> None:
    """Write `network` to `path`, in one step."""
    write_atomically(path, network_json(network).encode())


def load_network(path: Path) -> NetworkDescription:
    """The network that the file `path` describes.

    Raises:
        InvalidNetworkDescription: the file cannot be read, or what it says breaks a rule.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidNetworkDescription(str(path), f"cannot be read: {problem}") from problem
    return network_from_json(text)


def network_json(network: NetworkDescription) -> str:
    """`network` as JSON text."""
    content = {"schema": SCHEMA, **asdict(network)}
    return json.dumps(content, indent=2) + "\n"


def network_from_json(text: str) -> NetworkDescription:
    """The network that JSON text describes.

    Raises:
        InvalidNetworkDescription: it is no JSON, has another schema, lacks a field or has one too
            many, or a field breaks its rule.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as problem:
        raise InvalidNetworkDescription("file", f"is no JSON: {problem}") from problem
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise InvalidNetworkDescription("schema", f"must be {SCHEMA}")
    names = [field.name for field in fields(NetworkDescription)]
    parts = _object("file", content, ["schema", *names])
    return NetworkDescription(
        name=_text("name", parts["name"]),
        address_prefix=_text("address_prefix", parts["address_prefix"]),
        chain_id=_number("chain_id", parts["chain_id"]),
        deployment_block=_made("deployment_block", ChainBlock, parts["deployment_block"]),
        profile=_profile(parts["profile"]),
        genesis=_made("genesis", Timestamp, parts["genesis"]),
        setup=_made("setup", KeyKind, parts["setup"]),
        contracts=_contracts(parts["contracts"]),
        keys=_keys(parts["keys"]),
    )


def _profile(value: Any) -> Profile:
    kinds = {field.name: field.type for field in fields(Profile)}
    parts = _object("profile", value, list(kinds))
    made = {name: _made(f"profile.{name}", kinds[name], part) for name, part in parts.items()}
    try:
        return Profile(**made)
    except WinzeError as problem:
        raise InvalidNetworkDescription("profile", str(problem)) from problem


def _contracts(value: Any) -> Mapping[ContractName, DeployedContract]:
    parts = _object("contracts", value, list(ContractName))
    return {name: _contract(f"contracts.{name}", parts[name]) for name in ContractName}


def _contract(field: str, value: Any) -> DeployedContract:
    parts = _object(field, value, ["address", "code_hash"])
    return DeployedContract(
        address=_made(f"{field}.address", EthAddress, _text(f"{field}.address", parts["address"])),
        code_hash=_text(f"{field}.code_hash", parts["code_hash"]),
    )


def _keys(value: Any) -> Mapping[Circuit, PinnedKeys]:
    parts = _object("keys", value, list(Circuit))
    return {circuit: _pinned(f"keys.{circuit}", parts[circuit]) for circuit in Circuit}


def _pinned(field: str, value: Any) -> PinnedKeys:
    names = [each.name for each in fields(PinnedKeys)]
    parts = _object(field, value, names)
    return PinnedKeys(**{name: _text(f"{field}.{name}", parts[name]) for name in names})


def _object(field: str, value: Any, names: list[str]) -> dict[str, Any]:
    """`value`, if it is an object with exactly these fields."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise InvalidNetworkDescription(field, f"must be an object with {', '.join(names)}")
    return value


def _text(field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidNetworkDescription(field, f"{value!r} must be a text")
    return value


def _number(field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidNetworkDescription(field, f"{value!r} must be a whole number")
    return value


def _made(field: str, kind: Any, value: Any) -> Any:
    """`kind(value)`, with its refusal named by the field; a type never takes another's values."""
    if kind is int or kind is str:
        return _number(field, value) if kind is int else _text(field, value)
    try:
        return kind(value)
    except (WinzeError, ValueError, TypeError) as problem:
        raise InvalidNetworkDescription(field, f"{value!r} is refused: {problem}") from problem
