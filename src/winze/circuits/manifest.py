"""What is written down about a pair of keys, beside them."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self


class KeyKind(StrEnum):
    """Who made the keys, and so what they may be trusted with (protocol §9)."""

    DEVELOPMENT = "development"
    """Made on one machine, which could have kept what forges proofs: never for real funds."""

    CEREMONY = "ceremony"
    """Several people, of whom one honest one is enough."""


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
    """How long compiling and setting up took."""

    proving_key_sha256: str
    """SHA-256 of the proving key's file, in hex."""

    verifying_key_sha256: str
    """SHA-256 of the verifying key's file, in hex."""

    def to_json(self) -> str:
        """The manifest as it stands in its file."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read it back.

        Raises:
            ValueError: it is not JSON, or a field is missing, unknown or of the wrong type.
        """
        content = json.loads(text)
        wanted = {name: field.type for name, field in cls.__dataclass_fields__.items()}
        if not isinstance(content, dict) or content.keys() != wanted.keys():
            raise ValueError(f"a manifest has the fields {', '.join(wanted)} and no others")
        for name, kind in wanted.items():
            content[name] = _read_as(kind, name, content[name])
        return cls(**content)


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
