"""Proving it oneself: the connected wallet seals, redraws and proves blocks (protocol §4).

It needs no node and nobody's permission. Nothing of it is written down: what is due is read from
the chain each time, and whoever is interrupted begins where the chain stands. A call that is sent
twice, or after somebody else's, is refused by the pool and changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from winze.chain import Builder, BuildStep, Follower, Source
from winze.circuits import Prover
from winze.contracts import (
    FAILED,
    ContractCall,
    NetworkDescription,
    Pool,
    Receipt,
    RpcError,
    TransactionReverted,
    TransactionStuck,
    Web3,
    receipt_of,
    why_it_failed,
)
from winze.protocol import BlockIndex, Timestamp, WinzeError

from ..connection import Connection
from ..errors import Declined
from ..holdings import Holdings
from ..journal import Intent, IntentState, Journal
from .sending import DECLINED
from .turns import Turns

_POLL: Final = 0.5
"""Seconds between two looks for a receipt."""

_LIMIT: Final = 600.0
"""Seconds that are waited for a receipt."""


_STEP: Final = "build"
"""What a step is known by: one is under way at a time, whichever intent it serves."""


@dataclass(frozen=True)
class BuildWaiting:
    """Nothing can be done for the block at this moment."""

    what: str
    """For what it waits, as a phrase."""
    until: Timestamp | None = None
    """Chain time at which it goes on, where that is known."""


class Building:
    """Builds one network's blocks by one connection."""

    def __init__(
        self,
        network: NetworkDescription,
        source: Source,
        pool: Pool,
        *,
        prover: Prover,
        connection: Connection,
        turns: Turns | None = None,
    ) -> None:
        """Nothing is asked yet; the first use reads the chain from the deployment on.

        Args:
            network: Whose blocks.
            source: The chain.
            pool: The network's.
            prover: Makes block proofs; needs the block circuit's keys.
            connection: Who sends and pays the gas.
            turns: What else is sent by it.
        """
        self._pool = pool
        # Unconfirmed blocks count: a proof of what the chain takes back is refused, that is all.
        follower = Follower(source, network.deployment_block)
        sender = ConnectionSender(pool.w3, connection, turns)
        self._builder = Builder(source, follower, pool, prover, sender)

    async def step(self) -> BuildStep | None:
        """Do the most urgent thing, if any is due; raises as `steps`."""
        return await self._builder.step()

    async def steps(
        self, through: BlockIndex, *, pause: float = _POLL
    ) -> AsyncIterator[BuildStep | BuildWaiting]:
        """Do what is due until block `through` is proved, by whomever; tells each thing done.

        What it waits for is told again at each look, `pause` seconds apart.

        Raises:
            Declined: the connected wallet's owner does not want to; nothing was sent.
            ChainError: the chain could not be followed.
            TransactionError: the chain refused what should have been accepted.
            RpcError: the chain could not be asked.
            CircuitsError: a proof could not be made.
        """
        while await self._pool.proved() <= through:
            done = await self._builder.step()
            if done is not None:
                yield done
                continue
            if await self._pool.proved() > through:
                return
            yield await self._waits_for(through)
            await asyncio.sleep(pause)

    async def _waits_for(self, through: BlockIndex) -> BuildWaiting:
        """Why nothing is due, though `through` is not proved."""
        opened = await self._pool.open_block()
        if opened.index > through:
            return BuildWaiting("the chain block that is drawn")
        if opened.notes or opened.spends:
            return BuildWaiting("the time to seal the open block", Timestamp(opened.due))
        return BuildWaiting("an entry in the open block")


class Builds:
    """Carries out intents to prove oneself the blocks that hold an account's notes."""

    def __init__(
        self,
        make: Callable[[], Awaitable[Building]],
        journal: Journal,
        turns: Turns | None = None,
    ) -> None:
        """Nothing is asked yet; `make` is, once, when there is something to build."""
        self._make, self._journal, self._turns = make, journal, turns or Turns()
        self._building: Building | None = None

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do the one thing that is due now, or look whether it is in its block.

        The intent is DONE when all that the account held is in proved blocks, by whomever, and
        what spent it too: without that, nothing could be claimed. What fails is tried again by the
        next call; only its owner's refusal ends it.
        """
        newest = self._journal.get(intent.id) or intent
        if newest.state.over:
            return newest
        if holdings.settled(intent.account):
            self._turns.stop(_STEP)
            return self._keep(newest.ended(IntentState.DONE, holdings.now))
        try:
            done = await self._turns.carry_on(_STEP, self._step)
        except TimeoutError:
            return self._waiting(newest, "the step that is under way")
        except Declined:
            return self._keep(newest.ended(IntentState.FAILED, holdings.now, DECLINED))
        except WinzeError as problem:
            return self._waiting(newest, str(problem))
        return self._waiting(newest, "the block's time, or its draw" if done is None else "")

    async def _step(self) -> BuildStep | None:
        self._building = self._building or await self._make()
        return await self._building.step()

    def _waiting(self, intent: Intent, reason: str) -> Intent:
        return intent if intent.reason == reason else self._keep(intent.but(reason=reason))

    def _keep(self, intent: Intent) -> Intent:
        self._journal.put(intent)
        return intent


class ConnectionSender:
    """Sends calls by a connection and waits for their blocks, as `winze.contracts.Sender` does."""

    def __init__(
        self,
        w3: Web3,
        connection: Connection,
        turns: Turns | None = None,
        *,
        poll: float = _POLL,
        limit: float = _LIMIT,
    ) -> None:
        """Nothing is asked yet; `poll` and `limit` are in seconds."""
        self._w3, self._connection, self._turns = w3, connection, turns or Turns()
        self._poll, self._limit = poll, limit

    async def send(self, call: ContractCall) -> Receipt:
        """Send `call` and wait until it is in a block.

        Raises:
            Declined: the wallet's owner does not want to; nothing was sent.
            TransactionReverted: the contract refuses it, in simulation or in its block.
            InsufficientFunds: it cannot be paid for.
            TransactionStuck: it is still in no block.
            RpcError: the chain cannot be asked, or the wallet does not tell the hash.
        """
        async with self._turns.turn():
            sent = await self._connection.send(call, await self._connection.prepare(call))
        if sent.hash is None:
            raise RpcError(f"{call.action}: the connected wallet tells no transaction's hash")
        now = asyncio.get_running_loop().time
        begun = now()
        while now() - begun < self._limit:
            found = await receipt_of(self._w3, call.action, sent.hash)
            if found is not None:
                receipt = Receipt.read(found)
                if found["status"] == FAILED:
                    raise await self._why(call, receipt)
                return receipt
            await asyncio.sleep(self._poll)
        raise TransactionStuck(call.action, (sent.hash,), self._limit)

    async def _why(self, call: ContractCall, receipt: Receipt) -> TransactionReverted:
        return await why_it_failed(self._w3, call, self._connection.address, receipt)
