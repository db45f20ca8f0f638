"""What everybody sees of a history, what the node saw besides, and whose it was in truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from winze.protocol import BlockIndex, Claim, EthAddress, Field, Position, Transfer, Wei
from winze.wallet import IntentKind, OwnNote
from winze.wire import Quote, RelayRequest


@dataclass(frozen=True)
class Made:
    """A deposit: all of it is public but the person behind a redeposit's."""

    position: Position
    at: int
    person: int
    value: Wei
    mineable: bool
    depositor: EthAddress
    inner: Field


@dataclass(frozen=True)
class Transferred:
    """An executed transfer."""

    order: int
    at: int
    place: int
    """In its batch."""
    person: int
    """Not public, as is all below but the block."""
    kind: IntentKind
    transfer: Transfer
    inputs: Sequence[OwnNote]
    block: BlockIndex
    handed_over: int
    """When the node got it: the node knows."""

    @property
    def deposit(self) -> OwnNote | None:
        """The mining deposit that it spent."""
        return next((own for own in self.inputs if own.note.mineable), None)


@dataclass(frozen=True)
class Claimed:
    """A claim that counted, and the transfer that paid for it."""

    order: int
    at: int
    place: int
    person: int
    claim: Claim
    paid_by: Transfer
    mined: OwnNote
    handed_over: int


@dataclass
class Arrival:
    """A request, as the node got it."""

    order: int
    at: int
    person: int
    kind: IntentKind
    request: RelayRequest

    @property
    def not_before(self) -> int:
        transfer = self.request.transfer
        return 0 if transfer is None else transfer.not_before


@dataclass
class Seen:
    """All of it, in its order."""

    deposits: list[Made] = field(default_factory=list)
    transfers: list[Transferred] = field(default_factory=list)
    claims: list[Claimed] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    quotes: list[tuple[int, Quote]] = field(default_factory=list)
    """Since when the node's relayer took what."""
    times: list[int] = field(default_factory=list)
    """Of each block of the ledger."""
