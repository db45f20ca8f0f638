"""Private addresses: what a person gives away to be paid inside the pool (protocol §2)."""

from dataclasses import dataclass
from typing import Final, Self

from .bech32m import decode_bech32m, encode_bech32m
from .errors import InvalidAddress
from .types import FIELD_ORDER, Field
from .viewing import VIEWING_KEY_BYTES, ViewingPublicKey

_OWNER_BYTES: Final = 32
_SIZE: Final = _OWNER_BYTES + VIEWING_KEY_BYTES


@dataclass(frozen=True)
class PrivateAddress:
    """Where a private payment goes: bech32m over the 32 bytes of `P` and the viewing key."""

    owner: Field
    """The owner key `P` that the paid note will carry."""

    viewing: ViewingPublicKey
    """The key that the note's memo is sealed to."""

    def encode(self, prefix: str) -> str:
        """The address as text for the network that `prefix` names.

        Raises:
            InvalidAddress: `prefix` cannot stand before a bech32m text.
        """
        return encode_bech32m(prefix, self.owner.to_bytes(_OWNER_BYTES, "big") + self.viewing)

    @classmethod
    def decode(cls, text: str, prefix: str) -> Self:
        """Read `text` as an address of the network that `prefix` names.

        Raises:
            InvalidAddress: a typing error, another network's address, or keys that cannot be.
        """
        found, data = decode_bech32m(text)
        if found != prefix:
            raise InvalidAddress(f"{text!r} is an address of network {found!r}, not of {prefix!r}")
        if len(data) != _SIZE:
            raise InvalidAddress(f"{text!r} holds {len(data)} bytes; an address has {_SIZE}")
        owner = int.from_bytes(data[:_OWNER_BYTES], "big")
        if owner >= FIELD_ORDER:
            raise InvalidAddress(f"{text!r} holds an owner key that is no element of the field")
        return cls(Field(owner), ViewingPublicKey(data[_OWNER_BYTES:]))
