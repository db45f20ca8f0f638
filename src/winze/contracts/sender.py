"""Sending transactions from one key: nonces in order, sane fees, receipts, and reasons.

What would revert is found by simulation and never sent.
"""

import asyncio
from functools import partial

from eth_account.signers.local import LocalAccount

from winze.protocol import EthAddress

from .call import ContractCall
from .fees import FeePolicy, current_fees
from .receipts import Receipt
from .rpc import Web3, rpc_errors, run
from .sent import Pace, Sent
from .transactions import gas_limit, nonce_of, sign


class Sender:
    """One key that sends transactions over one connection.

    Nothing else may send from the same key meanwhile, or both would use the same nonces. The key
    stays inside: no message and no `repr` shows it.
    """

    def __init__(
        self, w3: Web3, key: LocalAccount, fees: FeePolicy | None = None, pace: Pace | None = None
    ) -> None:
        self.w3 = w3
        self.address = EthAddress(key.address)
        self._key = key
        self._policy = fees or FeePolicy()
        self._pace = pace or Pace()
        self._lock = asyncio.Lock()
        self._sent: list[Sent] = []

    def __repr__(self) -> str:
        return f"Sender({self.address})"

    async def simulate(self, call: ContractCall) -> bytes:
        """What `call` would answer if it were sent now.

        Raises:
            TransactionReverted: the contract refuses it.
            RpcError: the node cannot be asked.
        """
        return await run(self.w3, call, self.address)

    async def send(self, call: ContractCall) -> Receipt:
        """Send `call` and wait until it is in a block.

        Raises:
            TransactionReverted: the contract refuses it, in simulation or in its block.
            InsufficientFunds: this key cannot pay for it.
            FeesTooHigh: the chain asks more for gas than the policy allows.
            TransactionStuck: it is still in no block.
            RpcError: the node cannot be asked.
        """
        sent = await self.submit(call)
        return await sent.receipt()

    async def submit(self, call: ContractCall) -> Sent:
        """Send `call` without waiting for its block; await the `receipt` of what comes back.

        Calls get their nonces in the order in which they are submitted.

        Raises:
            TransactionReverted: the contract refuses it in simulation; nothing is sent.
            InsufficientFunds: this key cannot pay for it.
            FeesTooHigh: the chain asks more for gas than the policy allows.
            RpcError: the node cannot be asked.
        """
        async with self._lock:
            gas = await gas_limit(self.w3, call, self.address)
            fees = await current_fees(self.w3, self._policy)
            nonce = await self.next_nonce()
            with rpc_errors("reading the chain id"):
                chain_id = await self.w3.eth.chain_id
            sent = Sent(
                self.w3,
                call,
                sender=self.address,
                nonce=nonce,
                sign=partial(sign, self._key, call, chain_id=chain_id, nonce=nonce, gas=gas),
                policy=self._policy,
                pace=self._pace,
            )
            await sent.broadcast(fees)
            self._sent.append(sent)
        return sent

    async def next_nonce(self) -> int:
        """The next nonce; a node may not yet count what was sent a moment ago."""
        pending = await nonce_of(self.w3, self.address, "pending")
        self._sent = [sent for sent in self._sent if not sent.settled]
        return max([pending, *(sent.nonce + 1 for sent in self._sent)])
