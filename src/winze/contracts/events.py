"""The contracts' events, as the protocol's own dataclasses and a few of the token's."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

from winze.protocol import (
    CapsSet,
    Claimed,
    ClaimSkipped,
    Deposited,
    Distributed,
    EthAddress,
    Event,
    Itx,
    OutOfRange,
    OwnershipTransferred,
    OwnershipTransferStarted,
    PausedSet,
    Proved,
    Redrawn,
    ScreenerSet,
    Sealed,
    SealIntervalSet,
    Skipped,
    Transferred,
    Unpaid,
    Withdrawn,
)

from .errors import UnexpectedAnswer


@dataclass(frozen=True)
class ItxTransferred:
    """ITX changed hands; `sender` is zero where it was minted."""

    sender: EthAddress
    receiver: EthAddress
    value: Itx


@dataclass(frozen=True)
class ItxApproved:
    """`owner` lets `spender` move up to `value` of its ITX."""

    owner: EthAddress
    spender: EthAddress
    value: Itx


@dataclass(frozen=True)
class MinterRoleChanged:
    """The token library's role changed; at deployment only, and nobody is left with it."""

    minter: EthAddress
    status: bool


TokenEvent = ItxTransferred | ItxApproved | MinterRoleChanged
ContractEvent = Event | TokenEvent

_E = TypeVar("_E", bound=ContractEvent)


def _by_name(*kinds: type[ContractEvent]) -> dict[str, type[ContractEvent]]:
    return {kind.__name__: kind for kind in kinds}


POOL_EVENTS: Final[Mapping[str, type[ContractEvent]]] = _by_name(
    Deposited,
    Transferred,
    Skipped,
    Sealed,
    Redrawn,
    Proved,
    Unpaid,
    Withdrawn,
    ScreenerSet,
    CapsSet,
    SealIntervalSet,
    PausedSet,
    OwnershipTransferStarted,
    OwnershipTransferred,
)

REWARDS_EVENTS: Final[Mapping[str, type[ContractEvent]]] = _by_name(
    Claimed, ClaimSkipped, Distributed
)

ITX_EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "Transfer": ItxTransferred,
    "Approval": ItxApproved,
    "RoleMinterChanged": MinterRoleChanged,
    "OwnershipTransferred": OwnershipTransferred,
}


def event_from(kind: type[_E], values: Mapping[str, Any]) -> _E:
    """The event of type `kind` with the ABI's `values`.

    Raises:
        UnexpectedAnswer: its fields are others, or a value is outside its type's bounds.
    """
    types = {field.name: field.type for field in fields(kind)}
    if types.keys() != values.keys():
        raise UnexpectedAnswer(f"{kind.__name__} has the fields {', '.join(types)}, not {values}")
    try:
        return kind(**{name: _typed(types[name], value) for name, value in values.items()})
    except (ValueError, OutOfRange) as problem:
        raise UnexpectedAnswer(f"no {kind.__name__} has {dict(values)}: {problem}") from problem


def _typed(kind: Any, value: Any) -> Any:
    """`value` as a field of type `kind` holds it: a reason as its name, words as their bytes."""
    if isinstance(value, tuple):
        value = b"".join(value)
    return value if isinstance(value, kind) else kind(value)
