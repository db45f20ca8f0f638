"""A connected wallet that signs elsewhere and asks its owner there (EIP-1193)."""

import re
from typing import Any, Final

from winze.contracts import (
    ContractCall,
    FeePolicy,
    RpcError,
    Web3,
    WrongNetwork,
    nonce_of,
    refusal,
    rpc_errors,
)
from winze.protocol import EthAddress, InvalidSignature

from ..errors import Declined, ProviderError, WrongSigner
from ..journal import SentTransaction
from ..signatures import signer_of
from .eip1193 import REJECTED, UNAUTHORIZED, Eip1193
from .means import gas_and_fees

_HASH: Final = re.compile("0x[0-9a-fA-F]{64}")


class ExternalConnection:
    """Has another program sign and send; see `Connection`. No key is here.

    What that program answers is not believed: its signatures are verified, and its chain and
    accounts are looked at right before it is asked to send.
    """

    def __init__(
        self, provider: Eip1193, address: EthAddress, w3: Web3, fees: FeePolicy | None = None
    ) -> None:
        """Nothing is asked yet.

        Args:
            provider: The wallet.
            address: The account of it that is connected.
            w3: The network's chain, by a connection of our own.
            fees: The most that we propose to pay for gas; the wallet decides.
        """
        self._provider, self._address, self._w3 = provider, address, w3
        self._policy = fees or FeePolicy()

    def __repr__(self) -> str:
        return f"ExternalConnection({self._address})"

    @property
    def address(self) -> EthAddress:
        """Whose wallet it is."""
        return self._address

    async def sign_message(self, text: str) -> bytes:
        """The 65 bytes of the signature (EIP-191) of a text.

        Raises:
            Declined: its owner does not want to.
            InvalidSignature: the answer is no signature.
            WrongSigner: it is by another key, or of another text.
            ProviderError: the wallet answers with another error.
        """
        hexed = "0x" + text.encode().hex()
        answer = await self._ask("personal_sign", hexed, self._address)
        signature = _signature(answer)
        signer = signer_of(text, signature)
        if signer != self._address:
            raise WrongSigner(
                f"the wallet's signature is by {signer}, not by the connected {self._address}"
            )
        return signature

    async def prepare(self, call: ContractCall) -> SentTransaction:
        """The nonce that the wallet is expected to use. It was simulated; nothing leaves.

        Raises:
            TransactionReverted: the contract refuses it.
            InsufficientFunds: it cannot be paid for.
            FeesTooHigh: the chain asks more for gas than the policy allows.
            WrongNetwork: the wallet is on another chain.
            RpcError: the chain cannot be asked.
            ProviderError: the wallet answers with an error.
        """
        await self._require_chain()
        await gas_and_fees(self._w3, call, self._address, self._policy)
        return SentTransaction(await nonce_of(self._w3, self._address, "pending"))

    async def send(self, call: ContractCall, prepared: SentTransaction) -> SentTransaction:
        """Have the wallet send it, unless its hash is known; not to be repeated otherwise.

        Raises:
            Declined: its owner does not want to; nothing was sent.
            WrongNetwork: the wallet is on another chain; nothing was sent.
            TransactionError: it would be refused, or the wallet says so; nothing was sent.
            RpcError: the chain cannot be asked, or what the wallet answers is no hash.
            ProviderError: the wallet answers with an error.
        """
        if prepared.hash is not None:
            return prepared
        gas, _ = await gas_and_fees(self._w3, call, self._address, self._policy)
        chain_id = await self._require_chain()
        await self._require_account()
        # The nonce stays the wallet's: only it knows what else waits to be sent. The gas is ours,
        # because a simulation does not know of the reserve for a seal; the chain id lets the wallet
        # refuse, should its owner switch chains while it asks.
        fields = {**call.fields(self._address), "gas": hex(gas), "chainId": hex(chain_id)}
        try:
            answer = await self._ask("eth_sendTransaction", fields)
        except ProviderError as problem:
            # A wallet passes on what its own node says of the transaction.
            raise refusal(call.action, {"message": problem.message}) from None
        if not isinstance(answer, str) or not _HASH.fullmatch(answer):
            raise RpcError(f"{call.action}: the wallet answers no transaction's hash")
        return SentTransaction(prepared.nonce, answer.lower())

    async def switch_chain(self) -> None:
        """Have the wallet ask its owner to switch to the network's chain.

        Raises:
            Declined: its owner does not want to.
            ProviderError: the wallet does not know that chain, or cannot switch.
        """
        with rpc_errors("reading the chain id"):
            wanted = hex(await self._w3.eth.chain_id)
        await self._ask("wallet_switchEthereumChain", {"chainId": wanted})

    async def _require_chain(self) -> int:
        with rpc_errors("reading the chain id"):
            wanted = int(await self._w3.eth.chain_id)
        answer = await self._ask("eth_chainId")
        found = int(answer, 16) if _is_number(answer) else None
        if found != wanted:
            raise WrongNetwork(
                f"the network is on chain {wanted} and the wallet on chain "
                f"{answer if found is None else found}: switch the wallet; nothing was sent"
            )
        return wanted

    async def _require_account(self) -> None:
        """Make sure that the wallet still gives us the account; else its owner is asked for it."""
        for method in ("eth_accounts", "eth_requestAccounts"):
            answer = await self._ask(method)
            accounts = answer if isinstance(answer, list) else []
            if str(self._address).lower() in (str(each).lower() for each in accounts):
                return
        raise Declined(
            f"the wallet does not give access to {self._address}: choose that account in it, or "
            "connect anew; nothing was sent"
        )

    async def _ask(self, method: str, *params: Any) -> Any:
        try:
            return await self._provider.request(method, list(params))
        except ProviderError as problem:
            if problem.code in (REJECTED, UNAUTHORIZED):
                raise Declined(f"the wallet's owner declined {method}: nothing was sent") from None
            raise


def _signature(answer: Any) -> bytes:
    try:
        return bytes.fromhex(answer.removeprefix("0x"))
    except (AttributeError, ValueError):
        raise InvalidSignature("the wallet's answer to personal_sign is no signature") from None


def _is_number(answer: Any) -> bool:
    return isinstance(answer, str) and re.fullmatch("0x[0-9a-fA-F]{1,16}", answer) is not None
