"""A network for tests whose verifiers are *stubs*: they believe each proof that begins with 0.

Chain, contracts, database, index and follower are the real ones; nothing has to be proved.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from tests.chains import Deployed, deployed_chain
from tests.node.databases import opened
from tests.node.relaying.requests import GOOD, MAX_DELAY, Believer, transfer
from winze.chain import Follower, Header, RpcSource
from winze.circuits import Proof
from winze.contracts import ContractCall, ContractName, FeePolicy, GasMarket, request
from winze.devnet import funded_account
from winze.index import Index, SqlStore
from winze.node.metrics import Metrics
from winze.node.relaying import (
    Checks,
    QuoteBoard,
    QuotePolicy,
    Relayer,
    RelayPolicy,
    RequestStore,
    Rules,
)
from winze.protocol import ETHER, BlockIndex, EthAddress, Field, Timestamp, Wei
from winze.wire import RelayRequest

_BELIEVES: Final = (
    "0x60005b8060443514601d578061010002606401356028576001016002565b600160005260206000f35b60206000f3"
)
"""Code that answers 1 unless the first word of one of the proofs it is given is not 0."""

_VERIFIERS: Final = (
    *(ContractName.TRANSFER_VERIFIER, ContractName.CLAIM_VERIFIER, ContractName.BLOCK_VERIFIER),
)
RELAYER: Final = 1
BYSTANDER: Final = 2


@dataclass
class Town:
    """The network, and what a node has read of it."""

    chain: Deployed
    engine: Engine
    source: RpcSource
    follower: Follower
    index: Index
    store: RequestStore
    quotes: QuoteBoard
    prover: Believer

    @property
    def relayer_address(self) -> EthAddress:
        """Who relays."""
        return EthAddress(funded_account(RELAYER).address)

    def checks(self, **rules: Any) -> Checks:
        """The relayer's checks."""
        return Checks(
            self.chain.network,
            self.follower.ledger,
            self.index,
            self.prover,  # type: ignore[arg-type]
            quotes=self.quotes,
            rules=Rules(self.relayer_address, MAX_DELAY, **rules),
            metrics=Metrics(),
        )

    def relayer(self, *, wait: int = 0, size: int = 16) -> Relayer:
        """A relayer."""
        return Relayer(
            self.chain.w3,
            self.chain.network,
            self.store,
            self.checks(),
            self.index,
            policy=RelayPolicy(wait, size),
            address=self.relayer_address,
        )

    async def head(self) -> Header:
        """The chain's newest block."""
        return await self.source.header(await self.source.head())

    async def now(self) -> Timestamp:
        """The chain's time."""
        return (await self.head()).timestamp

    async def send(self, call: ContractCall, sender: int = BYSTANDER) -> bytes:
        """Have somebody make a call, and read what came of it; the transaction's hash."""
        receipt = await self.chain.sender(sender).send(call)
        await self.follower.sync()
        return bytes.fromhex(receipt.transaction.removeprefix("0x"))

    async def deposit(self, inner: int = 1) -> None:
        """A deposit of 1 ETH."""
        await self.send(self.chain.pool.deposit(Field(inner), Wei(ETHER), mine=False))

    async def prove_block(self) -> None:
        """Fill, seal and prove the next block of the ledger."""
        index = BlockIndex(len(self.follower.ledger.blocks))
        await self.deposit(int(index) + 1)
        opened = await self.chain.pool.open_block()
        await self.chain.clock.reach(Timestamp(opened.due))
        await self.send(self.chain.pool.seal())
        await self.chain.clock.mine(2)
        await self.follower.sync()
        witness = self.follower.ledger.block_witness(index)
        await self.send(self.chain.pool.prove([witness.submission], [GOOD]))

    async def execute(self, *requests: RelayRequest) -> bytes:
        """Somebody else has transfers executed."""
        moved = [each.transfer for each in requests if each.transfer is not None]
        return await self.send(self.chain.pool.execute(moved, [GOOD] * len(moved)))

    async def take(self, *requests: RelayRequest) -> None:
        """Store requests as if they had been checked."""
        now = await self.now()
        self.store.add([(each, now) for each in requests])

    async def undo(self, blocks: int) -> None:
        """A reorganisation that leaves out all transactions of so many blocks."""
        await self.chain.clock.reorganise(blocks)
        await self.chain.clock.mine()
        await self.follower.sync()


@asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    """A network with one proved block and 1 ETH in its pool."""
    async with deployed_chain() as chain:
        for name in _VERIFIERS:
            address = chain.network.contracts[name].address
            await request(chain.w3, "making a stub", "anvil_setCode", address, _BELIEVES)
        engine = opened(folder)
        try:
            there = _town(chain, engine)
            await there.prove_block()
            await there.quotes.refresh(GasMarket(1, 1), FeePolicy(), await there.now())
            yield there
        finally:
            engine.dispose()


def _town(chain: Deployed, engine: Engine) -> Town:
    source = RpcSource(chain.w3, chain.network)
    address = EthAddress(funded_account(RELAYER).address)
    return Town(
        chain=chain,
        engine=engine,
        source=source,
        follower=Follower(source, chain.network.deployment_block, store=SqlStore(engine)),
        index=Index(engine),
        store=RequestStore(engine),
        quotes=QuoteBoard(engine, address, QuotePolicy()),
        prover=Believer(),
    )


def paid(proof: Proof = GOOD, **changes: Any) -> RelayRequest:
    """A transfer that pays a small fee, so that many can be paid from one deposit."""
    return RelayRequest(transfer=transfer(fee=10**12, **changes), transfer_proof=proof)
