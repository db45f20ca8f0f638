"""Which addresses were paid, or shall be, and by which session."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winze.protocol import MAIN_ACCOUNT, EthAddress

from ..holdings import Holdings
from ..journal import Intent, IntentKind, IntentState


@dataclass(frozen=True)
class Use:
    """An address that something of this wallet's went to, or shall go to."""

    address: EthAddress
    accounts: frozenset[int]
    """Of which accounts; a withdrawal's fee may come from another one than its amount."""
    rewards: bool
    """Whether it is for ITX."""

    def elsewhere(self, account: int) -> bool:
        """Whether it is another session's; each withdrawal of the main account stands alone."""
        return account == MAIN_ACCOUNT or account not in self.accounts


def uses(holdings: Holdings, intents: Sequence[Intent]) -> Iterator[Use]:
    """Every use that chain or journal know, an address several times where it was used so."""
    for spend in holdings.spends:
        accounts = frozenset(own.account.index for own in spend.inputs)
        yield Use(spend.recipient, accounts, rewards=False)
        yield Use(spend.rewards, accounts, rewards=True)
    claimed = {own.claim_id: own.account.index for own in holdings.notes if own.note.mineable}
    for claim in holdings.claims.values():
        account = claimed.get(claim.claim_id)
        accounts = frozenset() if account is None else frozenset({account})
        yield Use(claim.recipient, accounts, rewards=True)
    for intent in intents:
        if intent.state is not IntentState.FAILED:
            accounts = frozenset({intent.account})
            yield Use(intent.recipient, accounts, rewards=intent.kind is IntentKind.CLAIM)
            yield Use(intent.rewards, accounts, rewards=True)
