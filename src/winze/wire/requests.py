"""What a wallet asks a relayer to do: a transfer, a claim, or a claim and what pays for it.

A request is known by the hash of what it asks for. Proofs stand beside that: one statement has many
proofs, and whoever sends a request again, with the same proof or another, means the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Self

from winze.circuits import Proof
from winze.protocol import MEMOS_BYTES, BlockIndex, Claim, Transfer

from .errors import InvalidForm
from .forms import read_json, read_object, write_json
from .spellings import Address, Bytes, FixedSize, Integer, element, moment, wei

_DEADLINE: Final = "The last second of execution, or 0 for none"
_NOT_BEFORE: Final = "The first second of execution"

TRANSFER_FIELDS: Final[Mapping[str, FixedSize]] = MappingProxyType(
    {
        "anchor": Integer(BlockIndex.bound, "The block after which the proof's root stood"),
        "nullifier1": element("What spending the first input publishes"),
        "nullifier2": element("What spending the second input publishes"),
        "out1": element("The first output's commitment"),
        "out2": element("The second output's commitment"),
        "recipient": Address("Who gets the amount; the pool itself for a redeposit"),
        "amount": wei("What leaves the private side beside the fee"),
        "fee": wei("What the relayer gets"),
        "relayer": Address("Who gets the fee; the zero address leaves it to whoever calls"),
        "not_before": moment(_NOT_BEFORE),
        "deadline": moment(_DEADLINE),
        "claim_id": element("A claim that must have been made before; 0 for none"),
        "inner": element("The new deposit's `inner` in a redeposit, else 0"),
        "memos": Bytes(MEMOS_BYTES, "What is said to the outputs' receivers"),
    }
)
"""A transfer's fields, in the order of its content."""

CLAIM_FIELDS: Final[Mapping[str, FixedSize]] = MappingProxyType(
    {
        "anchor": Integer(BlockIndex.bound, "The block after which the proof's root stood"),
        "claim_id": element("By what the claim is known"),
        "value": wei("The deposit's value"),
        "recipient": Address("Who is credited, and later minted ITX"),
        "not_before": moment(_NOT_BEFORE),
        "deadline": moment(_DEADLINE),
    }
)
"""A claim's fields, in the order of its content."""

PROOF: Final = Bytes(256, "A Groth16 proof: the 8 words that the contracts take")
"""How a proof is spelled."""

_LABEL: Final = b"winze request 1\0"
_TRANSFER: Final = 1
_CLAIM: Final = 2


