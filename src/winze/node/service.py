"""The node as a whole: everything opened, started, watched and stopped in order."""

import asyncio
import socket
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, Final, Self

import structlog
from sqlalchemy import Engine

from winze.chain import ChainChanged, Follower, RpcSource
from winze.circuits import Circuit, CircuitKeys, Prover, pinned_keys
from winze.contracts import NetworkDescription, RpcError, Web3, connected, load_network
from winze.index import SqlStore

from .api import create_app, listening, serving, url_of
from .assembly import Ground, Parts, api_settings, assemble
from .config import NodeConfig
from .database import migrate, open_database
from .identity import claim_database, network_identity
from .keystore import NodeKeys
from .workflows import Observer, Workflows

_RETRY: Final = 2.0
"""Seconds before a chain that does not answer is asked again at the start."""


_RPC_TIMEOUT: Final = 10.0
"""Seconds after which a question counts as unanswered: the whole node waits for it."""


def _unobserved(_: str) -> None:
    """Nobody watches."""


class NodeService:
    """One node, used as `async with NodeService(config, keys) as node`.

    Inside, `url` is where its API answers. One process runs one node.
    """

    def __init__(
        self,
        config: NodeConfig,
        keys: NodeKeys,
        *,
        observer: Observer = _unobserved,
        prover: Prover | None = None,
    ) -> None:
        """Describe a node; nothing is opened.

        Args:
            config: What the operator set.
            keys: What it signs with.
            observer: Told of every moment of every workflow, by name.
            prover: One that others of this process use too; by default the node's own.
        """
        self._config, self._keys, self._observer = config, keys, observer
        self._prover = prover
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._log = structlog.get_logger("node")
        self.network: NetworkDescription
        self.url: str

    async def __aenter__(self) -> Self:
        """Start everything; from here on the chain is followed.

        Raises:
            InvalidNetworkDescription: the network's description cannot be used.
            KeysError: the network's keys are not on this machine, or damaged.
            WrongNetwork: the chain is another one.
            DatabaseError: the database cannot be used.
            CannotListen: the API's port is taken, or its address is not of this machine.
        """
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop everything; what is under way goes on at the next start."""
        self._log.info("stopping")
        await self._stack.aclose()

    async def run_until(self, stop: asyncio.Event) -> None:
        """Return when `stop` is set; a part that fails ends the node with its error."""
        stopping = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopping, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for task in done - {stopping}:
            task.result()

    async def _start(self, stack: AsyncExitStack) -> None:
        config = self._config
        self.network = load_network(config.network)
        keys = await asyncio.to_thread(_pinned, self.network)
        listener = stack.enter_context(listening(config.listen.host, config.listen.port))
        engine = await asyncio.to_thread(_opened, config.database)
        stack.callback(engine.dispose)
        w3 = await stack.enter_async_context(connected(*config.rpc, timeout=_RPC_TIMEOUT))
        ground = await self._ground(w3, engine, keys)
        workflows = Workflows(config.database, self._observer, config.prover_workers)
        parts = assemble(ground, workflows)
        stack.push_async_callback(workflows.close)
        await workflows.launch()
        await self._begin(stack, parts, listener)
        self.url = url_of(listener)
        self._log.info("serving", url=self.url, network=self.network.name)

    async def _ground(self, w3: Web3, engine: Engine, keys: dict[Circuit, CircuitKeys]) -> Ground:
        config, network = self._config, self.network
        source, prover = RpcSource(w3, network), self._prover or Prover(keys)
        await self._meet(w3, source, engine)
        if config.work.build:
            self._log.info("loading the proving key")
            await asyncio.to_thread(prover.load, Circuit.BLOCK)
        self._log.info("loading what was indexed")
        follower = await asyncio.to_thread(_follower, config, network, source, engine)
        return Ground(
            config=config,
            network=network,
            signers=self._keys,
            circuit_keys=keys,
            w3=w3,
            source=source,
            engine=engine,
            follower=follower,
            prover=prover,
        )

    async def _meet(self, w3: Web3, source: RpcSource, engine: Engine) -> None:
        """Hold chain and database against the network; wait for a chain that does not answer."""
        while True:
            try:
                await self.network.check(w3)
                first = await source.header(self.network.deployment_block)
            except (RpcError, ChainChanged) as problem:
                self._log.warning("waiting for the chain", problem=str(problem))
                await asyncio.sleep(_RETRY)
            else:
                identity = network_identity(self.network, first)
                return await asyncio.to_thread(claim_database, engine, identity)

    async def _begin(self, stack: AsyncExitStack, parts: Parts, listener: socket.socket) -> None:
        await self._task(stack, "pulse", parts.pulse.run())
        if parts.intake is not None:
            await self._task(stack, "intake", parts.intake.run())
        settings = api_settings(self._config)
        app = create_app(parts.ports, settings)
        self._tasks.append(await stack.enter_async_context(serving(app, settings, listener)))

    async def _task(
        self, stack: AsyncExitStack, name: str, work: Coroutine[Any, Any, None]
    ) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        stack.push_async_callback(_cancel, task)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


def _opened(database: str) -> Engine:
    engine = open_database(database)
    migrate(engine)
    return engine


def _pinned(network: NetworkDescription) -> dict[Circuit, CircuitKeys]:
    return pinned_keys(
        {
            circuit: (pinned.proving_key_sha256, pinned.verifying_key_sha256)
            for circuit, pinned in network.keys.items()
        }
    )


def _follower(
    config: NodeConfig, network: NetworkDescription, source: RpcSource, engine: Engine
) -> Follower:
    return Follower(
        source,
        network.deployment_block,
        confirmations=config.confirmations,
        store=SqlStore(engine),
    )
