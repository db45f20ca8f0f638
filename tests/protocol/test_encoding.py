"""Bytes as the contracts see them, and Ethereum addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winze.protocol import EthAddress, InvalidEthAddress, OutOfRange, keccak, keccak_field, word

# EIP-55's own examples.
CHECKSUMMED = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
]


def test_keccak_is_ethereums_and_not_sha3() -> None:
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak(b"").hex() == empty


def test_a_field_from_keccak_drops_the_low_eight_bits() -> None:
    assert keccak_field(b"") == int.from_bytes(keccak(b"")[:31], "big")


def test_a_word_is_32_bytes_big_endian() -> None:
    assert word(0x0102) == bytes(30) + b"\x01\x02"
    assert word(2**256 - 1) == b"\xff" * 32


@pytest.mark.parametrize("value", [-1, 2**256])
def test_a_word_outside_256_bits_is_refused(value: int) -> None:
    with pytest.raises(OutOfRange, match=f"word must be .*; {value} is not"):
        word(value)


@pytest.mark.parametrize("text", CHECKSUMMED)
def test_an_address_is_spelled_with_its_checksum_whatever_its_case(text: str) -> None:
    for spelling in (text, text.lower(), "0x" + text[2:].upper()):
        assert EthAddress(spelling) == text
        assert isinstance(EthAddress(spelling), EthAddress)


@pytest.mark.parametrize("text", CHECKSUMMED[:4])
def test_a_wrong_checksum_is_refused(text: str) -> None:
    swapped = text[:-1] + text[-1].swapcase()
    broken = swapped if swapped != text else "0x" + text[2:].swapcase()
    with pytest.raises(InvalidEthAddress, match="fails its checksum"):
        EthAddress(broken)


@pytest.mark.parametrize(
    "text",
    ["", "0x", "0x" + "0" * 39, "0x" + "0" * 41, "0" * 40, "0X" + "0" * 40, "0x" + "g" * 40],
)
def test_what_is_not_0x_and_forty_digits_is_no_address(text: str) -> None:
    with pytest.raises(InvalidEthAddress, match="is no Ethereum address"):
        EthAddress(text)


@given(st.binary(min_size=20, max_size=20))
def test_bytes_come_back_from_an_address(raw: bytes) -> None:
    address = EthAddress.from_bytes(raw)
    assert address.bytes20 == raw
    assert EthAddress(address) is address
    assert address.is_zero == (raw == bytes(20))


@pytest.mark.parametrize("size", [0, 19, 21, 32])
def test_bytes_of_another_size_are_no_address(size: int) -> None:
    with pytest.raises(InvalidEthAddress, match=f"has 20 bytes, not {size}"):
        EthAddress.from_bytes(bytes(size))


def test_the_zero_address_stands_for_nobody() -> None:
    assert EthAddress.zero() == "0x" + "0" * 40
    assert EthAddress.zero().is_zero
