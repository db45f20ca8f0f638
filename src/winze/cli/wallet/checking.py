"""What a person is told before anything is confirmed: of addresses, of privacy, of fees."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ..units import coins, moment
from .command import Call

if TYPE_CHECKING:
    from winze.protocol import EthAddress
    from winze.wallet import Proposal

ALL_TO_ONE: Final = (
    "By default, your withdrawal address will receive all assets and rewards unless specified "
    "otherwise."
)


class Destinations:
    """Reads the addresses of one command, and keeps what is to be said of their spelling."""

    def __init__(self, call: Call) -> None:
        self._network = call.wallet.network
        self.notes: list[str] = []

    def read(self, text: str) -> "EthAddress":
        """The address that `text` spells.

        Raises:
            AddressRefused: it spells none that can be paid.
        """
        from winze.wallet import read_destination

        address, warnings = read_destination(text, self._network)
        self.notes.extend(each.text for each in warnings)
        return address


def warnings_of(proposal: "Proposal") -> Iterator[str]:
    """What its owner should know first: the privacy note, and what the wallet warns of."""
    if proposal.alike is not None:
        crowd = "alone" if proposal.alike == 1 else f"among {proposal.alike} deposits of its amount"
        yield f"Privacy: it hides {crowd}, yours included."
    if proposal.merges:
        yield f"{proposal.merges} transfers merge notes of yours first, each at a transfer's fee"
    for each in proposal.warnings:
        yield each.text


def fee_rows(proposal: "Proposal") -> Iterator[tuple[str, str]]:
    """What is paid for it and out of what, and what is kept for the claim."""
    source = proposal.fee_source
    yield "Fee", f"{coins(proposal.fee)} ETH" + ("" if source is None else f", from {source.value}")
    if proposal.transfer is not None and proposal.transfer.kept_back:
        yield "Kept back", f"{coins(proposal.transfer.kept_back)} ETH, for the claim's fee"


def when_row(proposal: "Proposal") -> Iterator[tuple[str, str]]:
    """When it is executed."""
    start = proposal.intent.not_before
    yield "Executed", f"not before {moment(start, utc=True)}" if start else "Now"
