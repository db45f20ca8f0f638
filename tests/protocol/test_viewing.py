"""Viewing keys: one spelling each, and none that shares no secret."""

import pytest
from hypothesis import given
from nacl.public import PrivateKey

from tests.protocol.strategies import secrets
from winze.protocol import InvalidAddress, InvalidKey, ViewingKey, ViewingPublicKey

PRIME = 2**255 - 19
# Every canonical point of order 1, 2, 4 or 8, on the curve and on its twist.
LOW_ORDER = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    PRIME - 1,
]


@given(secrets)
def test_the_public_half_is_x25519s(secret: bytes) -> None:
    assert ViewingKey(secret).public == bytes(PrivateKey(secret).public_key)


@pytest.mark.parametrize("number", LOW_ORDER)
def test_a_point_of_low_order_is_refused(number: int) -> None:
    with pytest.raises(InvalidAddress, match="low order"):
        ViewingPublicKey(number.to_bytes(32, "little"))


def test_a_second_spelling_of_a_key_is_refused() -> None:
    canonical = int.from_bytes(ViewingPublicKey((9).to_bytes(32, "little")), "little")
    for spelling in (canonical + PRIME, canonical + 2**255):
        with pytest.raises(InvalidAddress, match="canonical"):
            ViewingPublicKey(spelling.to_bytes(32, "little"))
    ViewingPublicKey((PRIME - 2).to_bytes(32, "little"))
    with pytest.raises(InvalidAddress, match="canonical"):
        ViewingPublicKey(PRIME.to_bytes(32, "little"))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_either_half_has_32_bytes(size: int) -> None:
    with pytest.raises(InvalidAddress, match=f"32 bytes, not {size}"):
        ViewingPublicKey(b"\x09" * size)
    with pytest.raises(InvalidKey, match=f"32 bytes, not {size}"):
        ViewingKey(b"\x09" * size)


def test_the_secret_half_is_masked() -> None:
    assert repr(ViewingKey(b"\x07" * 32)) == str(ViewingKey(b"\x07" * 32)) == "ViewingKey(****)"
