"""Bytes as the contracts see them: keccak, ABI words and Ethereum addresses (protocol §1)."""

from typing import Final, Self

from eth_utils.address import is_checksum_address, is_hex_address, to_checksum_address
from eth_utils.crypto import keccak as _keccak

from .errors import InvalidEthAddress, OutOfRange
from .types import Field

WORD_BYTES: Final = 32
"""Size of one ABI word."""

ADDRESS_BYTES: Final = 20
"""Size of an Ethereum address."""


def keccak(data: bytes) -> bytes:
    """The 32 bytes of keccak256 over `data`."""
    return bytes(_keccak(data))


def word(value: int) -> bytes:
    """`value` as one ABI word: 32 bytes, big-endian.

    Raises:
        OutOfRange: `value` is negative or needs more than 256 bits.
    """
    bound = 1 << (8 * WORD_BYTES)
    if not 0 <= value < bound:
        raise OutOfRange("word", value, bound)
    return int(value).to_bytes(WORD_BYTES, "big")


def keccak_field(data: bytes) -> Field:
    """`keccak(data) >> 8`: the hash without its low 8 bits, which always fits in `F`."""
    return Field(int.from_bytes(keccak(data), "big") >> 8)


class EthAddress(str):
    """An Ethereum address, always in its checksummed spelling (EIP-55).

    Being a `str`, it goes into web3 and JSON as it is; two spellings of one address are equal
    once wrapped.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check `text` (0x and 40 hex digits) and spell it with its checksum.

        Digits in one case carry no checksum and are accepted; mixed case must be right, because
        a wrong one is a typing error.

        Raises:
            InvalidEthAddress: `text` is no address, or its checksum is wrong.
        """
        if isinstance(text, EthAddress) and type(text) is cls:
            return text
        if not text.startswith("0x") or not is_hex_address(text):
            raise InvalidEthAddress(f"{text!r} is no Ethereum address: it takes 0x and 40 digits")
        digits = text[2:]
        one_case = digits in (digits.lower(), digits.upper())
        if not one_case and not is_checksum_address(text):
            raise InvalidEthAddress(
                f"{text!r} fails its checksum (EIP-55): look for a typing error"
            )
        return super().__new__(cls, to_checksum_address(text))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The address that these 20 bytes stand for.

        Raises:
            InvalidEthAddress: `raw` is not 20 bytes long.
        """
        if len(raw) != ADDRESS_BYTES:
            raise InvalidEthAddress(
                f"an Ethereum address has {ADDRESS_BYTES} bytes, not {len(raw)}"
            )
        return super().__new__(cls, "0x" + _with_checksum(raw.hex()))

    @classmethod
    def zero(cls) -> Self:
        """The address that stands for "nobody" in the protocol's messages."""
        return cls.from_bytes(bytes(ADDRESS_BYTES))

    @property
    def is_zero(self) -> bool:
        """Whether this is the address that stands for "nobody"."""
        return not any(self.bytes20)

    @property
    def bytes20(self) -> bytes:
        """The 20 bytes it stands for."""
        return bytes.fromhex(self[2:])


def _with_checksum(digits: str) -> str:
    """The digits as EIP-55 spells them: upper case where the digit of their hash is 8 or more."""
    hashed = keccak(digits.encode()).hex()
    return "".join(
        digit.upper() if by > "7" else digit for digit, by in zip(digits, hashed, strict=False)
    )
