"""The contracts' events, as the protocol's own dataclasses and a few of the token's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from winze.protocol import (
    CapsSet,
    Claimed,
    ClaimSkipped,
    Deposited,
    Distributed,
    EthAddress,
    Event,
    Itx,
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
