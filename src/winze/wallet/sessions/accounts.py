"""The accounts of a wallet: which are used, what they hold, and which comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from winze.protocol import MAIN_ACCOUNT, MINING_ACCOUNTS, PrivateAddress, Wei

from ..errors import WalletFull
from ..holdings import Holdings
from ..identity import Identity
from ..journal import Intent
from .facts import taken


@dataclass(frozen=True)
class AccountInfo:
    """One line of the address list."""

    index: int
    """0 to 255 for a mining account, `MAIN_ACCOUNT` for the main one."""
    address: PrivateAddress
    """Where it can be paid; `encode` writes it for a network."""
    used: bool
    """Whether the chain ever held a note of it."""
    balance: Wei
    """What it can spend now."""
    coming: Wei
    """What is its own, in blocks that are not proved yet."""


def accounts(holdings: Holdings, identity: Identity) -> list[AccountInfo]:
    """Every account of a wallet, used and unused: the main one, then those of the sessions."""
    seed = identity.seed
    return [
        AccountInfo(
            index,
            PrivateAddress(seed.account(index).owner, seed.viewing.public),
            used=bool(holdings.of_account(index)),
            balance=holdings.balance(index),
            coming=holdings.coming(index),
        )
        for index in (MAIN_ACCOUNT, *range(MINING_ACCOUNTS))
    ]


def next_account(holdings: Holdings, intents: Sequence[Intent]) -> int:
    """The first mining account that is free for a new session.

    Raises:
        WalletFull: all are used, or taken by what the journal still means to begin.
    """
    used = taken(holdings, intents)
    free = next((number for number in range(MINING_ACCOUNTS) if number not in used), None)
    if free is None:
        raise WalletFull
    return free
