"""A node in memory: ports that remember what they were asked, and answer what a test says."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.wallet.worlds import network as description
from winze.chain import Header
from winze.circuits import Circuit, CircuitKeys, KeyKind, KeyManifest
from winze.contracts import NetworkDescription, PinnedKeys, SignedPermit
from winze.index import PeriodRewards, Statistics
from winze.node.api import NodeStatus, OpenEntries, Ports, StageTimes
from winze.node.errors import DepositRefused
from winze.node.metrics import Metrics
from winze.protocol import (
    ChainBlock,
    EthAddress,
    Field,
    Period,
    Points,
    Timestamp,
    Wei,
)
from winze.wire import (
    ROWS,
    Extent,
    Page,
    Quote,
    RelayRequest,
    RequestState,
    RequestStatus,
    RowKind,
)

RELAYER = EthAddress("0x" + "11" * 20)
LISTED = EthAddress("0x" + "66" * 20)
"""Who is on the screener's list."""
AML = "Deposits that fail to meet AML standards cannot be accepted"
NOW = Timestamp(1_800_000_000)
KEY_BYTES = 5000


@dataclass
class FakeIntake:
    """Accepts whatever it is not told to refuse."""

    known: dict[str, RequestStatus] = field(default_factory=dict)
    refusal: Exception | None = None
    submitted: list[RelayRequest] = field(default_factory=list)

    async def submit(self, request: RelayRequest) -> RequestStatus:
        if self.refusal is not None:
            raise self.refusal
        self.submitted.append(request)
        fresh = RequestStatus(
            request.id, RequestState.RECEIVED, NOW, not_before=Timestamp(0), deadline=Timestamp(0)
        )
        return self.known.setdefault(request.id, fresh)

    async def status(self, request_id: str) -> RequestStatus | None:
        return self.known.get(request_id)


class FakeQuotes:
    problem: Exception | None = None

    async def current(self) -> Quote:
        if self.problem is not None:
            raise self.problem
        return Quote(Wei(2 * 10**14), Wei(5 * 10**14), RELAYER, Timestamp(NOW + 600))


class FakeScreening:
    async def permit(self, depositor: EthAddress, value: Wei, inner: Field) -> SignedPermit:  # noqa: ARG002 - a port's form
        if depositor == LISTED:
            raise DepositRefused(AML)
        return SignedPermit(Timestamp(NOW + 60), b"\x01" * 32, b"\x02" * 32)


class FakeMonitor:
    reasons: Sequence[str] = ()
    status = NodeStatus(
        version="0",
        head=Header(ChainBlock(9), b"\x09" * 32, NOW),
        cursor=Header(ChainBlock(8), b"\x08" * 32, Timestamp(NOW - 12)),
        sealed=3,
        proved=2,
        open=OpenEntries(1, Timestamp(NOW + 5)),
        queue={RequestState.RECEIVED: 4},
        balances={RELAYER: Wei(10**18)},
        stages=StageTimes(prove=1.25),
        screened=True,
        warnings=("the relayer's balance runs low",),
    )

    async def snapshot(self) -> NodeStatus:
        return self.status

    async def unready(self) -> Sequence[str]:
        return self.reasons


@dataclass
class FakeIndex:
    """Rows of zeros, but for their number; `final` of them do not change any more."""

    rows: int = 0
    final: int = 0
    generations: int = 0
    shift: int = 0
    """Added to the content of rows that are not final, as a reorganisation would change them."""
    restless: int = 0
    """How many more times the chain goes back while it is read."""
    problem: Exception | None = None
    reads: int = 0
    counted: int = 0
    height: int = 8

    def cursor(self) -> Header | None:
        if self.restless:
            self.restless -= 1
            self.generations += 1
        return Header(ChainBlock(self.height), b"\x08" * 32, Timestamp(NOW - 12))

    def extents(self) -> Mapping[RowKind, Extent]:
        return dict.fromkeys(RowKind, Extent(self.rows, self.final))

    def page(self, kind: RowKind, first: int, count: int) -> bytes:
        if self.problem is not None:
            raise self.problem
        self.reads += 1
        numbers = range(first, min(first + count, self.rows))
        return Page.of(kind, first, [self._row(kind, number) for number in numbers]).encode()

    def _row(self, kind: RowKind, number: int) -> bytes:
        content = number if number < self.final else number + self.shift
        return content.to_bytes(ROWS[kind].SIZE)

    def generation(self) -> int:
        return self.generations

    def rewards_of(self, account: EthAddress) -> Sequence[PeriodRewards]:
        if account != RELAYER:
            return []
        return [PeriodRewards(Period(144), Points(4), Points(0), Points(16))]

    def withdrawable(self, account: EthAddress) -> Wei:
        return Wei(7 if account == RELAYER else 0)

    def statistics(self) -> Statistics:
        self.counted += 1
        return Statistics(
            deposits={Wei(10**17): 5},
            claims={Wei(10**17): 2},
            all_deposits=9,
            transfers=8,
            points={Period(144): Points(16)},
        )


@dataclass
class FakeNode:
    """All of them, and the folder with the keys' files."""

    folder: Path
    intake: FakeIntake = field(default_factory=FakeIntake)
    quotes: FakeQuotes = field(default_factory=FakeQuotes)
    screening: FakeScreening = field(default_factory=FakeScreening)
    monitor: FakeMonitor = field(default_factory=FakeMonitor)
    index: FakeIndex = field(default_factory=FakeIndex)
    metrics: Metrics = field(default_factory=Metrics)

    def ports(self) -> Ports:
        keys = {circuit: key_files(self.folder / circuit, circuit) for circuit in Circuit}
        return Ports(
            network=pinning(keys),
            keys=keys,
            index=self.index,
            intake=self.intake,
            quotes=self.quotes,
            screening=self.screening,
            monitor=self.monitor,
            metrics=self.metrics,
        )

    def silent_ports(self) -> Ports:
        """Those of a node that neither relays nor screens."""
        return replace(self.ports(), intake=None, quotes=None, screening=None)


def key_files(folder: Path, circuit: Circuit) -> CircuitKeys:
    """Files that stand for keys."""
    folder.mkdir(exist_ok=True)
    proving = bytes(number % 251 for number in range(KEY_BYTES)) + circuit.encode()
    verifying = f'{{"circuit": "{circuit}"}}'.encode()
    (folder / "proving.key").write_bytes(proving)
    (folder / "verification_key.json").write_bytes(verifying)
    manifest = KeyManifest(
        circuit=circuit,
        kind=KeyKind.DEVELOPMENT,
        source_hash="00" * 32,
        compiler="none",
        constraints=1,
        setup_seconds=0.0,
        proving_key_sha256=hashlib.sha256(proving).hexdigest(),
        verifying_key_sha256=hashlib.sha256(verifying).hexdigest(),
    )
    return CircuitKeys(folder, manifest)


def pinning(keys: Mapping[Circuit, CircuitKeys]) -> NetworkDescription:
    """A network of those keys."""
    pins = {
        circuit: PinnedKeys(each.manifest.proving_key_sha256, each.manifest.verifying_key_sha256)
        for circuit, each in keys.items()
    }
    return replace(description(), keys=pins)
