"""What a wallet holds, and did, as the chain tells it."""

from .holdings import Happened, Holdings, OwnClaim, OwnNote, OwnSpend

__all__ = ["Happened", "Holdings", "OwnClaim", "OwnNote", "OwnSpend"]
