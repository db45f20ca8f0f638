"""An outbox on a real chain and a real database, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from eth_account.signers.local import LocalAccount
from sqlalchemy import Engine

from tests.chains import Chain, bare_chain, eventually
from tests.node.databases import opened
from winze.contracts import ContractCall, FeePolicy, Fees, eth_balance, request, sign
from winze.devnet import funded_account
from winze.node.metrics import Metrics
from winze.node.sending import Job, JobStore, Outbox, OutboxPolicy, Signer
from winze.protocol import EthAddress, Wei

KEY: Final = 1
"""The funded account that the outbox sends from."""

CALM: Final = OutboxPolicy(confirmations=0, patience=600, poll=0.02)
"""Never replaces anything while a test runs."""

HASTY: Final = replace(CALM, patience=0)
"""Replaces what waits, at each look."""

ANY_FEES: Final = FeePolicy()
"""What nodes pay if nothing else is said."""

PAYEE: Final = EthAddress("0x" + "0c" * 20)


def paying(value: int = 1, to: EthAddress = PAYEE) -> ContractCall:
    """A call that sends some wei."""
    return ContractCall("paying", to, b"", Wei(value))


@dataclass
class Desk:
    """A chain, a database, and outboxes of one key on them."""

    chain: Chain
    engine: Engine
    folder: Path
    metrics: Metrics = field(default_factory=Metrics)

    def outbox(
        self, policy: OutboxPolicy = CALM, key: int = KEY, fees: FeePolicy = ANY_FEES
    ) -> Outbox:
        """A node's outbox; a second one is a restarted node's."""
        return self.outbox_of(funded_account(key), policy, fees)

    def outbox_of(
        self, key: LocalAccount, policy: OutboxPolicy = CALM, fees: FeePolicy = ANY_FEES
    ) -> Outbox:
        """The outbox of any key."""
        signer = Signer(self.chain.w3, key, 31_337, fees)
        store = JobStore(self.engine, signer.address)
        return Outbox(self.chain.w3, signer, store, policy, self.metrics)

    def store(self, key: int = KEY) -> JobStore:
        """The jobs of a key."""
        return JobStore(self.engine, EthAddress(funded_account(key).address))

    async def paid(self, account: EthAddress = PAYEE) -> int:
        """What `account` holds."""
        return await eth_balance(self.chain.w3, account)

    async def drop(self, transaction: bytes) -> None:
        """Have the chain lose a transaction that waits."""
        await request(self.chain.w3, "", "anvil_dropTransaction", "0x" + transaction.hex())

    async def waits(self, transaction: bytes) -> bool:
        """Whether the chain knows a transaction."""
        asked = "0x" + transaction.hex()
        return await request(self.chain.w3, "", "eth_getTransactionByHash", asked) is not None

    async def foreign(self, nonce: int, call: ContractCall | None = None) -> str:
        """Somebody else sends from the same key."""
        fees = Fees(most=100 * 10**9, tip=50 * 10**9)
        sent, raw = sign(
            funded_account(KEY),
            call or paying(5),
            chain_id=31_337,
            nonce=nonce,
            gas=50_000,
            fees=fees,
        )
        await request(self.chain.w3, "", "eth_sendRawTransaction", "0x" + raw.hex())
        return sent

    async def done(self, outbox: Outbox, name: str = "job", value: int = 1) -> Job:
        """A job from its beginning to its end."""
        job = await outbox.prepare(name, paying(value))
        await outbox.broadcast(job)
        return await outbox.follow(job)


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """A fresh chain that makes a block for each transaction, and a fresh database."""
    # What is followed is followed for ever: a test that waits in vain has to end all the same.
    async with bare_chain() as chain, asyncio.timeout(60):
        engine = opened(folder)
        try:
            yield Desk(chain, engine, folder)
        finally:
            engine.dispose()


@asynccontextmanager
async def following(outbox: Outbox, job: Job) -> AsyncIterator["asyncio.Task[Job]"]:
    """Follow a job beside what the test does."""
    task = asyncio.create_task(outbox.follow(job))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def soon(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `holds`."""
    assert await eventually(holds)
