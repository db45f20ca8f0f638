"""What a person is told of privacy before anything is confirmed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ..units import coins

if TYPE_CHECKING:
    from winze.protocol import EthAddress, Wei
    from winze.wallet import Wallet

CONTRACT_NOTE: Final = (
    "a contract: be sure that it is your own address and able to receive ETH; contract and "
    "exchange addresses are at your own risk"
)
FEW: Final = 10
"""Among fewer deposits than so many, a withdrawal is all but named."""


def hidden_among(wallet: "Wallet", amount: "Wei") -> Iterator[str]:
    """The privacy note of a withdrawal: how many deposits it may have come from."""
    others = wallet.anonymity(amount)
    yield f"Your withdrawal hides among {others} deposits of {coins(amount)} ETH so far."
    if others < FEW:
        yield "These are few: the longer you wait, the more there are."


def differs(to: "EthAddress", wallet: "Wallet") -> None:
    """Refuse a destination that shows at once whose it is; the wallet checks the rest."""
