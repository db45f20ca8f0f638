"""Chain blocks with everything that happened in them, reverted transactions included."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from web3.exceptions import BlockNotFound

from winze.protocol import ChainBlock, EthAddress, Timestamp, Wei

from .call import ContractCall
from .errors import OutOfGas, TransactionReverted, UnexpectedAnswer
from .receipts import Receipt
from .rpc import Web3, request, rpc_errors

OUT_OF_GAS: Final = "out of gas"
"""Our words for a transaction that would have needed more."""


@dataclass(frozen=True)
class Transaction:
    """A transaction in a chain block, whether it went through or not."""

    sender: EthAddress
    """Who signed it and paid for its gas."""

    to: EthAddress | None
    """Whom it called; None where it deployed a contract."""

    data: bytes = field(repr=False)
    """Its calldata."""

    value: Wei
    """Wei sent along."""

    gas: int
    """The most gas that it might use."""

    succeeded: bool
    """Whether it went through; a reverted one changed nothing but what it paid for its gas."""

    receipt: Receipt


@dataclass(frozen=True)
class MinedBlock:
    """A chain block with its transactions, in order."""

    number: ChainBlock
    hash: bytes
    parent: bytes
    """The hash of the block before."""

    timestamp: Timestamp
    transactions: tuple[Transaction, ...]


async def fetch_block(w3: Web3, number: ChainBlock) -> MinedBlock | None:
    """The chain block with this number, or None where the chain has none (any more).

    Raises:
        UnexpectedAnswer: the node's receipts are not those of the block's transactions.
        RpcError: the node cannot or will not answer.
    """
    with rpc_errors(f"reading chain block {int(number)}"):
        try:
            # With whole transactions.
            block = await w3.eth.get_block(int(number), True)  # noqa: FBT003 - web3's signature
        except BlockNotFound:
            return None
        sent: list[Any] = list(block["transactions"])
        receipts = await w3.eth.get_block_receipts(block["hash"]) if sent else []
    if [each["hash"] for each in sent] != [each["transactionHash"] for each in receipts]:
        raise UnexpectedAnswer(f"chain block {int(number)}: its receipts are of other transactions")
    return MinedBlock(
        number=ChainBlock(block["number"]),
        hash=bytes(block["hash"]),
        parent=bytes(block["parentHash"]),
        timestamp=Timestamp(block["timestamp"]),
        transactions=tuple(map(_transaction, sent, receipts)),
    )


def _transaction(sent: Mapping[str, Any], receipt: Mapping[str, Any]) -> Transaction:
    to = sent.get("to")
    return Transaction(
        sender=EthAddress(sent["from"]),
        to=EthAddress(to) if to else None,
        data=bytes(sent["input"]),
        value=Wei(sent["value"]),
        gas=sent["gas"],
        succeeded=bool(receipt["status"]),
        receipt=Receipt.read(receipt),
    )


async def why_reverted(w3: Web3, transaction: Transaction) -> str | None:
    """Why a transaction was reverted, as far as repeating it on the state before its block tells.

    Returns:
        The reason; None where it would have gone through there.

    Raises:
        RpcError: the node cannot repeat it.
    """
    receipt = transaction.receipt
    call = ContractCall("", transaction.to, transaction.data, transaction.value)
    fields = {**call.fields(transaction.sender), "gas": hex(transaction.gas)}
    action, before = f"repeating {receipt.transaction}", hex(receipt.block - 1)
    try:
        await request(w3, action, "eth_call", fields, before)
    except OutOfGas:
        return OUT_OF_GAS
    except TransactionReverted as reverted:
        return reverted.reason
    return None
