"""From a connected wallet's signature to the keys of a Winze wallet (protocol §2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from winze.contracts import NetworkDescription
from winze.protocol import (
    EthAddress,
    PrivateAddress,
    Seed,
    canonical_signature,
    seed_from_signature,
    sign_in_message,
)

from ..errors import NotDeterministic, WrongSigner
from ..signatures import signature_of, signer_of
from .phrase import account_of_phrase

SignMessage = Callable[[str], Awaitable[bytes]]
"""Has the connected wallet sign a text (EIP-191); answers the signature's 65 bytes."""


@dataclass(frozen=True)
class Identity:
    """Who a wallet is on one network: an address that everybody sees, and a seed nobody does."""

    address: EthAddress
    """The connected wallet's, which deposits."""

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
    signer = signer_of(message, first)
    if signer != address:
        raise WrongSigner(f"the signature is by {signer}, not by the connected {address}")
    return Identity(address, seed_from_signature(first, network.chain_id, network.pool))


async def sign_in_with_key(key: LocalAccount, network: NetworkDescription) -> Identity:
    """The identity of the wallet whose key is here.

    Raises:
        NotDeterministic: it adds randomness to its signatures.
    """

    async def sign(text: str) -> bytes:
        return signature_of(text, key)

    return await sign_in(EthAddress(key.address), sign, network)


async def sign_in_with_phrase(
    phrase: str, network: NetworkDescription, address: EthAddress | None = None
) -> Identity:
    """The identity that a recovery phrase stands for.

    Its first Ethereum account signs the message that any connected wallet signs, so whoever has
    that account in a wallet of theirs and signs in with it finds the same seed.

    Args:
        phrase: See `account_of_phrase`.
        network: The network to sign in to.
        address: The connected wallet that deposits, where it is another than the phrase's account.

    Raises:
        InvalidPhrase: the phrase has a wrong word, number of words, or checksum.
    """
    found = await sign_in_with_key(account_of_phrase(phrase), network)
    return Identity(address or found.address, found.seed)
