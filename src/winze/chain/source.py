"""Asking a node for what a follower needs: headers and the logs of our contracts."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from winze.contracts import (
    Contract,
    ContractEvent,
    Log,
    NetworkDescription,
    Pool,
    Rewards,
    UnexpectedAnswer,
    Web3,
    fetch_logs,
    request,
    request_each,
)
from winze.protocol import (
    BlockIndex,
    ChainBlock,
    EthAddress,
    Field,
    Period,
    Points,
    ProtocolError,
    Timestamp,
)

from .errors import ChainChanged

_HEADER: Final = "eth_getBlockByNumber"
_NO_BODIES: Final = False
"""`eth_getBlockByNumber` without whole transactions."""

_HEADERS_AT_ONCE: Final = 100
"""In one message; what public nodes commonly allow."""


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

    async def headers(self, numbers: Sequence[ChainBlock]) -> Sequence[Header]:
        """The chain's blocks with these numbers, asked for together.

        Raises:
            ChainChanged: the chain has one of them not (any more).
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
        answer = await request(self._w3, action, _HEADER, hex(number), _NO_BODIES)
        return _header(number, answer)

    async def headers(self, numbers: Sequence[ChainBlock]) -> Sequence[Header]:
        """See `Source`."""
        found: list[Header] = []
        for start in range(0, len(numbers), _HEADERS_AT_ONCE):
            some = numbers[start : start + _HEADERS_AT_ONCE]
            params = [(hex(number), _NO_BODIES) for number in some]
            action = f"reading chain blocks {some[0]} to {some[-1]}"
            answers = await request_each(self._w3, action, _HEADER, params)
            found += map(_header, some, answers)
        return found

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        """See `Source`."""
        ours: dict[EthAddress, Contract] = {
            contract.address: contract for contract in (self._pool, self._rewards)
        }
        found = await fetch_logs(self._w3, list(ours), first, last)
        # In a thread, because there may be thousands.
        return await asyncio.to_thread(_read, ours, found)

    async def root(self, at: ChainBlock) -> Field:
        """See `Source`."""
        return await self._pool.root(at)

    async def sealed(self, index: BlockIndex, at: ChainBlock) -> bytes:
        """See `Source`."""
        return await self._pool.sealed(index, at)

    async def points(self, period: Period, at: ChainBlock) -> Points:
        """All that was earned in `period` up to chain block `at`, minted or not."""
        return await self._rewards.total_points(period, at)


async def headers(source: Source, numbers: Iterable[ChainBlock]) -> dict[ChainBlock, Header]:
    """The headers of several chain blocks, asked for together."""
    found = await source.headers(sorted(set(numbers)))
    return {header.number: header for header in found}


def _header(number: ChainBlock, answer: Any) -> Header:
    """What a node answers about block `number`."""
    if answer is None:
        raise ChainChanged(f"the chain has no block {number}; it is being reorganised")
    try:
        header = Header(
            number=ChainBlock(int(answer["number"], 16)),
            hash=bytes.fromhex(answer["hash"].removeprefix("0x")),
            timestamp=Timestamp(int(answer["timestamp"], 16)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ProtocolError) as problem:
        raise UnexpectedAnswer(f"chain block {number} cannot be read: {problem}") from problem
    if header.number != number:
        raise UnexpectedAnswer(f"asked for chain block {number}, the node tells {header.number}")
    return header


def _read(ours: Mapping[EthAddress, Contract], found: Sequence[Log]) -> Sequence[Logged]:
    strangers = {log.address for log in found} - ours.keys()
    if strangers:
        raise UnexpectedAnswer(f"the node tells events of contracts not asked for: {strangers}")
    return [
        Logged(ours[log.address].event(log), log.block, log.block_hash, log.transaction)
        for log in found
    ]
