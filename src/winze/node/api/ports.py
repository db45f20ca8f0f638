"""What the API needs of the node: it asks through these, and knows nothing of what stands behind.

Whatever is `async` here is awaited on the node's loop; the index answers in a thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from winze.chain import Header
from winze.circuits import Circuit, CircuitKeys
from winze.contracts import NetworkDescription, SignedPermit
from winze.index import PeriodRewards, Statistics
from winze.protocol import EthAddress, Field, Timestamp, Wei
from winze.wire import Extent, Quote, RelayRequest, RequestState, RequestStatus, RowKind

from ..metrics import Metrics


class Intake(Protocol):
    """Where requests come in."""

    async def submit(self, request: RelayRequest) -> RequestStatus:
        """Store `request`, unless it is known, and say how it stands: stored before answered.

        Raises:
            Rejected: it is not accepted, and nothing of it is kept.
        """

    async def status(self, request_id: str) -> RequestStatus | None:
        """How the request of that id stands; None where none is known."""


class Quotes(Protocol):
    """What the relayer takes."""

    async def current(self) -> Quote:
        """The quote that holds now.

        Raises:
            NotReady: no price of gas is known yet.
        """


class Screening(Protocol):
    """Who lets deposits in."""

    async def permit(self, depositor: EthAddress, value: Wei, inner: Field) -> SignedPermit:
        """The permit for one deposit.

        Raises:
            DepositRefused: the depositor is on a list.
        """


@dataclass(frozen=True)
class OpenEntries:
    """What the pool's open block holds."""

    entries: int
    """Operations so far."""

    due: Timestamp | None
    """From when on it may be sealed; None while it is empty."""


@dataclass(frozen=True)
class StageTimes:
    """How long each stage took lately, in seconds: medians, None where nothing was measured."""

    confirm: float | None = None
    """From a chain block with an event to the node's acting on it."""

    seal: float | None = None
    """From a ledger block's first entry to its seal."""

    draw: float | None = None
    """From its seal to its draw."""

    prove: float | None = None
    """From its draw to its proof."""

    include: float | None = None
    """From its proof to the chain block that holds it."""

    batch: float | None = None
    """From a request's acceptance (or its `not_before`) to its execution."""


@dataclass(frozen=True)
class NodeStatus:
    """How the node stands: nothing in it is about a single user."""

    version: str
    """The node's software."""

    head: Header | None
    """The chain's newest block; None before the chain has answered."""

    cursor: Header | None
    """The last confirmed block that the node has indexed."""

    sealed: int
    """Blocks of the ledger that are sealed, proved ones included."""

    proved: int
    """Blocks of the ledger that are proved."""

    open: OpenEntries
    """What the open block holds."""

    queue: Mapping[RequestState, int]
    """How many requests are received and sent; final ones may be left out."""

    balances: Mapping[EthAddress, Wei]
    """What the node's own addresses hold to pay for gas."""

    stages: StageTimes
    """How long things take."""

    screened: bool
    """Whether the network wants a screener's permit for deposits."""

    warnings: Sequence[str] = ()
    """What the operator should see to, as sentences: they are public."""


class SyncIndex(Protocol):
    """What the chain told, as the node has indexed it; asked in threads. `Index` is one.

    Raises:
        DatabaseFailed: any method; the database refuses just now.
    """

    def cursor(self) -> Header | None:
        """The last chain block that was read."""

    def extents(self) -> Mapping[RowKind, Extent]:
        """How many rows there are, by kind."""

    def page(self, kind: RowKind, first: int, count: int) -> bytes:
        """The encoded page of up to `count` rows from row `first` on."""

    def generation(self) -> int:
        """How often the chain took something back, so that who read before reads again."""

    def rewards_of(self, account: EthAddress) -> Sequence[PeriodRewards]:
        """What `account` earned, by period, oldest first."""

    def withdrawable(self, account: EthAddress) -> Wei:
        """What waits for `account` because it refused a payment."""

    def statistics(self) -> Statistics:
        """What everybody did."""


class Monitor(Protocol):
    """How the node itself does."""

    async def snapshot(self) -> NodeStatus:
        """How it stands now."""

    async def unready(self) -> Sequence[str]:
        """Why it cannot serve right now, as sentences that may be shown; empty when it can."""


@dataclass(frozen=True)
class Ports:
    """Everything that the API stands on."""

    network: NetworkDescription
    """The network that the node serves."""

    keys: Mapping[Circuit, CircuitKeys]
    """Its keys, held against the network's description."""

    index: SyncIndex
    """What the chain told."""

    intake: Intake | None
    """Where requests come in; None on a node that does not relay."""

    quotes: Quotes | None
    """What the relayer takes; None on a node that does not relay."""

    screening: Screening | None
    """Who lets deposits in; None on a node that does not screen."""

    monitor: Monitor
    """How the node does."""

    metrics: Metrics
    """What the operator watches."""
