"""Sending what no relayer shall: requests, as transactions of the connected wallet."""

from typing import Protocol

from ..holdings import Holdings
from ..journal import Intent


class OwnTransactions(Protocol):
    """Sends what an intent's request asks for, and follows the transaction."""

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do what can be done now; the intent's newest version."""
