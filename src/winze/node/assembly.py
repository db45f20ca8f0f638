"""Putting the node's parts together: who is given whom, and with which settings."""

from dataclasses import dataclass
from typing import Final

import structlog
from eth_account.signers.local import LocalAccount
from sqlalchemy import Engine

from winze.chain import Follower, RpcSource
from winze.circuits import Circuit, CircuitKeys, Prover
from winze.contracts import FeePolicy, NetworkDescription, Pool, Web3
from winze.index import Index
from winze.protocol import EthAddress, Seconds

from .api import ApiSettings, EndpointClass, Ports, Rate
from .building import BlockBuilder, ProofStore
from .chain_clock import ChainClock
from .config import NodeConfig
from .distributing import Distributor
from .keystore import NodeKeys
from .metrics import Metrics
from .monitor import NodeMonitor
from .operations import Crew, Operations
from .pulse import Pulse
from .relaying import (
    Checks,
    Intake,
    QuoteBoard,
    QuotePolicy,
    Relayer,
    RelayPolicy,
    RequestStore,
    Rules,
)
from .screening import Screener
from .sending import JobStore, Outbox, OutboxPolicy, Signer
from .stages import StageClock
from .workflows import Workflows

_BEATS: Final = 8
"""How often the node looks at the chain while a block of the ledger is open."""

_SHORTEST_BEAT, _LONGEST_BEAT = 0.25, 2.0
_SHORTEST_PATIENCE, _LONGEST_PATIENCE = 5.0, 45.0

_VERIFYING: Final = 2
"""Proofs of requests that are verified at a time."""

_MINUTE: Final = 60


@dataclass(frozen=True)
class Ground:
    """What the parts stand on."""

    config: NodeConfig
    network: NetworkDescription
    signers: NodeKeys
    circuit_keys: dict[Circuit, CircuitKeys]
    w3: Web3
    source: RpcSource
    engine: Engine
    follower: Follower
    prover: Prover

    @property
    def beat(self) -> float:
        """Seconds between two looks at the chain."""
        interval = self.network.profile.seal_interval
        return min(max(interval / _BEATS, _SHORTEST_BEAT), _LONGEST_BEAT)

    @property
    def patience(self) -> float:
        """Seconds that a transaction waits before a dearer one replaces it."""
        interval = self.network.profile.seal_interval
        return min(max(3.0 * interval, _SHORTEST_PATIENCE), _LONGEST_PATIENCE)

    @property
    def fees(self) -> FeePolicy:
        """How much is paid for gas."""
        return FeePolicy(ceiling=self.config.fees.ceiling)


@dataclass(frozen=True)
class Parts:
    """The node's parts."""

    pulse: Pulse
    intake: Intake | None
    ports: Ports


def assemble(ground: Ground, workflows: Workflows) -> Parts:
    """All parts; their workflows are made known to `workflows`, and nothing runs yet."""
    config, network, engine = ground.config, ground.network, ground.engine
    clock, metrics = ChainClock(ground.source), Metrics()
    index = Index(engine, config.confirmations)
    stages = StageClock(metrics)
    outboxes = _outboxes(ground, metrics)
    desk = _desk(ground, clock, index, metrics) if config.work.relay else None
    crew = _crew(ground, index, outboxes, desk, stages)
    operations = Operations(crew, ground.follower, clock, workflows)
    pulse = Pulse(
        ground.w3,
        clock,
        ground.follower,
        index=index,
        pool=Pool(ground.w3, network.pool),
        operations=operations,
        workflows=workflows,
        relayer=crew.relayer,
        quotes=desk.quotes if desk else None,
        keys=list(outboxes),
        fees=ground.fees,
        stages=stages,
        metrics=metrics,
        poll=ground.beat,
    )
    monitor = NodeMonitor(
        pulse,
        clock,
        ground.follower,
        requests=crew.requests,
        stages=stages,
        metrics=metrics,
        low_balance=config.low_balance,
    )
    ports = Ports(
        network=network,
        keys=ground.circuit_keys,
        index=index,
        intake=desk.intake if desk else None,
        quotes=desk.quotes if desk else None,
        screening=_screener(ground, clock),
        monitor=monitor,
        metrics=metrics,
    )
    return Parts(pulse, desk.intake if desk else None, ports)


