"""What a chain keeps of a transaction: where it went, what it cost, what it emitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from winze.protocol import ChainBlock, EthAddress, Wei

from .rpc import Web3, checksum, rpc_errors

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
    with rpc_errors(f"reading the events of blocks {int(first)} to {int(last)}"):
        found = await w3.eth.get_logs(
            {
                "address": [checksum(address) for address in addresses],
                "fromBlock": int(first),
                "toBlock": int(last),
            }
        )
    logs = (Log.read(fields) for fields in found)
    return tuple(sorted(logs, key=lambda log: (log.block, log.index)))
