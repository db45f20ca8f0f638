"""Asking a node for what a follower needs: headers and the logs of our contracts."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from winze.contracts import (
    ContractEvent,
    NetworkDescription,
    Pool,
    Rewards,
    Web3,
    fetch_logs,
    request,
)
from winze.protocol import BlockIndex, ChainBlock, Field, Timestamp

from .errors import ChainChanged

_NO_BODIES: Final = False
"""`eth_getBlockByNumber` without whole transactions."""


@dataclass(frozen=True)
class Header:
    """What is known of a chain block without its contents."""

    number: ChainBlock
    hash: bytes
    timestamp: Timestamp


@dataclass(frozen=True)
class Logged:
    """An event of our contracts, and where the chain holds it."""

    event: ContractEvent
    block: ChainBlock
    block_hash: bytes
    transaction: bytes
    """The hash of the transaction that caused it."""


class Source(Protocol):
    """Where a follower reads a chain; tests put one of their own in its place."""

    async def head(self) -> ChainBlock:
        """The number of the newest chain block."""

    async def header(self, number: ChainBlock) -> Header:
        """The chain's block with this number.

        Raises:
            ChainChanged: the chain has no such block (any more).
        """

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        """The events of our contracts in these blocks, both included, in their order."""

    async def root(self, at: ChainBlock) -> Field:
        """The pool's root after chain block `at`."""

    async def sealed(self, index: BlockIndex, at: ChainBlock) -> bytes:
        """What the pool keeps of ledger block `index` after chain block `at`; 0 if it is proved.

        `Block.seal` where it is sealed, its digest where it is open.
        """


class RpcSource:
    """A source that asks a node over JSON-RPC about one network's pool and rewards."""

    def __init__(self, w3: Web3, network: NetworkDescription) -> None:
        self._w3 = w3
        self._pool = Pool(w3, network.pool)
        self._rewards = Rewards(w3, network.rewards)

    async def head(self) -> ChainBlock:
        """See `Source`."""
        return ChainBlock(int(await request(self._w3, "reading the head", "eth_blockNumber"), 16))

    async def header(self, number: ChainBlock) -> Header:
        """See `Source`."""
        action = f"reading chain block {number}"
        answer = await request(self._w3, action, "eth_getBlockByNumber", hex(number), _NO_BODIES)
        if answer is None:
            raise ChainChanged(f"the chain has no block {number}; it is being reorganised")
        return Header(
            number=ChainBlock(int(answer["number"], 16)),
            hash=bytes.fromhex(answer["hash"].removeprefix("0x")),
            timestamp=Timestamp(int(answer["timestamp"], 16)),
        )

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        """See `Source`."""
        ours = {contract.address: contract for contract in (self._pool, self._rewards)}
        found = await fetch_logs(self._w3, list(ours), first, last)
        return [
            Logged(ours[log.address].event(log), log.block, log.block_hash, log.transaction)
            for log in found
        ]

    async def root(self, at: ChainBlock) -> Field:
        """See `Source`."""
        return await self._pool.root(at)

    async def sealed(self, index: BlockIndex, at: ChainBlock) -> bytes:
        """See `Source`."""
        return await self._pool.sealed(index, at)


async def headers(source: Source, numbers: Iterable[ChainBlock]) -> dict[ChainBlock, Header]:
    """The headers of several chain blocks, asked for together."""
    found = await asyncio.gather(*(source.header(number) for number in set(numbers)))
    return {header.number: header for header in found}
