"""Carrying requests out: batches made of what waits, and what became of each (protocol §5.1, §7).

What became of a request is what the chain says, never what we remember to have sent: a nullifier is
in the chain under this request's own words, or under another's, or not yet.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from winze.chain import Header
from winze.contracts import (
    ContractCall,
    NetworkDescription,
    Pool,
    Receipt,
    Relay,
    Rewards,
    TransactionReverted,
    Web3,
    receipt_of,
    run,
)
from winze.index import Index
from winze.protocol import (
    BlockIndex,
    ChainBlock,
    Claim,
    EthAddress,
    Field,
    Timestamp,
    Unpaid,
)
from winze.wire import Payout, Rejection, RelayRequest, RequestState

from ..config import BATCH_LIMIT
from ..errors import NotReady, Rejected
from .checks import Checks
from .store import Batch, Ending, RequestStore, Stored

_TRIES: Final = 12
"""Batches that may leave a request out before it is given up."""

_PAUSE: Final = 4
"""Seconds of chain time before a request that was left out is tried again; doubled each time."""

_LONGEST_PAUSE: Final = 600


@dataclass(frozen=True)
class RelayPolicy:
    """When batches are made."""

    batch_wait: int
    """Seconds of chain time after which a request goes even if its batch is not full."""

    batch_size: int = BATCH_LIMIT


class Relayer:
    """Makes batches, and settles them."""

    def __init__(
        self,
        w3: Web3,
        network: NetworkDescription,
        store: RequestStore,
        checks: Checks,
        index: Index,
        *,
        policy: RelayPolicy,
        address: EthAddress,
    ) -> None:
        self._w3, self._store, self._checks, self._index = w3, store, checks, index
        self._policy, self._address = policy, address
        self._pool = Pool(w3, network.pool)
        self._rewards = Rewards(w3, network.rewards)
        self._relay = Relay(w3, network.relay)
        self._log = structlog.get_logger("relayer")

    # -- what waits -----------------------------------------------------------------------------

    def gather(self, now: Timestamp) -> Sequence[Batch]:
        """Put what is due into batches; blocks on the database."""
        begun = [self._gather(now, claims=claims) for claims in (False, True)]
        return [batch for batches in begun for batch in batches]

    def _gather(self, now: Timestamp, *, claims: bool) -> list[Batch]:
        size = self._policy.batch_size
        waiting = self._store.waiting(now, claims=claims, most=4 * size)
        batches = []
        for start in range(0, len(waiting), size):
            together = waiting[start : start + size]
            eldest = min(max(each.received_at, each.not_before) for each in together)
            if len(together) == size or now - eldest >= self._policy.batch_wait:
                ids = [each.id for each in together]
                batches.append(self._store.begin_batch(ids, now, claims=claims))
        return batches

    async def expire(self, read: Timestamp) -> None:
        """End what was not carried out by its last second.

        Args:
            read: The time of the last chain block that the index holds. Before that, somebody else
                may have carried a request out in its last second, unseen.
        """
        stored = await asyncio.to_thread(self._store.expired, read)
        endings = await self._endings(stored)
        late = Ending(RequestState.SKIPPED, "too_late: its deadline passed before it was executed")
        await self._end({each.request.id: late for each in stored} | dict(endings))

    # -- before it is sent ----------------------------------------------------------------------

    async def compose(self, batch: Batch, head: Header) -> ContractCall | None:
        """The call that carries a batch out; None where nothing of it can be carried out now.

        What can no longer be carried out is ended here, and what cannot be right now put back.

        Raises:
            RpcError: the node cannot be asked.
            TransactionError: the batch is refused, and nobody can tell which request is at fault.
        """
        stored = await asyncio.to_thread(self._store.of_batch, batch)
        # Somebody else may have carried it out, or spent the note, while it waited.
        endings = await self._endings(stored)
        await self._end(endings)
        left = [each for each in stored if each.request.id not in endings]
        fit = await self._sift(left, head)
        if fit and await self._refusal(batch, fit) is not None:
            fit = await self._sift_by_simulation(batch, fit, head)
        return self._call(batch, fit) if fit else None

    async def _sift(self, stored: Sequence[Stored], head: Header) -> list[Stored]:
        """Those that still hold."""
        looks = (self._still_holds(each.request, head) for each in stored)
        verdicts = await asyncio.gather(*looks, return_exceptions=True)
        fit: list[Stored] = []
        later: list[Stored] = []
        endings: dict[str, Ending] = {}
        for each, verdict in zip(stored, verdicts, strict=True):
            match verdict:
                case None:
                    fit.append(each)
                # A block that is taken back is mostly proved again in the same way.
                case NotReady() | Rejected(code=Rejection.UNKNOWN_ANCHOR):
                    later.append(each)
                case Rejected():
                    endings[each.request.id] = Ending(RequestState.FAILED, str(verdict))
                case _:
                    raise verdict
        await self._end(endings)
        await self._put_off(later, head.timestamp)
        return fit

    async def _still_holds(self, request: RelayRequest, head: Header) -> None:
        """Verify again, under the root that the contract has for the anchor now.

        Raises:
            Rejected: it does not hold, and never will again.
            NotReady: what was read of the chain, and its head, tell different things.
        """
        statements = self._checks.statements(request)
        for (statement, _), part in zip(statements, request.parts, strict=True):
            root = await self._pool.root_after(BlockIndex(part.anchor), head.number)
            if root != statement.signals()[0]:
                raise NotReady("the chain is being reorganised")
            if part.not_before > head.timestamp:
                raise NotReady("it is too early")
            if part.deadline and part.deadline <= head.timestamp:
                raise NotReady("its last second is over, as far as the head knows")
        await asyncio.to_thread(self._checks.proofs, statements)
        if await self._is_used(request, head.number):
            raise NotReady("it is executed already, as far as the head knows")

    async def _is_used(self, request: RelayRequest, at: ChainBlock) -> bool:
        transfer, claim = request.transfer, request.claim
        if transfer is not None:
            spent = [
                await self._pool.spent(Field(nullifier), at)
                for nullifier in (transfer.nullifier1, transfer.nullifier2)
            ]
            return any(spent)
        return claim is not None and await self._rewards.claimed(Field(claim.claim_id), at)

    async def _sift_by_simulation(
        self, batch: Batch, fit: list[Stored], head: Header
    ) -> list[Stored]:
        """Those that the contracts do not refuse alone."""
        refusals = [await self._refusal(batch, [each]) for each in fit]
        if not any(refusals):
            raise TransactionReverted(batch.job, "together, though each alone goes through")
        good = [each for each, refused in zip(fit, refusals, strict=True) if refused is None]
        bad = [each for each, refused in zip(fit, refusals, strict=True) if refused is not None]
        reasons = sorted({reason for reason in refusals if reason is not None})
        self._log.warning("refused by simulation", batch=batch.id, reasons=reasons)
        await self._put_back(bad, head.timestamp)
        return good

    async def _refusal(self, batch: Batch, stored: Sequence[Stored]) -> str | None:
        try:
            await run(self._w3, self._call(batch, stored), self._address)
        except TransactionReverted as refused:
            return refused.reason
        return None

    def _call(self, batch: Batch, stored: Sequence[Stored]) -> ContractCall:
        requests = [each.request for each in stored]
        transfers = [
            (each.transfer, each.transfer_proof)
            for each in requests
            if each.transfer is not None and each.transfer_proof is not None
        ]
        claims = [
            (each.claim, each.claim_proof)
            for each in requests
            if each.claim is not None and each.claim_proof is not None
        ]
        moved, moving = [each for each, _ in transfers], [each for _, each in transfers]
        if not batch.claims:
            return self._pool.execute(moved, moving)
        counted, counting = [each for each, _ in claims], [each for _, each in claims]
        if not moved:
            return self._rewards.claim(counted, counting)
        return self._relay.relay(counted, counting, moved, moving)

    # -- what became of it ----------------------------------------------------------------------

    async def settle(self, batch: Batch, head: Header) -> None:
        """Record what became of a batch whose chain block was read; put back what it left out."""
        stored = await asyncio.to_thread(self._store.of_batch, batch)
        endings = await self._endings(stored)
        await self._end(endings)
        left = [each for each in stored if each.request.id not in endings]
        await self._put_back(left, head.timestamp)
        await asyncio.to_thread(self._store.close_batch, batch)

    async def reconsider(self, since: ChainBlock, now: Timestamp) -> None:
        """After a reorganisation: what was carried out from chain block `since` on, is it still?"""
        done = await asyncio.to_thread(self._store.done_since, since)
        endings = await self._endings(done)
        await self._end(endings)
        undone = [each for each in done if each.request.id not in endings]
        if undone:
            self._log.warning("undone by a reorganisation", requests=len(undone))
        await self._put_back(undone, now)

    async def _endings(self, stored: Sequence[Stored]) -> Mapping[str, Ending]:
        found = {each.request.id: await self._ending(each.request) for each in stored}
        return {request: ending for request, ending in found.items() if ending is not None}

    async def _ending(self, request: RelayRequest) -> Ending | None:
        """What the chain, as far as it was read, made of a request; None for nothing yet."""
        transfer, claim = request.transfer, request.claim
        if transfer is None:
            return None if claim is None else await self._claim_ending(claim)
        words = transfer.nullifier1, transfer.nullifier2, transfer.out1, transfer.out2
        for nullifier in words[:2]:
            spent = await asyncio.to_thread(self._index.transfer_spending, Field(nullifier))
            if spent is None:
                continue
            if (spent.nullifier1, spent.nullifier2, spent.out1, spent.out2) != words:
                return Ending(RequestState.SKIPPED, "spent: another transfer spent the same note")
            payout = await self._payout(request, spent.transaction)
            return Ending(RequestState.DONE, None, spent.transaction, spent.chain_block, payout)
        return None

    async def _claim_ending(self, claim: Claim) -> Ending | None:
        counted = await asyncio.to_thread(self._index.claim, Field(claim.claim_id))
        if counted is None:
            return None
        if counted.recipient != claim.recipient:
            return Ending(RequestState.SKIPPED, "claimed: it was made for another recipient")
        return Ending(RequestState.DONE, None, counted.transaction, counted.chain_block)

    async def _payout(self, request: RelayRequest, transaction: bytes) -> Payout | None:
        """Whether the recipient took the amount."""
        transfer = request.transfer
        if transfer is None or not transfer.amount or transfer.recipient == self._pool.address:
            return None
        found = await receipt_of(self._w3, "pool.execute", "0x" + transaction.hex())
        if found is None:
            return None  # the chain has just taken it back: what it says next counts
        logs = Receipt.read(found).logs
        refused = Unpaid(transfer.recipient, transfer.amount) in self._pool.events(logs)
        return Payout.WITHDRAWABLE if refused else Payout.PAID

    # -- the books ------------------------------------------------------------------------------

    async def _end(self, endings: Mapping[str, Ending]) -> None:
        if endings:
            await asyncio.to_thread(self._store.end, endings)

    async def _put_off(self, stored: Sequence[Stored], now: Timestamp) -> None:
        """Have requests tried again that wait for nothing but the index: it will tell."""
        if stored:
            ids = [each.request.id for each in stored]
            put = partial(self._store.put_back, ids, Timestamp(now + _PAUSE), tried=False)
            await asyncio.to_thread(put)

    async def _put_back(self, stored: Sequence[Stored], now: Timestamp) -> None:
        """Have requests tried again, later each time; give up on those that never go through."""
        hopeless = [each for each in stored if each.tries >= _TRIES]
        reason = f"given_up: left out of {_TRIES} batches"
        await self._end({each.request.id: Ending(RequestState.FAILED, reason) for each in hopeless})
        together: defaultdict[int, list[str]] = defaultdict(list)
        for each in stored:
            if each.tries < _TRIES:
                pause = min(_PAUSE << each.tries, _LONGEST_PAUSE)
                together[pause].append(each.request.id)
        for pause, ids in together.items():
            await asyncio.to_thread(self._store.put_back, ids, Timestamp(now + pause))
