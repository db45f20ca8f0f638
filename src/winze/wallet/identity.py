"""From a connected wallet's signature to the keys of a Winze wallet (protocol §2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from eth_account import Account as EthAccount
from eth_account.messages import encode_defunct

from winze.contracts import NetworkDescription
from winze.protocol import (
    EthAddress,
    PrivateAddress,
    Seed,
    canonical_signature,
    seed_from_signature,
    sign_in_message,
)

from .errors import NotDeterministic, WrongSigner

SignMessage = Callable[[str], Awaitable[bytes]]
"""Has the connected wallet sign a text (EIP-191); answers the signature's 65 bytes."""


@dataclass(frozen=True)
class Identity:
    """Who a wallet is on one network: an address that everybody sees, and a seed nobody does."""

    address: EthAddress
    """The connected wallet's."""

    seed: Seed
    """Prints masked."""

    @property
    def private_address(self) -> PrivateAddress:
        """Where others can send to."""
        return PrivateAddress(self.seed.main.owner, self.seed.viewing.public)


async def sign_in(address: EthAddress, sign: SignMessage, network: NetworkDescription) -> Identity:
    """The identity of the wallet at `address`, from two signatures of one message.

    Two, because a wallet that adds randomness to its signatures would find other keys next time,
    and its funds never again.

    Raises:
        NotDeterministic: the two signatures differ.
        WrongSigner: they are not by `address`.
        InvalidSignature: they are no signatures.
    """
    message = sign_in_message(address, network.name)
    first, second = await sign(message), await sign(message)
    if canonical_signature(first) != canonical_signature(second):
        raise NotDeterministic(
            "this wallet signs the same message differently each time, so its keys could not be "
            "found again; use a recovery phrase instead"
        )
    signer = EthAccount.recover_message(encode_defunct(text=message), signature=first)
    if EthAddress(signer) != address:
        raise WrongSigner(f"the signature is by {signer}, not by the connected {address}")
    return Identity(address, seed_from_signature(first, network.chain_id, network.pool))
