"""Minting what closed periods' claims earned (protocol §6.3); anybody may, and this node does.

What is not minted yet is found in the index each time, so whatever time the node was away is made
up for. Where another distributor was faster, its claims are left out before anything is sent.
"""

import asyncio
from collections.abc import Sequence

from winze.chain import Header
from winze.contracts import (
    DISTRIBUTED_AT_ONCE,
    ContractCall,
    NetworkDescription,
    Rewards,
    Web3,
)
from winze.index import Index
from winze.protocol import Field, Period, period_at


class Distributor:
    """Knows what is to be minted, and describes the calls."""

    def __init__(self, w3: Web3, network: NetworkDescription, index: Index) -> None:
        self._network, self._index = network, index
        self._rewards = Rewards(w3, network.rewards)

    async def due(self, head: Header) -> Period | None:
        """The first closed period that has something to be minted."""
        unminted = await self._unminted(head)
        return next(iter(unminted), None)

    async def distribution(self, period: Period, head: Header) -> ContractCall | None:
        """The next call for a period; None where, as far as the head knows, all is minted.

        Raises:
            RpcError: the node cannot be asked.
        """
        claim_ids = (await self._unminted(head)).get(period, ())
        done = await asyncio.gather(
            *(
                self._rewards.distributed(each, head.number)
                for each in claim_ids[:DISTRIBUTED_AT_ONCE]
            )
        )
        left = [each for each, minted in zip(claim_ids, done, strict=False) if not minted]
        return self._rewards.distribute(period, left) if left else None

    async def _unminted(self, head: Header) -> dict[Period, Sequence[Field]]:
        if head.timestamp < self._network.genesis:
            return {}
        length = self._network.profile.period
        now = period_at(head.timestamp, self._network.genesis, length)
        return dict(await asyncio.to_thread(self._index.unminted, now))
