"""What the contracts announce, field by field as in their ABI, so that logs can be compared."""

from dataclasses import dataclass
from enum import IntEnum

from .encoding import EthAddress


class SkipReason(IntEnum):
    """Why a transfer of a batch was passed over (protocol §5.1)."""

    SPENT = 1
    TOO_EARLY = 2
    TOO_LATE = 3
    UNCLAIMED = 4


class ClaimSkipReason(IntEnum):
    """Why a claim of a batch was passed over (protocol §6.3)."""

    USED = 1
    TOO_EARLY = 2
    TOO_LATE = 3
    NO_DENOMINATION = 4


@dataclass(frozen=True)
class Deposited:
    """A note was made in the open; `depositor` is zero where it came from a redeposit."""

    depositor: EthAddress
    word: int
    inner: int


@dataclass(frozen=True)
class Transferred:
    """A transfer was executed. Its fee, and who got it, stand in the call alone."""

    recipient: EthAddress
    nullifier1: int
    nullifier2: int
    out1: int
    out2: int
    amount: int
    memos: bytes


@dataclass(frozen=True)
class Skipped:
    """A transfer was passed over."""

    nullifier1: int
    nullifier2: int
    reason: SkipReason


@dataclass(frozen=True)
class Sealed:
    """A block's entries became final."""

    index: int
    digest: bytes
    timestamp: int
    draw: int


@dataclass(frozen=True)
class Redrawn:
    """A forgotten draw was replaced."""

    index: int
    draw: int


@dataclass(frozen=True)
class Proved:
    """A block's header was appended to the ledger."""

    index: int
    block_root: int
    entropy: int
    root: int


@dataclass(frozen=True)
class Unpaid:
    """A payment was refused and waits for `account`."""

    account: EthAddress
    amount: int


@dataclass(frozen=True)
class Withdrawn:
    """What waited for `account` was paid to `to`."""

    account: EthAddress
    to: EthAddress
    amount: int


@dataclass(frozen=True)
class ScreenerSet:
    """Deposits need the permits of `screener` from now on; of nobody where it is zero."""

    screener: EthAddress


@dataclass(frozen=True)
class CapsSet:
    """A deposit, and the pool's balance after it, may reach these amounts."""

    deposit_cap: int
    balance_cap: int


@dataclass(frozen=True)
class SealIntervalSet:
    """Blocks begun from now on are due after so many seconds."""

    seal_interval: int


@dataclass(frozen=True)
class PausedSet:
    """Deposits were paused or resumed."""

    paused: bool


@dataclass(frozen=True)
class OwnershipTransferStarted:
    """The owner named a successor, who has not accepted yet."""

    previous_owner: EthAddress
    new_owner: EthAddress


@dataclass(frozen=True)
class OwnershipTransferred:
    """The owner changed; to nobody where `new_owner` is zero."""

    previous_owner: EthAddress
    new_owner: EthAddress


@dataclass(frozen=True)
class Claimed:
    """A claim earned points."""

    claim_id: int
    recipient: EthAddress
    period: int
    points: int


@dataclass(frozen=True)
class ClaimSkipped:
    """A claim was passed over."""

    claim_id: int
    reason: ClaimSkipReason


@dataclass(frozen=True)
class Distributed:
    """The shares of some claims of a period were minted.

    Bit `b` of `minted` stands for the claim that came as number `256 * word + b` in the period.
    """

    period: int
    word: int
    minted: int


Event = (
    Deposited
    | Transferred
    | Skipped
    | Sealed
    | Redrawn
    | Proved
    | Unpaid
    | Withdrawn
    | ScreenerSet
    | CapsSet
    | SealIntervalSet
    | PausedSet
    | OwnershipTransferStarted
    | OwnershipTransferred
    | Claimed
    | ClaimSkipped
    | Distributed
)

Events = tuple[Event, ...]
"""What one call announces, in order."""
