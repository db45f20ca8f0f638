"""What the index answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from winze.protocol import ChainBlock, EthAddress, Field, Period, Points, Timestamp, Wei


@dataclass(frozen=True)
class FoundTransfer:
    """An executed transfer."""

    nullifier1: Field
    nullifier2: Field
    out1: Field
    out2: Field
    transaction: bytes
    """The hash of the transaction that executed it."""
    chain_block: ChainBlock
    timestamp: Timestamp


@dataclass(frozen=True)
class FoundClaim:
    """A claim that counted."""

    recipient: EthAddress
    period: Period
    points: Points
    number: int
    """How many claims came before it in its period."""
    minted: bool
    """Whether its share was minted."""
    transaction: bytes
    chain_block: ChainBlock
    timestamp: Timestamp


@dataclass(frozen=True)
class PeriodRewards:
    """What one account earned in one period."""

    period: Period
    points: Points
    minted_points: Points
    """Those of them whose share was minted."""
    total_points: Points
    """Everybody's, of which the account's are a share."""


@dataclass(frozen=True)
class Statistics:
    """What has happened since the network began."""

    deposits: Mapping[Wei, int]
    """How many mining deposits of each denomination there were: its anonymity set."""
    claims: Mapping[Wei, int]
    """How many claims of each denomination there were."""
    all_deposits: int
    """Deposits of any amount, mining or not."""
    transfers: int
    points: Mapping[Period, Points]
    """All that was earned in each period in which anybody claimed."""
