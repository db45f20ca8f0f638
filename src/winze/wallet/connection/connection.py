"""What Winze asks of the connected wallet, whichever it is."""

from typing import Protocol, runtime_checkable

from winze.contracts import ContractCall
from winze.protocol import EthAddress

from ..journal import SentTransaction


class Connection(Protocol):
    """A key here, or a wallet elsewhere that asks its owner. Its secrets stay inside.

    Sending takes two steps, so that the journal can hold the first before anything leaves.
    """

    @property
    def address(self) -> EthAddress:
        """Whose wallet it is."""

    async def sign_message(self, text: str) -> bytes:
        """The 65 bytes of the signature (EIP-191) of a text.

        Raises:
            Declined: its owner does not want to.
        """

    async def prepare(self, call: ContractCall) -> SentTransaction:
        """What would be sent next: simulated, and signed where the key is here. Nothing leaves.

        Raises:
            TransactionReverted: the contract refuses it.
            InsufficientFunds: it cannot be paid for.
            WrongNetwork: the wallet is on another chain.
            RpcError: the chain cannot be asked.
        """

    async def send(self, call: ContractCall, prepared: SentTransaction) -> SentTransaction:
        """Send what was prepared; safe to repeat where `raw` is known. Its hash is known then.

        Raises:
            Declined: its owner does not want to; nothing was sent.
            TransactionError: the chain refuses it; nothing was sent.
            RpcError: the chain cannot be asked.
        """


@runtime_checkable
class Raising(Protocol):
    """A connection that can have a transaction of its own replaced by a dearer one."""

    @property
    def address(self) -> EthAddress:
        """Whose wallet it is."""

    def raised(self, sent: SentTransaction) -> SentTransaction | None:
        """The same with the same nonce for more; None where nobody is willing to pay that."""
