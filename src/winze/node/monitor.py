"""How the node does: what its status, its readiness and its warnings say."""

import asyncio
from collections.abc import Sequence
from importlib.metadata import version

from winze.chain import Follower
from winze.protocol import ETHER, Wei

from .api import NodeStatus, OpenEntries
from .chain_clock import ChainClock
from .metrics import Metrics
from .pulse import Pulse
from .relaying import RequestStore
from .stages import StageClock


class NodeMonitor:
    """Looks at the node's parts, and changes nothing."""

    def __init__(
        self,
        pulse: Pulse,
        clock: ChainClock,
        follower: Follower,
        *,
        requests: RequestStore | None,
        stages: StageClock,
        metrics: Metrics,
        low_balance: Wei,
    ) -> None:
        self._pulse, self._clock, self._follower = pulse, clock, follower
        self._requests = requests
        self._stages, self._metrics = stages, metrics
        self._low_balance = low_balance

    async def snapshot(self) -> NodeStatus:
        """How the node stands now; see `api.Monitor`."""
        ledger, entries = self._follower.ledger, self._follower.ledger.open
        queue = await asyncio.to_thread(self._requests.counts) if self._requests else {}
        for state, count in queue.items():
            self._metrics.queue.labels(state).set(count)
        return NodeStatus(
            version=version("winze"),
            head=self._clock.head,
            cursor=self._follower.cursor,
            sealed=len(ledger.blocks),
            proved=ledger.proved,
            open=OpenEntries(len(entries), self._pulse.due if len(entries) else None),
            queue=queue,
            balances=dict(self._pulse.balances),
            stages=self._stages.medians(),
            screened=self._pulse.screened,
            warnings=self._warnings(),
        )

    async def unready(self) -> Sequence[str]:
        """Why the node cannot serve right now; see `api.Monitor`."""
        reasons = []
        if self._clock.head is None:
            reasons.append("the chain was not read yet")
        elif not self._pulse.healthy:
            reasons.append(f"the chain cannot be followed: {self._pulse.trouble or 'no answer'}")
        return reasons

    def _warnings(self) -> list[str]:
        low = [
            f"{account} holds {balance / ETHER:.4f} ETH, less than {self._low_balance / ETHER}: "
            f"send it some, or soon nothing can be sent"
            for account, balance in self._pulse.balances.items()
            if balance < self._low_balance
        ]
        trouble = self._pulse.trouble
        return low + ([f"the last beat failed: {trouble}"] if trouble else [])
