"""Signing a text, and whose signature of it one is (EIP-191)."""

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_keys.exceptions import BadSignature

from winze.protocol import EthAddress, InvalidSignature, canonical_signature


def signature_of(text: str, key: LocalAccount) -> bytes:
    """The 65 bytes of the signature of `text` by `key`."""
    return bytes(key.sign_message(encode_defunct(text=text)).signature)


def signer_of(text: str, signature: bytes) -> EthAddress:
    """The address whose key signed `text`.

    Raises:
        InvalidSignature: it is no signature, or nobody's.
    """
    canonical_signature(signature)
    try:
        return EthAddress(Account.recover_message(encode_defunct(text=text), signature=signature))
    except BadSignature:  # r is no point's: one number in two
        raise InvalidSignature("no key can have made this signature") from None
