"""What a person types as an address is told as what it is."""

import pytest

from tests.wallet.worlds import network, seed
from winze.protocol import PrivateAddress
from winze.wallet import (
    AddressRefused,
    PrivacyWarning,
    Refusal,
    WarningCode,
    read_destination,
    read_private_address,
)

MIXED = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
OWN = PrivateAddress(seed(1).main.owner, seed(1).viewing.public)
PRIVATE = OWN.encode("winzetest")


def codes(warnings: list[PrivacyWarning]) -> list[WarningCode]:
    return [each.code for each in warnings]


@pytest.mark.parametrize("text", [MIXED, f"  {MIXED}\n", "0x" + "12" * 20])
def test_an_address_with_its_checksum_is_read_in_silence(text: str) -> None:
    address, warnings = read_destination(text, network())
    assert (address, warnings) == (text.strip(), [])


@pytest.mark.parametrize("digits", [MIXED[2:].lower(), MIXED[2:].upper()])
def test_an_address_in_one_case_is_to_be_compared(digits: str) -> None:
    address, warnings = read_destination("0x" + digits, network())
    assert address == MIXED
    assert codes(warnings) == [WarningCode.NO_CHECKSUM]
    assert MIXED in warnings[0].text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (MIXED.replace("E", "e", 1), Refusal.MISTYPED),
        (MIXED[:-1], Refusal.MISTYPED),
        (MIXED + "0", Refusal.MISTYPED),
        (MIXED[2:], Refusal.MISTYPED),
        ("", Refusal.MISTYPED),
        ("vitalik.eth", Refusal.NAME),
        (PRIVATE, Refusal.PRIVATE_ADDRESS),
        (PRIVATE.upper(), Refusal.PRIVATE_ADDRESS),
    ],
)
def test_any_other_text_is_no_destination(text: str, code: Refusal) -> None:
    with pytest.raises(AddressRefused) as told:
        read_destination(text, network())
    assert told.value.code == code


@pytest.mark.parametrize("text", [PRIVATE, PRIVATE.upper(), f" {PRIVATE}\n"])
def test_a_private_address_is_read(text: str) -> None:
    assert read_private_address(text, network()) == OWN


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (PRIVATE[:-1] + ("q" if PRIVATE[-1] != "q" else "p"), Refusal.MISTYPED, "checksum"),
        (PRIVATE[:20] + PRIVATE[21:], Refusal.MISTYPED, "checksum"),
        (OWN.encode("winze"), Refusal.MISTYPED, "network 'winze'"),
        (PRIVATE.replace("w", "W", 1), Refusal.MISTYPED, "mixes"),
        ("", Refusal.MISTYPED, "no bech32m text"),
        (MIXED, Refusal.NOT_PRIVATE, "begins with winzetest1"),
    ],
)
def test_any_other_text_is_no_private_address(text: str, code: Refusal, words: str) -> None:
    with pytest.raises(AddressRefused, match=words) as told:
        read_private_address(text, network())
    assert told.value.code == code
