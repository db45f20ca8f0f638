"""Chains for tests: a bare one, and one with contracts whose verifying keys are made up."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from winze.circuits import Circuit, KeyKind, VerifyingKeyWords
from winze.contracts import (
    ContractCall,
    Deployment,
    DeploymentKey,
    NetworkDescription,
    Pace,
    PinnedKeys,
    Pool,
    Rewards,
    Sender,
    Web3,
    connected,
    deploy,
    request,
)
from winze.devnet import Anvil, Clock, find_anvil, funded_account
from winze.protocol import FAST, EthAddress, Profile

ONE_POINT = (1, 2)
ANOTHER_POINT = (
    0x198E9393920D483A7260BFB731FB5D25F1AA493335A9E71297E485B7AEF312C2,
    0x1800DEEF121F1E76426A00665E5C4479674322D4F75EDADD46DEBD5CD992F6ED,
    0x090689D0585FF075EC9E99AD690C3395BC4B313370B38EF355ACDADCD122975B,
    0x12C85EA5DB8C6DEB4AAB71808DCB408FE3D1E7690C43D37B4CE6CC0166FA7DAA,
)
SIGNALS = {Circuit.TRANSFER: 7, Circuit.CLAIM: 6, Circuit.BLOCK: 8}
QUICK = Pace(poll=0.02)


def made_up_key(signals: int) -> DeploymentKey:
    """A verifying key that no proof fits, on points that are on their curves."""
    g2 = ANOTHER_POINT
    words = VerifyingKeyWords(ONE_POINT, g2, g2, g2, (ONE_POINT,) * (signals + 1))
    return DeploymentKey(words, PinnedKeys("a" * 64, "b" * 64))


def made_up_deployment(profile: Profile = FAST) -> Deployment:
    """A network without secrets and without keys: deposits and questions work, proofs do not."""
    return Deployment(
        name="devnet",
        address_prefix="winzedev",
        profile=profile,
        setup=KeyKind.DEVELOPMENT,
        keys={circuit: made_up_key(signals) for circuit, signals in SIGNALS.items()},
    )


@cache
def anvil_program() -> Path:
    """The anvil that all tests run."""
    return find_anvil(print)


@dataclass
class Chain:
    """A chain that makes a block for each transaction at once."""

    url: str
    w3: Web3
    clock: Clock

    def sender(self, index: int, pace: Pace = QUICK) -> Sender:
        """Who sends from a funded account."""
        return Sender(self.w3, funded_account(index), pace=pace)

    async def hold(self) -> None:
        """Make no block until `mine` says so."""
        await request(self.w3, "holding", "evm_setAutomine", *[False])

    async def let_go(self) -> None:
        """Make a block of what waits, and again one for each transaction."""
        await request(self.w3, "letting go", "evm_setAutomine", *[True])
        await self.clock.mine()

    async def force(self, call: ContractCall, sender: int = 1, gas: int = 1_000_000) -> None:
        """Send a call that nobody simulated, and wait until it is in a block, refused or not."""
        fields = {**call.fields(self.sender(sender).address), "gas": hex(gas)}
        sent = await request(self.w3, "forcing", "eth_sendTransaction", fields)
        await self.w3.eth.wait_for_transaction_receipt(sent, poll_latency=QUICK.poll)

    async def nonce(self, account: EthAddress) -> int:
        """How many transactions of `account` are in blocks or waiting."""
        counted = await request(self.w3, "", "eth_getTransactionCount", account, "pending")
        return int(counted, 16)


@asynccontextmanager
async def bare_chain(hardfork: str | None = None) -> AsyncIterator[Chain]:
    """A chain with nothing on it but funded accounts."""
    with tempfile.TemporaryDirectory() as folder:
        anvil = Anvil(anvil_program(), Path(folder) / "log", hardfork=hardfork)
        async with anvil, connected(anvil.url) as w3:
            await request(w3, "mining at once", "evm_setAutomine", *[True])
            clock = Clock(w3)
            await clock.mine()
            yield Chain(anvil.url, w3, clock)


@dataclass
class Deployed(Chain):
    """A chain with a network deployed, owned by account 0."""

    network: NetworkDescription

    @property
    def pool(self) -> Pool:
        """Its pool."""
        return Pool(self.w3, self.network.pool)

    @property
    def rewards(self) -> Rewards:
        """Its rewards."""
        return Rewards(self.w3, self.network.rewards)


@asynccontextmanager
async def deployed_chain(profile: Profile = FAST) -> AsyncIterator[Deployed]:
    """A chain with a network of made-up keys."""
    async with bare_chain() as chain:
        network = await deploy(chain.sender(0), made_up_deployment(profile))
        yield Deployed(chain.url, chain.w3, chain.clock, network)


async def eventually(holds: Callable[[], Awaitable[bool]], tries: int = 200) -> bool:
    """Whether the callable `holds` becomes true, asked every 50 ms."""
    for _ in range(tries):
        if await holds():
            return True
        await asyncio.sleep(0.05)
    return False