@dataclass(frozen=True)
class RelayRequest:
    """What is asked of a relayer; whether it may be done is for the relayer to find out.

    Raises:
        InvalidForm: nothing is asked for, a part and its proof are not both there, a value is out
            of range, or the transfer pays for another claim than the one beside it.
    """

    transfer: Transfer | None = None
    """What the pool shall execute."""

    transfer_proof: Proof | None = field(default=None, repr=False)
    """The proof of its statement."""

    claim: Claim | None = None
    """What the rewards shall count, before the transfer beside it is executed."""

    claim_proof: Proof | None = field(default=None, repr=False)
    """The proof of its statement."""

    def __post_init__(self) -> None:
        _check_part("transfer", TRANSFER_FIELDS, self.transfer, self.transfer_proof)
        _check_part("claim", CLAIM_FIELDS, self.claim, self.claim_proof)
        if self.transfer is None and self.claim is None:
            raise InvalidForm("request", "asks for nothing: name a transfer, a claim, or both")
        if self.transfer is not None and self.claim is not None:
            paid, made = self.transfer.claim_id, self.claim.claim_id
            if paid != made:
                raise InvalidForm("transfer.claim_id", f"must be the claim's, {made}; it is {paid}")

    @cached_property
    def id(self) -> str:
        """By what it is known: SHA-256, in hex, of what it asks for, without the proofs."""
        return hashlib.sha256(_LABEL + self._content).hexdigest()

    @property
    def parts(self) -> tuple[Transfer | Claim, ...]:
        """The transfer and the claim, as far as they are there."""
        return tuple(part for part in (self.transfer, self.claim) if part is not None)

    @cached_property
    def _content(self) -> bytes:
        held = bytes([_TRANSFER * (self.transfer is not None) + _CLAIM * (self.claim is not None)])
        return held + _encode(self.transfer, TRANSFER_FIELDS) + _encode(self.claim, CLAIM_FIELDS)

    def encode(self) -> bytes:
        """It with its proofs as bytes, for a database; about 1 kB at most."""
        return self._content + (self.transfer_proof or b"") + (self.claim_proof or b"")

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The request that `encode` made these bytes of.

        Raises:
            InvalidForm: it did not.
        """
        if not data or not 0 < data[0] <= _TRANSFER | _CLAIM:
            raise InvalidForm("request", "does not begin with the parts it has")
        transfer, claim = data[0] & _TRANSFER, data[0] & _CLAIM
        rest = _Bytes(data[1:])
        request = cls(
            transfer=Transfer(**rest.fields(TRANSFER_FIELDS)) if transfer else None,
            claim=Claim(**rest.fields(CLAIM_FIELDS)) if claim else None,
            transfer_proof=Proof(rest.take(PROOF.size)) if transfer else None,
            claim_proof=Proof(rest.take(PROOF.size)) if claim else None,
        )
        if rest.left:
            raise InvalidForm("request", f"has {len(rest.left)} bytes too many")
        return request

    def to_json(self) -> str:
        """It as JSON text."""
        form: dict[str, Any] = {}
        for name, fields in _PARTS.items():
            part, proof = getattr(self, name), getattr(self, f"{name}_proof")
            if part is not None:
                form[name] = {
                    each: spelling.write(getattr(part, each)) for each, spelling in fields.items()
                }
                form[f"{name}_proof"] = PROOF.write(proof)
        return write_json(form)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The request that JSON text stands for.

        Raises:
            InvalidForm: a field is missing, unknown, or not spelled in the one way it may be.
        """
        form = read_object("request", read_json(text), (), _NAMES)
        transfer, claim = (_read_part(name, form) for name in _PARTS)
        return cls(
            transfer=None if transfer is None else Transfer(**transfer),
            transfer_proof=_read_proof("transfer_proof", form),
            claim=None if claim is None else Claim(**claim),
            claim_proof=_read_proof("claim_proof", form),
        )


_PARTS: Final = {"transfer": TRANSFER_FIELDS, "claim": CLAIM_FIELDS}
_NAMES: Final = (*_PARTS, *(f"{name}_proof" for name in _PARTS))


@dataclass
class _Bytes:
    """Bytes that are taken one after the other."""

    left: bytes

    def take(self, size: int) -> bytes:
        if len(self.left) < size:
            raise InvalidForm("request", f"ends {size - len(self.left)} bytes too early")
        taken, self.left = self.left[:size], self.left[size:]
        return taken

    def fields(self, fields: Mapping[str, FixedSize]) -> dict[str, Any]:
        return {name: each.decode(self.take(each.size)) for name, each in fields.items()}


def _check_part(
    name: str, fields: Mapping[str, FixedSize], part: Transfer | Claim | None, proof: Proof | None
) -> None:
    if (part is None) != (proof is None):
        raise InvalidForm(f"{name}_proof", f"must be there exactly if there is a {name}")
    if part is not None:
        for each, spelling in fields.items():
            spelling.check(f"{name}.{each}", getattr(part, each))


def _encode(part: Transfer | Claim | None, fields: Mapping[str, FixedSize]) -> bytes:
    if part is None:
        return b""
    return b"".join(spelling.encode(getattr(part, name)) for name, spelling in fields.items())


def _read_part(name: str, form: Mapping[str, Any]) -> dict[str, Any] | None:
    if name not in form:
        return None
    fields = _PARTS[name]
    found = read_object(name, form[name], tuple(fields))
    return {each: fields[each].read(f"{name}.{each}", found[each]) for each in fields}


def _read_proof(name: str, form: Mapping[str, Any]) -> Proof | None:
    return Proof(PROOF.read(name, form[name])) if name in form else None
