"""Bech32m (BIP-350) over whole bytes, without BIP-173's limit of 90 characters.

The limit marks how far the checksum surely finds any four errors. A private address is longer; a
random error still passes only once in 2^30, which is what typing errors need.
"""

from collections.abc import Iterable
from typing import Final

from .errors import InvalidAddress

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_DIGITS: Final = {letter: digit for digit, letter in enumerate(_ALPHABET)}
_SEPARATOR: Final = "1"
_DIGIT_BITS: Final = 5
_BYTE_BITS: Final = 8
_CHECKSUM_DIGITS: Final = 6
_BECH32M: Final = 0x2BC830A3
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_FIRST_PRINTABLE, _LAST_PRINTABLE = 33, 126
_LONGEST_PREFIX: Final = 83


def encode_bech32m(prefix: str, data: bytes) -> str:
    """`data` behind the human-readable `prefix`, in lower case.

    Raises:
        InvalidAddress: `prefix` is not 1 to 83 printable characters, or has upper-case letters.
    """
    _check_prefix(prefix)
    digits = _to_digits(data)
    checksum = _polymod(_expand(prefix) + digits + [0] * _CHECKSUM_DIGITS) ^ _BECH32M
    digits += _split(checksum, _CHECKSUM_DIGITS)
    return prefix + _SEPARATOR + "".join(_ALPHABET[digit] for digit in digits)


def decode_bech32m(text: str) -> tuple[str, bytes]:
    """The prefix and the data that `text` spells.

    Raises:
        InvalidAddress: mixed case, a foreign character, a missing part, a wrong checksum, or
            bits left over that no byte accounts for.
    """
    # Some letters outside ASCII become ASCII in lower case, such as the sign for kelvin.
    if not text.isascii():
        raise InvalidAddress(f"{text!r} holds a character that bech32m does not use")
    if text not in (text.lower(), text.upper()):
        raise InvalidAddress(f"{text!r} mixes upper and lower case")
    prefix, separator, body = text.lower().rpartition(_SEPARATOR)
    if not separator or len(body) < _CHECKSUM_DIGITS:
        raise InvalidAddress(f"{text!r} is no bech32m text: a prefix, 1, data and a checksum")
    _check_prefix(prefix)
    foreign = sorted(set(body) - set(_ALPHABET))
    if foreign:
        raise InvalidAddress(f"{text!r} holds {foreign[0]!r}, which bech32m does not use")
    digits = [_DIGITS[letter] for letter in body]
    if _polymod(_expand(prefix) + digits) != _BECH32M:
        raise InvalidAddress(f"{text!r} fails its checksum: look for a typing error")
    return prefix, _to_bytes(text, digits[:-_CHECKSUM_DIGITS])


def _to_digits(data: bytes) -> list[int]:
    """The bits of `data` five at a time, with zeros after the last."""
    count = -(-len(data) * _BYTE_BITS // _DIGIT_BITS)
    number = int.from_bytes(data, "big") << (count * _DIGIT_BITS - len(data) * _BYTE_BITS)
    return _split(number, count)


def _to_bytes(text: str, digits: list[int]) -> bytes:
    size, spare = divmod(len(digits) * _DIGIT_BITS, _BYTE_BITS)
    number = 0
    for digit in digits:
        number = number << _DIGIT_BITS | digit
    if spare >= _DIGIT_BITS or number & ((1 << spare) - 1):
        raise InvalidAddress(f"{text!r} has bits left over: another spelling of the same bytes")
    return (number >> spare).to_bytes(size, "big")


def _split(number: int, count: int) -> list[int]:
    """The lowest `count` digits of `number`, highest first."""
    mask = (1 << _DIGIT_BITS) - 1
    return [number >> _DIGIT_BITS * place & mask for place in reversed(range(count))]


def _check_prefix(prefix: str) -> None:
    printable = all(_FIRST_PRINTABLE <= ord(letter) <= _LAST_PRINTABLE for letter in prefix)
    if not 1 <= len(prefix) <= _LONGEST_PREFIX or not printable or prefix != prefix.lower():
        raise InvalidAddress(
            f"prefix {prefix!r} must be 1 to {_LONGEST_PREFIX} printable characters in lower case"
        )


def _expand(prefix: str) -> list[int]:
    codes = [ord(letter) for letter in prefix]
    low_bits = (1 << _DIGIT_BITS) - 1
    return [code >> _DIGIT_BITS for code in codes] + [0] + [code & low_bits for code in codes]


def _polymod(digits: Iterable[int]) -> int:
    """BIP-173's checksum: the remainder of the digits, as a polynomial over GF(32)."""
    remainder = 1
    kept_bits = (_CHECKSUM_DIGITS - 1) * _DIGIT_BITS
    for digit in digits:
        top = remainder >> kept_bits
        remainder = (remainder & ((1 << kept_bits) - 1)) << _DIGIT_BITS ^ digit
        for bit, factor in enumerate(_GENERATOR):
            remainder ^= factor if top >> bit & 1 else 0
    return remainder
