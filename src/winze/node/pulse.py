"""The node's pulse: the chain is read, again and again, and whatever is due is begun.

All time is the chain's. Nothing here is remembered that could not be found out anew, so a beat that
fails, for whatever reason, is made up for by the next one.
"""

import asyncio
from time import monotonic
from typing import Final

import structlog

from winze.chain import Follower, Header
from winze.contracts import (
    ChainUnreachable,
    FeePolicy,
    Pool,
    Web3,
    eth_balance,
    gas_market,
    rotate,
)
from winze.index import DatabaseError, Index
from winze.protocol import ETHER, ChainBlock, EthAddress, Timestamp, Wei

from .chain_clock import ChainClock
from .metrics import Metrics
from .operations import Operations
from .relaying import QuoteBoard, Relayer
from .stages import StageClock
from .workflows import Workflows

_LOOKED_BACK: Final = 256
"""Chain blocks below the cursor in which a reorganisation may have undone something."""

_IDLE: Final = 2.0
"""Seconds after which a beat looks for what is due although the chain has no new block."""

_BALANCES: Final = 10.0
"""Seconds between two looks at what the node's keys hold."""

_LONGEST_PAUSE: Final = 4.0
"""Seconds between two beats that fail, at most."""

_SILENCE: Final = 30.0
"""Seconds without a good beat after which the node says that it is not ready."""


class Pulse:
    """Beats until it is cancelled."""

    def __init__(
        self,
        w3: Web3,
        clock: ChainClock,
        follower: Follower,
        *,
        index: Index,
        pool: Pool,
        operations: Operations,
        workflows: Workflows,
        relayer: Relayer | None,
        quotes: QuoteBoard | None,
        keys: list[EthAddress],
        fees: FeePolicy,
        stages: StageClock,
        metrics: Metrics,
        poll: float,
    ) -> None:
        """Describe a pulse; nothing happens before `run`.

        Args:
            w3: The connection to the chain.
            clock: Is set.
            follower: Reads the chain into the index.
            index: What was read.
            pool: The network's.
            operations: Begins what is due.
            workflows: Are tidied up.
            relayer: Thinks again about what a reorganisation undid.
            quotes: Follow the price of gas.
            keys: Whose balances are watched.
            fees: How much is paid for gas.
            stages: Measure how long things take.
            metrics: Are kept up to date.
            poll: Seconds between two beats.
        """
        self._w3, self._clock, self._follower, self._index = w3, clock, follower, index
        self._pool = pool
        self._operations, self._relayer, self._quotes = operations, relayer, quotes
        self._workflows = workflows
        self._keys, self._fees = keys, fees
        self._stages, self._metrics, self._poll = stages, metrics, poll
        self.balances: dict[EthAddress, Wei] = {}
        """What the node's keys hold."""
        self.screened = False
        """Whether the pool wants a screener's permit for deposits."""
        self.due: Timestamp | None = None
        """When the open block may be sealed; None while it is empty."""
        self.trouble: str | None = None
        """Why the last beat failed."""
        self._generation: int | None = None
        self._good = self._attended = self._weighed = -_BALANCES
        self._log = structlog.get_logger("pulse")

    @property
    def healthy(self) -> bool:
        """Whether a beat went well lately."""
        return monotonic() - self._good < _SILENCE

    async def run(self) -> None:
        """Beat for ever, more slowly while nothing goes well."""
        failed = 0
        while True:
            failed += 1
            try:
                await self.beat()
            except DatabaseError as problem:
                self._failed(problem)
            except Exception as problem:  # noqa: BLE001 - whoever lies may answer anything at all
                self._failed(problem)
                self._metrics.rpc_errors.inc()
                if not isinstance(problem, ChainUnreachable):
                    rotate(self._w3)  # the next one may know better
            else:
                self._good, failed = monotonic(), 0
            await asyncio.sleep(
                min(self._poll * 2 ** min(failed, 10), max(self._poll, _LONGEST_PAUSE))
            )

    async def beat(self) -> None:
        """Read on, and begin what is due.

        Raises:
            ChainError: the chain could not be followed.
            ContractsError: it could not be asked.
            DatabaseFailed: nothing could be stored.
        """
        head = await self._clock.latest()
        if head == self._clock.head and monotonic() - self._attended < _IDLE:
            return
        await self._follower.sync()
        self._measure(head)
        opened = await self._pool.open_block(head.number)
        self.due = Timestamp(opened.due) if opened.due else None
        self._clock.head = head
        if self._quotes is not None:
            market = await gas_market(self._w3)
            await self._quotes.refresh(market, self._fees, head.timestamp)
        await self._reconsider(head)
        await self._weigh()
        await self._workflows.tidy()
        problems = await self._operations.attend(head)
        for problem in problems:
            self._log.warning("not begun", problem=problem)
        self.trouble = problems[0] if problems else None
        self._attended = monotonic()

    async def _reconsider(self, head: Header) -> None:
        """Where the chain took something back, look again at what was carried out."""
        generation = await asyncio.to_thread(self._index.generation)
        if generation == self._generation:
            return
        if self._generation is not None:
            self._metrics.reorganisations.inc(generation - self._generation)
            self._log.warning("the chain took blocks back", head=head.number)
        if self._relayer is not None and self._follower.cursor is not None:
            since = ChainBlock(max(self._follower.cursor.number - _LOOKED_BACK, 0))
            await self._relayer.reconsider(since, head.timestamp)
        self._generation = generation

    async def _weigh(self) -> None:
        if monotonic() - self._weighed < _BALANCES:
            return
        for key in self._keys:
            self.balances[key] = await eth_balance(self._w3, key)
            self._metrics.balance.labels(key).set(self.balances[key] / ETHER)
        self.screened = not (await self._pool.screener()).is_zero
        self._weighed = monotonic()

    def _measure(self, head: Header) -> None:
        ledger, cursor = self._follower.ledger, self._follower.cursor
        self._stages.watch(ledger)
        heights = {"head": head.number, "sealed": len(ledger.blocks), "proved": ledger.proved}
        if cursor is not None:
            heights["cursor"] = cursor.number
            self._stages.took("confirm", max(head.timestamp - cursor.timestamp, 0))
        for of, height in heights.items():
            self._metrics.height.labels(of).set(height)

    def _failed(self, problem: Exception) -> None:
        self.trouble = f"{type(problem).__name__}: {problem}"
        self._log.warning("beat failed", problem=self.trouble)
