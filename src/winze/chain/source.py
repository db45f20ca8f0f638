"""Asking a node for what a follower needs: headers and the logs of our contracts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from winze.contracts import Logged, NetworkDescription, Pool, Web3, read_logs, request
from winze.protocol import ChainBlock, Field, Timestamp

from .errors import ChainChanged


@dataclass(frozen=True)
class Header:
    """What is known of a chain block without its contents."""

    number: ChainBlock
    hash: bytes
    timestamp: Timestamp


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


class RpcSource:
    """A source that asks a node over JSON-RPC about one network's contracts."""

    def __init__(self, w3: Web3, network: NetworkDescription) -> None:
        self._w3 = w3
        self._network = network

    async def head(self) -> ChainBlock:
        """See `Source`."""
        return ChainBlock(int(await request(self._w3, "reading the head", "eth_blockNumber"), 16))

    async def header(self, number: ChainBlock) -> Header:
        """See `Source`."""
        action = f"reading chain block {number}"
        answer = await request(self._w3, action, "eth_getBlockByNumber", hex(number), False)
        if answer is None:
            raise ChainChanged(f"the chain has no block {number}; it is being reorganised")
        return Header(
            number=ChainBlock(int(answer["number"], 16)),
            hash=bytes.fromhex(answer["hash"].removeprefix("0x")),
            timestamp=Timestamp(int(answer["timestamp"], 16)),
        )

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        """See `Source`."""
        return await read_logs(self._w3, self._network, first, last)

    async def root(self, at: ChainBlock) -> Field:
        """See `Source`."""
        return await Pool(self._w3, self._network.pool).root(at)


async def headers(source: Source, numbers: Sequence[ChainBlock]) -> dict[ChainBlock, Header]:
    """The headers of several chain blocks, asked for together."""
    found = await asyncio.gather(*(source.header(number) for number in numbers))
    return {header.number: header for header in found}
