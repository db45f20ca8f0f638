"""Private addresses."""

import pytest
from hypothesis import given

from tests.protocol.strategies import fields, secrets
from winze.protocol import (
    FIELD_ORDER,
    Field,
    InvalidAddress,
    PrivateAddress,
    Seed,
    ViewingKey,
)
from winze.protocol.bech32m import encode_bech32m

ADDRESS = PrivateAddress(Seed(bytes(range(32))).main.owner, Seed(bytes(range(32))).viewing.public)

VECTOR = (
    "winzedev1pm8pe8f740ny58tn2hev97f8zr28vqa6uy6pcf84kpp60hagfxn"
    "fsf0c766f4rcsysufxdqfvfzw2dg26jzlqu9qgl7r2jff356ds4s9xl9w6"
)


@given(fields, secrets)
def test_an_address_comes_back_from_its_text(owner: Field, secret: bytes) -> None:
    address = PrivateAddress(owner, ViewingKey(secret).public)
    assert PrivateAddress.decode(address.encode("winze"), "winze") == address
    assert PrivateAddress.decode(address.encode("winze").upper(), "winze") == address


def test_an_address_has_a_fixed_vector() -> None:
    assert ADDRESS.encode("winzedev") == VECTOR


def test_an_address_of_another_network_is_refused_by_name() -> None:
    with pytest.raises(InvalidAddress, match="of network 'winzedev', not of 'winze'"):
        PrivateAddress.decode(ADDRESS.encode("winzedev"), "winze")


def test_the_prefix_cannot_be_edited() -> None:
    edited = ADDRESS.encode("winzedev").replace("winzedev1", "winze1")
    with pytest.raises(InvalidAddress, match="fails its checksum"):
        PrivateAddress.decode(edited, "winze")


@pytest.mark.parametrize("size", [0, 63, 65])
def test_another_number_of_bytes_is_refused(size: int) -> None:
    with pytest.raises(InvalidAddress, match=f"holds {size} bytes; an address has 64"):
        PrivateAddress.decode(encode_bech32m("winze", b"\x09" * size), "winze")


def test_an_owner_outside_the_field_is_refused() -> None:
    viewing = bytes(ADDRESS.viewing)
    largest = encode_bech32m("winze", (FIELD_ORDER - 1).to_bytes(32, "big") + viewing)
    assert PrivateAddress.decode(largest, "winze").owner == FIELD_ORDER - 1
    beyond = encode_bech32m("winze", FIELD_ORDER.to_bytes(32, "big") + viewing)
    with pytest.raises(InvalidAddress, match="no element of the field"):
        PrivateAddress.decode(beyond, "winze")


def test_a_viewing_key_that_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidAddress, match="low order"):
        PrivateAddress.decode(encode_bech32m("winze", bytes(64)), "winze")
