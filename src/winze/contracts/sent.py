"""A transaction on its way: followed to its block, raised when stuck, explained when it failed."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from winze.protocol import EthAddress

from .call import ContractCall
from .errors import ChainUnreachable, RpcError, TransactionError, TransactionStuck
from .fees import FeePolicy, Fees
from .receipts import FAILED, Receipt
from .rpc import Web3
from .transactions import broadcast, receipt_of, why_it_failed


class Sign(Protocol):
    """What signs one transaction at given fees; see `transactions.sign`."""

    def __call__(self, *, fees: Fees) -> tuple[str, bytes]:
        """Its hash, and what is sent."""


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
        sign: Sign,
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
        transaction, raw = self._sign(fees=fees)
        await broadcast(self._w3, self._call.action, transaction, raw)
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
        if found["status"] == FAILED:
            raise await why_it_failed(self._w3, self._call, self._sender, receipt)
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
                found = await receipt_of(self._w3, self._call.action, transaction)
            except ChainUnreachable:
                return None  # it may come back before the limit
            if found is not None:
                return found
        return None

    async def _raise_fees(self) -> None:
        """Replace the dearest version by a dearer one; without room for that, send it once more."""
        fees = list(self._versions.values())[-1]
        # If it is refused, the versions that were accepted still stand; the limit ends the wait.
        with suppress(RpcError, TransactionError):
            await self.broadcast(fees.raised(self._policy) or fees)
