"""The transactions of one key: stored before they leave, followed until they are settled.

A job takes a nonce in the same database transaction in which its signed transaction is stored. From
there on it can be killed, restarted and reorganised at any point: whatever is sent again has the
same nonce, and so gets into the chain once. A nonce is never left open either, for everything after
it would wait for ever: what the chain took back is sent again, or its nonce is used up by a
transaction that does nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

import structlog

from winze.contracts import (
    FAILED,
    ContractCall,
    Receipt,
    RpcError,
    TransactionError,
    Web3,
    broadcast,
    gas_limit,
    is_known,
    nonce_of,
    receipt_of,
    request,
    run,
    why_it_failed,
)
from winze.protocol import ETHER, ChainBlock

from ..errors import JobOfAnotherKey, OutboxBehind
from ..metrics import Metrics
from .jobs import Job, JobState, JobStore, Version
from .signer import CANCEL_GAS, Signer

_DISPLACED: Final = "another transaction of the same key took its nonce"
_CANCELED: Final = "the chain took it back, and it could not be made again"


@dataclass(frozen=True)
class OutboxPolicy:
    """How jobs are sent and followed."""

    confirmations: int
    """Chain blocks on top of one before a transaction in it is settled."""

    patience: float = 45.0
    """Seconds that a version waits before a dearer one replaces it."""

    poll: float = 0.5
    """Seconds between two looks for its block."""


class Outbox:
    """One key and what it sends. No other program may send from this key."""

    def __init__(
        self, w3: Web3, signer: Signer, store: JobStore, policy: OutboxPolicy, metrics: Metrics
    ) -> None:
        self.address = signer.address
        self._w3, self._signer, self._store, self._policy = w3, signer, store, policy
        self._metrics = metrics
        self._lock = asyncio.Lock()
        self._followed: set[int] = set()
        # When jobs were prepared that are soon followed by who prepared them.
        self._fresh: dict[int, float] = {}
        # Since when a version waits for its block, and the chain for a nonce that nobody knows.
        self._since: dict[bytes, float] = {}
        self._hole: tuple[int, float] | None = None
        self._log = structlog.get_logger("outbox").bind(account=self.address)

    def __repr__(self) -> str:
        return f"Outbox({self.address})"

    # -- a job's life, move by move --------------------------------------------------------------

    async def prepare(self, name: str, call: ContractCall) -> Job:
        """Take a nonce for `call` and store its signed transaction; or find what was stored.

        Raises:
            TransactionReverted: the contract refuses it in simulation; nothing is stored.
            InsufficientFunds: this key cannot pay for it.
            FeesTooHigh: the chain asks more for gas than the policy allows.
            OutboxBehind: earlier transactions have to be brought back to the chain first.
            RpcError: the node cannot be asked.
        """
        async with self._lock:
            known = await self.underway(name)
            if known is not None:
                return known
            if (missing := await self._missing()) is not None:
                raise OutboxBehind(self.address, missing)
            gas = await gas_limit(self._w3, call, self.address)
            fees = await self._signer.today()
            nonce = await self._next_nonce()
            signing = partial(self._signer.version, call, nonce, gas, fees)
            add = partial(self._store.add, name, call, nonce=nonce, gas=gas, sign=signing)
            job = await asyncio.to_thread(add)
            self._fresh[job.id] = monotonic()
            return job

    async def underway(self, name: str) -> Job | None:
        """The job of this name that was stored and is not settled."""
        known = await asyncio.to_thread(self._store.latest, name)
        return known if known is not None and known.state is JobState.SENT else None

    async def latest(self, name: str) -> Job | None:
        """The newest job of this name, settled or not."""
        return await asyncio.to_thread(self._store.latest, name)

    async def job(self, number: int) -> Job:
        """The job with this id."""
        return await asyncio.to_thread(self._store.job, number)

    async def transaction(self, job: Job) -> bytes:
        """The hash of a job's dearest version."""
        return (await asyncio.to_thread(self._store.versions, job))[-1].transaction

    async def broadcast_number(self, number: int) -> None:
        """See `broadcast`."""
        await self.broadcast(await self.job(number))

    async def follow_number(self, number: int) -> None:
        """See `follow`."""
        await self.follow(await self.job(number))

    async def broadcast(self, job: Job) -> None:
        """Send the dearest version of a job; that the node refuses it is no error yet.

        What it refuses may be in a block already: `follow` finds out.
        """
        versions = await asyncio.to_thread(self._store.versions, job)
        await self._send(job, versions[-1])

    async def follow(self, job: Job) -> Job:
        """Wait until a job is settled, replacing what gets stuck and repeating what got lost.

        However long the node is away, this goes on when it is back.

        Raises:
            JobOfAnotherKey: the operator changed the key since it was prepared.
        """
        if job.account != self.address:
            raise JobOfAnotherKey(job.name, job.account)
        self._followed.add(job.id)
        self._fresh.pop(job.id, None)
        try:
            while True:
                try:
                    if await self._look(job):
                        return await asyncio.to_thread(self._store.job, job.id)
                except (RpcError, TransactionError, ValueError) as problem:
                    self._log.warning("following", job=job.name, problem=str(problem))
                await asyncio.sleep(self._policy.poll)
        finally:
            self._followed.discard(job.id)

    async def forsaken(self) -> list[Job]:
        """Jobs on their way that nobody follows."""
        unsettled = await asyncio.to_thread(self._store.unsettled)
        now = monotonic()
        self._fresh = {
            job: since for job, since in self._fresh.items() if now - since < self._policy.patience
        }
        return [job for job in unsettled if job.id not in self._followed | self._fresh.keys()]

    async def heal(self) -> None:
        """Bring back to the chain what a reorganisation took from it; see the module.

        Raises:
            RpcError: the node cannot be asked.
            FeesTooHigh: the chain asks more for gas than the policy allows.
        """
        async with self._lock:
            missing = await self._missing()
            job = None
            if missing is not None:
                job = await asyncio.to_thread(self._store.at_nonce, missing)
            if missing is None or job is not None:
                self._hole = None
            if job is not None:
                await self._bring_back(job)
            elif missing is not None and self._open_for(missing) >= self._policy.patience:
                await self._fill(missing)

    # -- nonces ---------------------------------------------------------------------------------

    async def _next_nonce(self) -> int:
        pending = await nonce_of(self._w3, self.address, "pending")
        highest = await asyncio.to_thread(self._store.highest_nonce)
        return pending if highest is None else max(pending, highest + 1)

    async def _missing(self) -> int | None:
        """The nonce that the chain waits for, where nothing of ours with it is on its way."""
        latest = await nonce_of(self._w3, self.address, "latest")
        highest = await asyncio.to_thread(self._store.highest_nonce)
        if highest is None or latest > highest:
            return None
        job = await asyncio.to_thread(self._store.at_nonce, latest)
        return None if job is not None and job.state is JobState.SENT else latest

    async def _bring_back(self, job: Job) -> None:
        """Send again what the chain took back, or, if it makes no sense any more, nothing."""
        versions = await asyncio.to_thread(self._store.versions, job)
        dearest = versions[-1]
        wanted = job.state is not JobState.DISPLACED and await self._would_work(job)
        if not wanted and not dearest.cancels:
            dearest = self._signer.cancel(job.nonce, await self._signer.dearer(dearest.fees))
            await asyncio.to_thread(self._store.add_version, job, dearest)
        await asyncio.to_thread(self._store.reopen, job)
        self._fresh.pop(job.id, None)
        self._log.warning("brought back", job=job.name, nonce=job.nonce, canceled=not wanted)
        await self._send(job, dearest)

    async def _fill(self, nonce: int) -> None:
        """Use up a nonce that something unknown was to have, and that holds up what follows."""
        fees = await self._signer.dearer(await self._signer.today())
        signing = partial(self._signer.cancel, nonce, fees)
        call = self._signer.nothing()
        add = partial(
            self._store.add, f"fill-{nonce}", call, nonce=nonce, gas=CANCEL_GAS, sign=signing
        )
        job = await asyncio.to_thread(add)
        self._log.warning("filled", nonce=nonce)
        await self.broadcast(job)

    async def _would_work(self, job: Job) -> bool:
        try:
            await run(self._w3, job.call, self.address)
        except TransactionError:
            return False
        return True

    # -- following ------------------------------------------------------------------------------

    async def _look(self, job: Job) -> bool:
        """Whether a job is settled now; moves it on where it is not."""
        versions = await asyncio.to_thread(self._store.versions, job)
        head = await self._head()
        for version in reversed(versions):
            found = await receipt_of(self._w3, job.call.action, version.hash)
            if found is not None:
                receipt = Receipt.read(found)
                confirmed = await self._is_confirmed(receipt, head)
                if confirmed:
                    await self._settle(job, version, found["status"], receipt)
                    self._forget(versions)
                return confirmed
        if await self._is_displaced(job, head):
            await asyncio.to_thread(self._store.settle, job, JobState.DISPLACED, None, _DISPLACED)
            self._forget(versions)
            return True
        await self._push(job, versions[-1])
        return False

    async def _settle(self, job: Job, version: Version, status: int, receipt: Receipt) -> None:
        state, reason = JobState.DONE, None
        if version.cancels:
            state, reason = JobState.REVERTED, _CANCELED
        elif status == FAILED:
            failure = await why_it_failed(self._w3, job.call, self.address, receipt)
            state, reason = JobState.REVERTED, failure.reason
        await asyncio.to_thread(self._store.settle, job, state, receipt, reason)
        self._metrics.sent.labels(job.call.action, state).inc()
        self._metrics.gas_spent.inc(receipt.fee / ETHER)
        self._log.info("settled", job=job.name, state=state, reason=reason, gas=receipt.gas_used)

    async def _is_confirmed(self, receipt: Receipt, head: int) -> bool:
        """Whether the receipt's block is the chain's, and deep enough."""
        if head - receipt.block < self._policy.confirmations:
            return False
        number = hex(receipt.block)
        block = await request(self._w3, "reading a block", "eth_getBlockByNumber", number, False)  # noqa: FBT003 - JSON-RPC's own
        return block is not None and block["hash"] == "0x" + receipt.block_hash.hex()

    async def _is_displaced(self, job: Job, head: int) -> bool:
        """Whether the nonce is used up, confirmed, by something that is none of the versions."""
        confirmed = ChainBlock(max(head - self._policy.confirmations, 0))
        if await nonce_of(self._w3, self.address, confirmed) <= job.nonce:
            return False
        # One of ours may have been included between our questions: then there is a receipt now.
        versions = await asyncio.to_thread(self._store.versions, job)
        receipts = [await receipt_of(self._w3, job.call.action, each.hash) for each in versions]
        return not any(receipts)

    async def _push(self, job: Job, dearest: Version) -> None:
        """Repeat what the node has lost; replace what has waited too long."""
        if self._waited(dearest) < self._policy.patience:
            if not await is_known(self._w3, job.call.action, dearest.hash):
                await self._send(job, dearest)
            return
        del self._since[dearest.transaction]
        fees = await self._signer.dearer(dearest.fees)
        if fees.most > self._signer.policy.ceiling:
            return
        if dearest.cancels:
            version = self._signer.cancel(job.nonce, fees)
        else:
            version = self._signer.version(job.call, job.nonce, job.gas, fees)
        await asyncio.to_thread(self._store.add_version, job, version)
        self._log.info("replaced", job=job.name, most=fees.most)
        await self._send(job, version)

    async def _send(self, job: Job, version: Version) -> None:
        try:
            await broadcast(self._w3, job.call.action, version.hash, version.raw)
        except (RpcError, TransactionError) as problem:
            self._log.info("not taken", job=job.name, nonce=job.nonce, problem=str(problem))

    async def _head(self) -> int:
        return int(await request(self._w3, "reading the head", "eth_blockNumber"), 16)

    def _waited(self, version: Version) -> float:
        """Seconds since this was first asked about a version."""
        return monotonic() - self._since.setdefault(version.transaction, monotonic())

    def _open_for(self, nonce: int) -> float:
        """Seconds for which the chain has been waiting for this nonce, as far as we looked."""
        if self._hole is None or self._hole[0] != nonce:
            self._hole = nonce, monotonic()
        return monotonic() - self._hole[1]

    def _forget(self, versions: Sequence[Version]) -> None:
        for version in versions:
            self._since.pop(version.transaction, None)
