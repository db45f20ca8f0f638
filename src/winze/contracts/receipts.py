"""What a chain keeps of a transaction: where it went, what it cost, what it emitted."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Self

from winze.protocol import ChainBlock, EthAddress, ProtocolError, Wei

from .errors import UnexpectedAnswer
from .rpc import Web3, request

FAILED: Final = 0
"""A receipt's status where the transaction is in its block and did nothing but cost gas."""


@dataclass(frozen=True)
class Log:
    """One event as the chain keeps it, not yet decoded."""

    address: EthAddress
    """The contract that emitted it."""

    topics: tuple[bytes, ...] = field(repr=False)
    data: bytes = field(repr=False)

    block: ChainBlock
    """The chain block that holds it."""

    block_hash: bytes
    """That block's hash, by which a reorganisation is noticed."""

    transaction: bytes
    """The hash of the transaction that emitted it."""

    index: int
    """Its place among all logs of the block."""

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """The log that web3 hands out as `fields`."""
        return cls(
            address=EthAddress(fields["address"]),
            topics=tuple(bytes(topic) for topic in fields["topics"]),
            data=bytes(fields["data"]),
            block=ChainBlock(fields["blockNumber"]),
            block_hash=bytes(fields["blockHash"]),
            transaction=bytes(fields["transactionHash"]),
            index=fields["logIndex"],
        )

    @classmethod
    def of_json(cls, fields: Mapping[str, Any]) -> Self:
        """The log that a node's JSON tells.

        Raises:
            KeyError, TypeError, ValueError, ProtocolError: it tells none.
        """
        return cls(
            address=_account(fields["address"]),
            topics=tuple(map(_raw, fields["topics"])),
            data=_raw(fields["data"]),
            block=ChainBlock(int(fields["blockNumber"], 16)),
            block_hash=_raw(fields["blockHash"]),
            transaction=_raw(fields["transactionHash"]),
            index=int(fields["logIndex"], 16),
        )


@dataclass(frozen=True)
class Receipt:
    """A transaction that went through."""

    transaction: str
    """Its hash, in hex with 0x."""

    block: ChainBlock
    """The chain block that holds it."""

    block_hash: bytes
    """That block's hash."""

    gas_used: int
    """Gas that it took."""

    gas_price: Wei
    """Wei paid for each gas."""

    created: EthAddress | None
    """The contract that it deployed, if it is a deployment."""

    logs: tuple[Log, ...] = field(repr=False)
    """What it emitted, in order."""

    @property
    def fee(self) -> Wei:
        """Wei paid for its gas."""
        return Wei(self.gas_used * self.gas_price)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """The receipt that web3 hands out as `fields`."""
        created = fields.get("contractAddress")
        return cls(
            transaction="0x" + bytes(fields["transactionHash"]).hex(),
            block=ChainBlock(fields["blockNumber"]),
            block_hash=bytes(fields["blockHash"]),
            gas_used=fields["gasUsed"],
            gas_price=Wei(fields["effectiveGasPrice"]),
            created=EthAddress(created) if created else None,
            logs=tuple(Log.read(log) for log in fields["logs"]),
        )


async def fetch_logs(
    w3: Web3, addresses: Sequence[EthAddress], first: ChainBlock, last: ChainBlock
) -> tuple[Log, ...]:
    """All events of the contracts at `addresses` in the chain blocks `first` to `last`, in order.

    Nodes bound how many blocks or logs they answer for at once: ask for a few thousand at most.

    Raises:
        RpcError: the node cannot or will not answer.
    """
    action = f"reading the events of blocks {int(first)} to {int(last)}"
    wanted = {"address": list(addresses), "fromBlock": hex(first), "toBlock": hex(last)}
    # Raw, and read by ourselves: web3's general formatters take longer than all else that is done
    # with an event. In a thread, because there may be thousands.
    found = await request(w3, action, "eth_getLogs", wanted)
    return await asyncio.to_thread(_read_all, action, found)


def _read_all(action: str, found: Sequence[Mapping[str, Any]]) -> tuple[Log, ...]:
    try:
        logs = [Log.of_json(fields) for fields in found]
    except (KeyError, TypeError, ValueError, AttributeError, ProtocolError) as problem:
        raise UnexpectedAnswer(
            f"{action}: the node's answer cannot be read: {problem}"
        ) from problem
    return tuple(sorted(logs, key=lambda log: (log.block, log.index)))


@lru_cache(maxsize=1 << 8)
def _account(text: str) -> EthAddress:
    """An address as a node spells it; those that emit logs for us are few."""
    return EthAddress(text)


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
