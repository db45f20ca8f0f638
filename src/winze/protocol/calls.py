"""What a model of a contract is told about a call, and about the world around it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .encoding import EthAddress
from .types import ChainBlock, Timestamp

Verifier = Callable[[Sequence[object], Sequence[Sequence[int]]], bool]
"""Whether proofs hold for their public signals, one list for each; what a proof is, is left open.

The models rely on the circuits' soundness: a verifier that accepts a false statement has no
meaning here.
"""

Accepts = Callable[[EthAddress, int], bool]
"""Whether an account takes a payment of so many wei."""

BlockHash = Callable[[ChainBlock], bytes]
"""The chain's `blockhash`: 32 zero bytes where it has none."""


@dataclass(frozen=True)
class Call:
    """Who calls, and the chain block in which the call is included."""

    caller: EthAddress
    now: Timestamp
    """The chain block's timestamp."""
    number: ChainBlock
    """The chain block's number."""


@dataclass(frozen=True)
class Permit:
    """A screener's permit; signatures are left out, so it says itself whether its is right."""

    deadline: int
    """The last second at which it holds."""

    by_screener: bool
    """Whether the screener of the moment signed it for just this deposit."""


def everyone_accepts(account: EthAddress, amount: int) -> bool:  # noqa: ARG001 - an `Accepts`
    """The world in which no account refuses a payment."""
    return True
