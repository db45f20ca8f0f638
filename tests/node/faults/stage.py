"""Where it all happens: a chain, nodes that see it through proxies, and people who use them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chains import eventually
from tests.networks import network
from tests.node.faults.accounts import require
from tests.node.faults.process import NodeProcess, NodeSettings
from tests.node.faults.proxy import RpcProxy
from tests.node.faults.served import serves_the_chain
from tests.node.faults.village import PATIENCE, Village
from winze.contracts import ContractEvent
from winze.devnet import Devnet

KEYS_OF_A_NODE = 2
"""A node sends from so many of the funded accounts: they begin with 1."""


@dataclass
class Stage:
    """One play."""

    devnet: Devnet
    proxies: list[RpcProxy]
    nodes: list[NodeProcess]
    village: Village

    @property
    def node(self) -> NodeProcess:
        """The only one, or the first."""
        return self.nodes[0]

    @property
    def proxy(self) -> RpcProxy:
        """Through which it sees the chain."""
        return self.proxies[0]

    async def check(self, patience: float = PATIENCE) -> None:
        """Wait until all is settled, and hold everything against everything.

        Raises:
            Wrong: something was lost, done twice, or is told otherwise than it is.
        """
        await self.village.check(patience)
        for node in self.nodes:
            told = await serves_the_chain(node.desk, self.village.place)
            require(told, f"{node.desk.url} serves another ledger than the chain's")

    async def until(self, kind: type[ContractEvent], happened: int = 0) -> int:
        """Wait until the chain has more than so many events of a kind; the last one's block."""
        assert await eventually(lambda: self._has(kind, happened), tries=1200), kind
        return self._blocks_of(kind)[-1]

    async def count(self, kind: type[ContractEvent]) -> int:
        """How many events of a kind the chain has."""
        await self.village.place.follower.sync()
        return len(self._blocks_of(kind))

    async def take_back(self, block: int, *, least: int = 1) -> int:
        """Reorganise the chain so that `block` is another one; how many blocks were replaced."""
        depth = max(await self.devnet.clock.height() - block + 1, least)
        await self.devnet.clock.reorganise(depth)
        return depth

    async def _has(self, kind: type[ContractEvent], happened: int) -> bool:
        return await self.count(kind) > happened

    def _blocks_of(self, kind: type[ContractEvent]) -> list[int]:
        records = self.village.place.follower.records()
        return [record.logged.block for record in records if isinstance(record.logged.event, kind)]


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    nodes: int = 1,
    users: int = 3,
    seed: int = 1,
    settings: Callable[[NodeSettings], NodeSettings] = lambda given: given,
) -> AsyncIterator[Stage]:
    """A fresh network with nodes and people on it."""
    async with AsyncExitStack() as stack:
        devnet = await stack.enter_async_context(network())
        proxies, running = [], []
        for number in range(nodes):
            home = folder / f"node-{number}"
            home.mkdir(parents=True)
            proxy = RpcProxy(devnet.url, home / "rpc.jsonl")
            proxies.append(await stack.enter_async_context(proxy))
            first = 1 + KEYS_OF_A_NODE * number
            given = NodeSettings([proxy.url], first, builder=first + 1, distributor=first + 1)
            told = settings(given)
            running.append(await stack.enter_async_context(NodeProcess(devnet, home, told)))
        desks = [node.desk for node in running]
        keys_of_all = [key for node in running for key in node.settings.keys]
        village = await Village.found(devnet, desks, keys_of_all, seed=seed, users=users)
        yield Stage(devnet, proxies, running, village)
