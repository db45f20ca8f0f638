"""A connected wallet whose key is on this machine."""

from typing import Any

from eth_account.signers.local import LocalAccount
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes

from winze.contracts import (
    ContractCall,
    FeePolicy,
    Fees,
    NetworkDescription,
    TransactionError,
    Web3,
    WrongNetwork,
    broadcast,
    is_known,
    nonce_of,
    rpc_errors,
    sign,
)
from winze.protocol import EthAddress

from ..journal import SentTransaction
from ..signatures import signature_of
from .means import gas_and_fees


class LocalConnection:
    """Signs here and sends by itself; see `Connection`. No picture of it shows the key.

    One call is prepared and sent before the next is prepared: two that were prepared side by side
    would have the same nonce, and the chain would take one of them.
    """

    def __init__(
        self,
        w3: Web3,
        key: LocalAccount,
        network: NetworkDescription,
        fees: FeePolicy | None = None,
    ) -> None:
        """Nothing is asked yet."""
        self._w3, self._key, self._chain_id = w3, key, network.chain_id
        self._policy = fees or FeePolicy()
        self._last: SentTransaction | None = None

    def __repr__(self) -> str:
        return f"LocalConnection({self.address})"

    @property
    def address(self) -> EthAddress:
        """Whose wallet it is."""
        return EthAddress(self._key.address)

    async def sign_message(self, text: str) -> bytes:
        """The 65 bytes of the signature (EIP-191) of a text."""
        return signature_of(text, self._key)

    async def prepare(self, call: ContractCall) -> SentTransaction:
        """What would be sent next, simulated and signed. Nothing leaves.

        Raises:
            TransactionReverted: the contract refuses it.
            InsufficientFunds: it cannot be paid for.
            FeesTooHigh: the chain asks more for gas than the policy allows.
            WrongNetwork: the connection leads to another chain than the network's.
            RpcError: the chain cannot be asked.
        """
        with rpc_errors("reading the chain id"):
            found = int(await self._w3.eth.chain_id)
        if found != self._chain_id:
            raise WrongNetwork(
                f"the network is on chain {self._chain_id}; the connection leads to chain {found}"
            )
        gas, fees = await gas_and_fees(self._w3, call, self.address, self._policy)
        nonce = await self._next_nonce(call)
        transaction, raw = sign(
            self._key, call, chain_id=self._chain_id, nonce=nonce, gas=gas, fees=fees
        )
        return SentTransaction(nonce, transaction, "0x" + raw.hex())

    async def send(self, call: ContractCall, prepared: SentTransaction) -> SentTransaction:
        """Send what was prepared, as often as one likes: it is one and the same transaction.

        Raises:
            TransactionError: the chain refuses it, or another connection prepared it.
            RpcError: the chain refuses it, or cannot be asked.
        """
        if prepared.raw is None or prepared.hash is None:
            raise TransactionError(
                f"{call.action} was prepared by an external wallet: look up whether its nonce "
                f"{prepared.nonce} of {self.address} was used, and prepare it anew if it was not"
            )
        raw = bytes.fromhex(prepared.raw.removeprefix("0x"))
        await broadcast(self._w3, call.action, prepared.hash, raw)
        self._last = prepared
        return prepared

    def raised(self, sent: SentTransaction) -> SentTransaction | None:
        """The same transaction for a quarter more; None where the policy forbids that."""
        fields = TypedTransaction.from_bytes(HexBytes(sent.raw or "")).as_dict()
        fees = Fees(fields["maxFeePerGas"], fields["maxPriorityFeePerGas"]).raised(self._policy)
        if fees is None:
            return None
        dearer: dict[str, Any] = {
            **{name: fields[name] for name in ("type", "chainId", "nonce", "gas", "value")},
            "to": EthAddress.from_bytes(bytes(HexBytes(fields["to"]))),
            "data": bytes(HexBytes(fields["data"])),
            "maxFeePerGas": fees.most,
            "maxPriorityFeePerGas": fees.tip,
        }
        signed = self._key.sign_transaction(dearer)
        raw = bytes(signed.raw_transaction).hex()
        return SentTransaction(sent.nonce, "0x" + bytes(signed.hash).hex(), "0x" + raw)

    async def _next_nonce(self, call: ContractCall) -> int:
        """The next nonce; the chain's node may not yet count what was sent a moment ago."""
        pending = await nonce_of(self._w3, self.address, "pending")
        last = self._last
        if last is None or last.hash is None or last.nonce < pending:
            return pending
        # What was dropped since would leave a nonce open, for which all later ones would wait.
        known = await is_known(self._w3, call.action, last.hash)
        return last.nonce + 1 if known else pending
