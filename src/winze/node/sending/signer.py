"""Signing the versions of a job: at first, dearer, and as a transaction that does nothing."""

from dataclasses import replace
from typing import Final

from eth_account.signers.local import LocalAccount

from winze.contracts import ContractCall, FeePolicy, Fees, FeesTooHigh, Web3, current_fees, sign
from winze.protocol import EthAddress, Wei

from .jobs import Version

CANCEL_GAS: Final = 21_000
"""Gas of a transaction that does nothing."""


class Signer:
    """One key on one chain. The key stays inside: no message and no `repr` shows it."""

    def __init__(self, w3: Web3, key: LocalAccount, chain_id: int, policy: FeePolicy) -> None:
        self.address = EthAddress(key.address)
        self.policy = policy
        """How much is paid for gas."""
        self._w3, self._key, self._chain_id = w3, key, chain_id

    def __repr__(self) -> str:
        return f"Signer({self.address})"

    def version(self, call: ContractCall, nonce: int, gas: int, fees: Fees) -> Version:
        """The signed transaction that makes `call`."""
        transaction, raw = sign(
            self._key, call, chain_id=self._chain_id, nonce=nonce, gas=gas, fees=fees
        )
        return Version(bytes.fromhex(transaction.removeprefix("0x")), raw, fees)

    def cancel(self, nonce: int, fees: Fees) -> Version:
        """The signed transaction that only uses up a nonce."""
        return replace(self.version(self.nothing(), nonce, CANCEL_GAS, fees), cancels=True)

    def nothing(self) -> ContractCall:
        """A call that does nothing."""
        return ContractCall("canceling", self.address, b"", Wei(0))

    async def today(self) -> Fees:
        """Fees that get a transaction into one of the next blocks.

        Raises:
            FeesTooHigh: the chain asks more than the policy allows.
            RpcError: the node cannot be asked.
        """
        return await current_fees(self._w3, self.policy)

    async def dearer(self, fees: Fees) -> Fees:
        """Fees that replace a transaction that pays `fees`, and that suffice today.

        They may be above the policy's ceiling.

        Raises:
            RpcError: the node cannot be asked.
        """
        most, tip = (-(-each * self.policy.raise_percent // 100) for each in (fees.most, fees.tip))
        try:
            today = await self.today()
        except FeesTooHigh:
            return Fees(most, tip)
        return Fees(max(most, today.most), max(tip, today.tip))
