"""A transaction on its way: followed to its block, raised when stuck, explained when it failed."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from eth_account.datastructures import SignedTransaction
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
    TransactionStuck,
)
from .fees import FeePolicy, Fees
from .receipts import Receipt
from .rpc import Web3, request, rpc_errors, run

_FAILED: Final = 0


@dataclass(frozen=True)
class Pace:
    """How a transaction is followed, in seconds."""

    poll: float = 0.25
    """Between two questions for its receipt."""

    patience: float = 45.0
    """How long a version of it may wait before a dearer one replaces it."""

    limit: float = 600.0
    """How long it is followed at all."""


class Sent:
    """A transaction that was sent, in one or more versions that pay more and more for their gas.

    All have the same nonce, so at most one of them gets into a block.
    """

    def __init__(
        self,
        w3: Web3,
        call: ContractCall,
        *,
        sender: EthAddress,
        nonce: int,
        sign: Callable[[Fees], SignedTransaction],
        policy: FeePolicy,
        pace: Pace,
    ) -> None:
        self._w3, self._call, self._sender = w3, call, sender
        self._sign, self._policy, self._pace = sign, policy, pace
        self.nonce = nonce
        self.settled = False
        """Whether it is in a block, or nobody waits for that any more."""
        self._versions: dict[str, Fees] = {}

    def __repr__(self) -> str:
        return f"Sent({self._call.action}, {', '.join(self._versions)})"

    @property
    def transactions(self) -> tuple[str, ...]:
        """The hashes of its versions in hex, the dearest last."""
        return tuple(self._versions)

    async def broadcast(self, fees: Fees) -> None:
        """Sign and send a version that pays `fees`.

        A node that cannot be reached may have got it all the same. So that is no error here:
        `receipt` finds out.

        Raises:
            InsufficientFunds: the sender cannot pay for it.
            RpcError: the node refuses it.
        """
        signed = self._sign(fees)
        transaction = "0x" + bytes(signed.hash).hex()
        raw = "0x" + bytes(signed.raw_transaction).hex()
        try:
            await request(self._w3, self._call.action, "eth_sendRawTransaction", raw)
        except ChainUnreachable:
            pass
        except (RpcError, TransactionError):
            # A request that was repeated on its way finds its own transaction there.
            if not await self._is_known(transaction):
                raise
        self._versions[transaction] = fees

    async def receipt(self) -> Receipt:
        """Wait until one of its versions is in a block.

        Raises:
            TransactionReverted: the contract refused it there.
            TransactionStuck: it is in no block after the pace's limit.
            RpcError: the node refuses to answer.
        """
        try:
            found = await self._included()
        finally:
            self.settled = True
        receipt = Receipt.read(found)
        if found["status"] == _FAILED:
            raise await self._failure(receipt)
        return receipt

    async def _included(self) -> Mapping[str, Any]:
        """The receipt of the version that gets into a block."""
        now = asyncio.get_running_loop().time
        begun = raised = now()
        while now() - begun < self._pace.limit:
            found = await self._find()
            if found is not None:
                return found
            if now() - raised >= self._pace.patience:
                await self._raise_fees()
                raised = now()
            await asyncio.sleep(self._pace.poll)
        raise TransactionStuck(self._call.action, self.transactions, self._pace.limit)

    async def _find(self) -> Mapping[str, Any] | None:
        """The receipt of whichever version is in a block."""
        for transaction in self._versions:
            try:
                with rpc_errors(f"reading the receipt of {self._call.action}"):
                    return await self._receipt_of(transaction)
            except ChainUnreachable:
                return None  # it may come back before the limit
            except _Unknown:
                continue
        return None

    async def _receipt_of(self, transaction: str) -> Mapping[str, Any]:
        try:
            return await self._w3.eth.get_transaction_receipt(HexBytes(transaction))
        except (TransactionNotFound, TransactionIndexingInProgress):
            raise _Unknown from None

    async def _raise_fees(self) -> None:
        """Replace the dearest version by a dearer one; without room for that, send it once more."""
        fees = list(self._versions.values())[-1]
        # If it is refused, the versions that were accepted still stand; the limit ends the wait.
        with suppress(RpcError, TransactionError):
            await self.broadcast(fees.raised(self._policy) or fees)

    async def _is_known(self, transaction: str) -> bool:
        try:
            found = await request(
                self._w3, self._call.action, "eth_getTransactionByHash", transaction
            )
        except RpcError:
            return False
        return found is not None

    async def _failure(self, receipt: Receipt) -> TransactionReverted:
        """Why it failed in its block, as far as a repetition on the state before it can tell."""
        action, transaction = self._call.action, receipt.transaction
        try:
            await run(self._w3, self._call, self._sender, ChainBlock(receipt.block - 1))
        except OutOfGas as problem:
            return OutOfGas(action, problem.reason, transaction)
        except TransactionReverted as problem:
            return TransactionReverted(action, problem.reason, transaction)
        except (RpcError, TransactionError):
            return TransactionReverted(action, "the node cannot tell why", transaction)
        return TransactionReverted(
            action, "something earlier in its block changed what it stood on", transaction
        )


class _Unknown(Exception):
    """No receipt of this transaction yet."""
