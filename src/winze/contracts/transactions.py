"""The single moves of sending a transaction: its gas, signature, way out, and what became of it.

`Sender` makes them in a row for as long as a process runs; a node makes them one by one and writes
down each of them.
"""

from collections.abc import Mapping
from typing import Any, Final

from eth_account.signers.local import LocalAccount
from hexbytes import HexBytes
from web3.exceptions import TransactionIndexingInProgress, TransactionNotFound

from winze.protocol import ChainBlock, EthAddress

from .call import ContractCall
from .errors import (
    ChainUnreachable,
    OutOfGas,
    RpcError,
    TransactionError,
    TransactionReverted,
)
from .fees import Fees
from .receipts import Receipt
from .rpc import At, Web3, checksum, estimate_gas, request, rpc_errors, run

TRANSACTION_GAS_LIMIT: Final = 1 << 24
"""The most gas that a chain allows one transaction (EIP-7825)."""

_HEADROOM_PERCENT: Final = 120
"""What is allowed for, relative to the estimate: a skipped transfer of a batch can turn out
executable, and storage that is warm or filled now can be cold or empty in its block."""


async def gas_limit(w3: Web3, call: ContractCall, sender: EthAddress) -> int:
    """A gas limit that still suffices if the state changes a little until inclusion.

    Raises:
        TransactionReverted: the contract refuses the call.
        OutOfGas: no chain would allow it that much.
        InsufficientFunds: `sender` cannot pay its value.
        RpcError: the node cannot be asked.
    """
    estimate = await estimate_gas(w3, call, sender)
    if estimate > TRANSACTION_GAS_LIMIT:
        raise OutOfGas(call.action, f"it takes {estimate} gas; {TRANSACTION_GAS_LIMIT} is all")
    wanted = estimate * _HEADROOM_PERCENT // 100 + call.reserve
    return min(wanted, TRANSACTION_GAS_LIMIT)


async def nonce_of(w3: Web3, account: EthAddress, at: At) -> int:
    """How many transactions of `account` are in the chain up to `at`.

    Raises:
        RpcError: the node cannot be asked.
    """
    with rpc_errors("reading the nonce"):
        return int(await w3.eth.get_transaction_count(checksum(account), at))


def sign(
    key: LocalAccount, call: ContractCall, *, chain_id: int, nonce: int, gas: int, fees: Fees
) -> tuple[str, bytes]:
    """The transaction that makes `call`: its hash in hex with 0x, and what is sent."""
    fields: dict[str, Any] = {
        "type": 2,
        "chainId": chain_id,
        "nonce": nonce,
        "gas": gas,
        "maxFeePerGas": fees.most,
        "maxPriorityFeePerGas": fees.tip,
        **call.fields(),
    }
    signed = key.sign_transaction(fields)
    return "0x" + bytes(signed.hash).hex(), bytes(signed.raw_transaction)


async def broadcast(w3: Web3, action: str, transaction: str, raw: bytes) -> None:
    """Send a signed transaction.

    A node that cannot be reached may have got it all the same, so that is no error here: whether
    it is in a block, its receipt tells.

    Raises:
        InsufficientFunds: the sender cannot pay for it.
        RpcError: the node refuses it.
    """
    try:
        await request(w3, action, "eth_sendRawTransaction", "0x" + raw.hex())
    except ChainUnreachable:
        pass
    except (RpcError, TransactionError):
        # A request that was repeated on its way finds its own transaction there.
        if not await is_known(w3, action, transaction):
            raise


async def is_known(w3: Web3, action: str, transaction: str) -> bool:
    """Whether the node holds the transaction, in a block or waiting; no where it is mute."""
    try:
        return await request(w3, action, "eth_getTransactionByHash", transaction) is not None
    except RpcError:
        return False


async def receipt_of(w3: Web3, action: str, transaction: str) -> Mapping[str, Any] | None:
    """The receipt as web3 has it, for `Receipt.read`; None while the transaction is in no block.

    Raises:
        RpcError: the node cannot be asked.
    """
    with rpc_errors(f"reading the receipt of {action}"):
        try:
            return await w3.eth.get_transaction_receipt(HexBytes(transaction))
        except (TransactionNotFound, TransactionIndexingInProgress):
            return None


async def why_it_failed(
    w3: Web3, call: ContractCall, sender: EthAddress, receipt: Receipt
) -> TransactionReverted:
    """Why it failed in its block, as far as a repetition on the state before it can tell."""
    action, transaction = call.action, receipt.transaction
    try:
        await run(w3, call, sender, ChainBlock(receipt.block - 1))
    except OutOfGas as problem:
        return OutOfGas(action, problem.reason, transaction)
    except TransactionReverted as problem:
        return TransactionReverted(action, problem.reason, transaction)
    except (RpcError, TransactionError):
        return TransactionReverted(action, "the node cannot tell why", transaction)
    return TransactionReverted(
        action, "something earlier in its block changed what it stood on", transaction
    )
