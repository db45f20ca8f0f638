"""The X25519 key pair that opens a wallet's memos (protocol §2)."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Self

from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base
from nacl.exceptions import CryptoError

from .errors import InvalidAddress, InvalidKey

VIEWING_KEY_BYTES: Final = 32
"""Size of either half of the pair."""

_CURVE25519_PRIME: Final = 2**255 - 19
_ANY_SECRET: Final = bytes(VIEWING_KEY_BYTES)


class ViewingPublicKey(bytes):
    """The half that senders seal memos to."""

    __slots__ = ()

    def __new__(cls, raw: bytes) -> Self:
        """Check the 32 bytes of `raw`.

        A sealed box hashes the key's bytes into its nonce, so a second spelling of a key would
        make memos that its owner cannot open; and a point of low order shares no secret at all.

        Raises:
            InvalidAddress: the wrong size, a second spelling, or a point of low order.
        """
        if len(raw) != VIEWING_KEY_BYTES:
            raise InvalidAddress(f"a viewing key has {VIEWING_KEY_BYTES} bytes, not {len(raw)}")
        if int.from_bytes(raw, "little") >= _CURVE25519_PRIME:
            raise InvalidAddress(f"viewing key {raw.hex()} is not in its canonical spelling")
        try:
            crypto_scalarmult(_ANY_SECRET, raw)
        except CryptoError as error:
            raise InvalidAddress(f"viewing key {raw.hex()} is a point of low order") from error
        return super().__new__(cls, raw)


@dataclass(frozen=True)
class ViewingKey:
    """The half that opens memos. Whoever has it sees what a wallet receives, but cannot spend."""

    secret: bytes = field(repr=False)
    """32 bytes, any of which make a valid key."""

    def __post_init__(self) -> None:
        """Check the size.

        Raises:
            InvalidKey: `secret` is not 32 bytes long.
        """
        if len(self.secret) != VIEWING_KEY_BYTES:
            raise InvalidKey(f"a viewing key has {VIEWING_KEY_BYTES} bytes, not {len(self.secret)}")

    @cached_property
    def public(self) -> ViewingPublicKey:
        """The half to give away; part of the wallet's private address."""
        return ViewingPublicKey(crypto_scalarmult_base(self.secret))

    def __repr__(self) -> str:
        return "ViewingKey(****)"