@dataclass(frozen=True)
class _Desk:
    """What takes requests in."""

    store: RequestStore
    checks: Checks
    quotes: QuoteBoard
    intake: Intake


def _desk(ground: Ground, clock: ChainClock, index: Index, metrics: Metrics) -> _Desk:
    config, relayer = ground.config, _address(ground.signers.relayer)
    policy = QuotePolicy(
        margin_percent=config.fees.margin_percent,
        least_price=config.fees.floor,
        lifetime=Seconds(config.fees.quote_lifetime),
    )
    quotes = QuoteBoard(ground.engine, relayer, policy)
    checks = Checks(
        ground.network,
        ground.follower.ledger,
        index,
        ground.prover,
        quotes=quotes,
        rules=Rules(relayer, Seconds(config.requests.max_delay)),
        metrics=metrics,
    )
    store = RequestStore(ground.engine)
    intake = Intake(store, checks, clock.now, limit=config.requests.queue, threads=_VERIFYING)
    return _Desk(store, checks, quotes, intake)


def _crew(
    ground: Ground,
    index: Index,
    outboxes: dict[EthAddress, Outbox],
    desk: _Desk | None,
    stages: StageClock,
) -> Crew:
    config, signers = ground.config, ground.signers
    pool = Pool(ground.w3, ground.network.pool)
    return Crew(
        builder=BlockBuilder(
            ground.source,
            ground.follower,
            pool,
            ground.prover,
            proofs=ProofStore(ground.engine),
            proven=stages.proven,
        )
        if config.work.build
        else None,
        build_outbox=_outbox(outboxes, signers.builder),
        relayer=Relayer(
            ground.w3,
            ground.network,
            desk.store,
            desk.checks,
            index,
            policy=RelayPolicy(config.batches.wait, config.batches.size),
            address=_address(signers.relayer),
        )
        if desk is not None
        else None,
        requests=desk.store if desk is not None else None,
        relay_outbox=_outbox(outboxes, signers.relayer),
        distributor=Distributor(ground.w3, ground.network, index)
        if config.work.distribute
        else None,
        distribute_outbox=_outbox(outboxes, signers.distributor),
    )


def _outboxes(ground: Ground, metrics: Metrics) -> dict[EthAddress, Outbox]:
    """One outbox for each key, whatever number of jobs it has."""
    signers = ground.signers
    policy = OutboxPolicy(
        confirmations=ground.config.confirmations,
        patience=ground.patience,
        poll=ground.beat,
    )
    held = (signers.relayer, signers.builder, signers.distributor)
    return {
        _address(key): Outbox(
            ground.w3,
            Signer(ground.w3, key, ground.network.chain_id, ground.fees),
            JobStore(ground.engine, _address(key)),
            policy,
            metrics,
        )
        for key in held
        if key is not None
    }


def _outbox(outboxes: dict[EthAddress, Outbox], key: LocalAccount | None) -> Outbox | None:
    return None if key is None else outboxes[_address(key)]


def _address(key: LocalAccount | None) -> EthAddress:
    return EthAddress.zero() if key is None else EthAddress(key.address)


def _screener(ground: Ground, clock: ChainClock) -> Screener | None:
    key, screening = ground.signers.screener, ground.config.screening
    if key is None:
        return None
    warning = structlog.get_logger("screener").warning
    return Screener(
        key,
        ground.network,
        screening.lists,
        lifetime=screening.lifetime,
        now=clock.now,
        warn=warning,
    )


def api_settings(config: NodeConfig) -> ApiSettings:
    """The API's limits as the operator set them."""
    rates = {kind: getattr(config.limits, kind) for kind in EndpointClass}
    return ApiSettings(
        rates={kind: _rate(often) for kind, often in rates.items() if often},
        cors_origins=config.listen.cors_origins,
        trusted_proxies=config.listen.trusted_proxies,
    )


def _rate(per_minute: int) -> Rate:
    # What one may ask in half a minute may come at once: a page of a wallet asks for much together.
    return Rate(per_minute / _MINUTE, max(per_minute // 2, 1))
