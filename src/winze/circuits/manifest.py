"""What is written down about a pair of keys, beside them."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

from .contributions import Contribution


class KeyKind(StrEnum):
    """Who made the keys, and so what they may be trusted with (protocol §9)."""

    DEVELOPMENT = "development"
    """Made on one machine, which could have kept what forges proofs: never for real funds."""

    CEREMONY = "ceremony"
    """Several people, of whom one honest one is enough."""


@dataclass(frozen=True)
class Ceremony:
    """Where a ceremony's keys come from."""

    zkey_sha256: str
    """SHA-256 of the `.zkey` file that was imported, in hex."""

    circuit_hash: str
    """What snarkjs calls the circuit's hash, which every contributor saw."""

    contributions: tuple[Contribution, ...]
    """Who took part, in order."""


_CEREMONY: Final = "ceremony"


@dataclass(frozen=True)
class KeyManifest:
    """What a circuit's keys are, how to recognise them, and what making them took."""

    circuit: str
    """The circuit's name."""

    kind: KeyKind
    """Who made them."""

    source_hash: str
    """SHA-256 of the circuit's text and its compiler's version."""

    compiler: str
    """Name and version of what compiled the circuit; told for people, the hash counts."""

    constraints: int
    """How many constraints the circuit has."""

    setup_seconds: float
    """How long making or importing them took, compiling included."""

    proving_key_sha256: str
    """SHA-256 of the proving key's file, in hex."""

    verifying_key_sha256: str
    """SHA-256 of the verifying key's file, in hex."""

    ceremony: Ceremony | None = None
    """Where they come from, if from a ceremony; else the file has no such field."""

    def __post_init__(self) -> None:
        if (self.kind is KeyKind.CEREMONY) != (self.ceremony is not None):
            raise ValueError(f"keys of the kind {self.kind} and their ceremony do not go together")

    def to_json(self) -> str:
        """The manifest as it stands in its file."""
        content = asdict(self)
        if self.ceremony is None:
            del content[_CEREMONY]
        return json.dumps(content, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read it back.

        Raises:
            ValueError: it is not JSON, or a field is missing, unknown or of the wrong type.
        """
        content = json.loads(text)
        wanted = {name: field.type for name, field in cls.__dataclass_fields__.items()}
        del wanted[_CEREMONY]
        if not isinstance(content, dict):
            raise ValueError("a manifest is an object")  # noqa: TRY004 damaged text, not a call
        ceremony = _read_ceremony(content.pop(_CEREMONY)) if _CEREMONY in content else None
        _require_fields(content, wanted)
        for name, kind in wanted.items():
            content[name] = _read_as(kind, name, content[name])
        return cls(**content, ceremony=ceremony)


def _require_fields(content: object, wanted: dict[str, Any]) -> None:
    if not isinstance(content, dict) or content.keys() != wanted.keys():
        raise ValueError(f"a manifest has the fields {', '.join(wanted)} and no others")


def _read_ceremony(content: Any) -> Ceremony:
    wanted = {"zkey_sha256": str, "circuit_hash": str, "contributions": list}
    _require_fields(content, wanted)
    for name, kind in wanted.items():
        _read_as(kind, name, content[name])
    found = [_read_contribution(each) for each in content["contributions"]]
    return Ceremony(content["zkey_sha256"], content["circuit_hash"], tuple(found))


def _read_contribution(content: Any) -> Contribution:
    wanted = {"name": str, "beacon": bool, "hash": str}
    _require_fields(content, wanted)
    for name, kind in wanted.items():
        _read_as(kind, name, content[name])
    return Contribution(**content)


def _read_as(kind: object, name: str, value: object) -> object:
    """`value`, if it is of the type `kind` that field `name` has.

    Raises:
        ValueError: it is not.
    """
    if kind is KeyKind:
        return KeyKind(str(value))
    if not isinstance(kind, type) or type(value) is not kind:
        raise ValueError(f"a manifest's {name} cannot be {value!r}")
    return value
