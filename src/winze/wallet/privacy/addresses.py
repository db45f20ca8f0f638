"""Addresses that a person types: read strictly, each mistake told as what it is."""

from typing import Final

from winze.contracts import NetworkDescription
from winze.protocol import EthAddress, InvalidAddress, InvalidEthAddress, PrivateAddress

from ..errors import AddressRefused
from .findings import PrivacyWarning, Refusal, WarningCode

_HEX: Final = "0x"


def read_destination(
    text: str, network: NetworkDescription
) -> tuple[EthAddress, list[PrivacyWarning]]:
    """The Ethereum address that `text` spells, and what is to be said about the spelling.

    Raises:
        AddressRefused: it is a private address, a name, mistyped, or no address at all.
    """
    text = text.strip()
    if text.lower().startswith(f"{network.address_prefix}1"):
        raise AddressRefused(
            Refusal.PRIVATE_ADDRESS,
            "this is a private address: pay it by a transfer; a withdrawal goes to an Ethereum "
            "address (0x…)",
        )
    if "." in text:
        raise AddressRefused(
            Refusal.NAME,
            f"{text!r} is a name: to look it up would tell others where you withdraw to; give the "
            "address itself",
        )
    try:
        address = EthAddress(text)
    except InvalidEthAddress as problem:
        raise AddressRefused(Refusal.MISTYPED, str(problem)) from None
    digits = text.removeprefix(_HEX)
    if digits.isdecimal() or digits not in (digits.lower(), digits.upper()):
        return address, []
    return address, [
        PrivacyWarning(
            WarningCode.NO_CHECKSUM,
            "the address is spelled in one case, so typing errors cannot be found: compare it with "
            f"{address}, digit by digit",
        )
    ]


def read_private_address(text: str, network: NetworkDescription) -> PrivateAddress:
    """The private address of this network that `text` spells.

    Raises:
        AddressRefused: it is an Ethereum address, another network's, or mistyped.
    """
    text = text.strip()
    if text.lower().startswith(_HEX):
        raise AddressRefused(
            Refusal.NOT_PRIVATE,
            "this is an Ethereum address: a private one of this network begins with "
            f"{network.address_prefix}1; to pay an Ethereum address, withdraw to it",
        )
    try:
        return PrivateAddress.decode(text, network.address_prefix)
    except InvalidAddress as problem:
        raise AddressRefused(Refusal.MISTYPED, str(problem)) from None
