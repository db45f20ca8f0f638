"""What the checks find. Codes are stable: programs and docs/privacy.md go by them."""

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why an address is refused; stable, for programs."""

    CONNECTED = "connected"
    """It is the connected wallet's."""
    DEPOSITOR = "depositor"
    """It deposited for this wallet."""
    NETWORKS = "networks_own"
    """It is one of the network's contracts."""
    NOBODYS = "nobodys"
    """Nobody has its key: zero, or an address of the chain's own."""
    PRIVATE_ADDRESS = "private_address"
    """It is a private address where an Ethereum one is asked for."""
    NOT_PRIVATE = "not_private"
    """It is an Ethereum address where a private one is asked for."""
    NAME = "name"
    """It is a name that somebody would have to be asked about."""
    MISTYPED = "mistyped"
    """It is no address, fails its checksum, or is another network's."""


class WarningCode(StrEnum):
    """What a person is told, and may do all the same."""

    NO_CHECKSUM = "no_checksum"
    """The address is spelled in one case, so a typing error would not be found."""
    REUSED_DESTINATION = "reused_destination"
    """The destination was paid, or shall be, by another session or withdrawal."""
    DESTINATION_HAS_REWARDS = "destination_has_rewards"
    """The destination got, or shall get, another session's rewards."""
    REUSED_REWARDS = "reused_rewards"
    """The rewards address got, or shall get, something of another session."""
    CONTRACT = "contract"
    """The destination is a contract."""
    PERHAPS_CONTRACT = "perhaps_contract"
    """Whether it is one was not looked up."""
    NOT_DENOMINATION = "not_denomination"
    """A session's withdrawal that is not the amount that was deposited."""
    UNUSUAL_AMOUNT = "unusual_amount"
    """An amount with so many digits that few others have it."""
    SAME_AS_DEPOSIT = "same_as_deposit"
    """An amount that the connected wallet deposited a short time before."""
    SMALL_SET = "small_set"
    """Few deposits of this amount to hide among."""
    AT_MATURITY = "at_maturity"
    """Spent as soon as it can earn."""
    AFTER_DEPOSIT = "after_deposit"
    """Spent a short time after it was deposited."""
    CLAIM_FOLLOWS = "claim_follows"
    """Its claim has an address of its own, and comes in the hour after."""
    TOP_UP_SHOWS = "top_up_shows"
    """A deposit of what a claim takes, right before that claim."""
    LINKS_SENDER = "links_sender"
    """Sent by the connected wallet itself, for everybody to see."""


@dataclass(frozen=True)
class PrivacyWarning:
    """One finding."""

    code: WarningCode
    text: str
    """One or two sentences for people: what it is, and what would be better."""
