"""The wallet's signature that all keys come from: its message and its form (protocol §2)."""

from typing import Final

from .encoding import EthAddress
from .errors import InvalidSignature

SIGNATURE_BYTES: Final = 65
"""Size of a wallet's signature: r, s and the recovery byte v."""

_SCALAR_BYTES: Final = 32
_SECP256K1_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_RECOVERY_BYTES: Final = frozenset({0, 1, 27, 28})


def sign_in_message(address: EthAddress, network_name: str) -> str:
    """The text that the connected wallet signs (EIP-191), naming itself and the network."""
    return (
        f"This signature on this message will be used to access the {network_name} network. "
        f"Your address: {address} "
        "Caution: Please make sure that the domain you are connected to is correct."
    )


def canonical_signature(signature: bytes) -> bytes:
    """The 64 bytes r and s of `signature`, with the lower of the two values that s may have.

    Both (r, s, v) and (r, n - s, 1 - v) are valid for one message and key. Some wallets answer
    with the high one; the keys derived must not depend on it, nor on how v is spelled.

    Raises:
        InvalidSignature: the wrong size, r or s outside 1 to n - 1, or an unknown v.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise InvalidSignature(f"a signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    r = int.from_bytes(signature[:_SCALAR_BYTES], "big")
    s = int.from_bytes(signature[_SCALAR_BYTES : 2 * _SCALAR_BYTES], "big")
    for name, scalar in (("r", r), ("s", s)):
        if not 0 < scalar < _SECP256K1_ORDER:
            raise InvalidSignature(f"the signature's {name} is outside 1 to n - 1 of secp256k1")
    if signature[-1] not in _RECOVERY_BYTES:
        raise InvalidSignature("the signature's last byte v must be 0, 1, 27 or 28")
    low_s = min(s, _SECP256K1_ORDER - s)
    return r.to_bytes(_SCALAR_BYTES, "big") + low_s.to_bytes(_SCALAR_BYTES, "big")
