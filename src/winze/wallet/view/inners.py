"""Which deposits would be this wallet's: their `inner`s, derived from the seed (protocol §2)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from winze.protocol import MAIN_ACCOUNT, MINING_ACCOUNTS, Account, Seed, Wei

GAP_LIMIT: Final = 20
"""Deposits of one account are looked for this far beyond the last one that was found, and mining
accounts this far beyond the last one that was used.

Accounts are taken in their order, and one whose deposit never reached the chain is taken again: so
only deposits that were given up, each after it was journalled, can leave a gap, and of them not so
many in a row. Whoever doubts it looks at all accounts.
"""


class OwnInners:
    """Knows them as far as they may be used, and farther on with each that is."""

    def __init__(self, seed: Seed) -> None:
        self._seed = seed
        self._accounts: dict[int, Account] = {}
        self._known: dict[bytes, tuple[int, int]] = {}
        self._looked: dict[int, int] = {}
        self._end = 0

    def begin(self, accounts: int = GAP_LIMIT) -> None:
        """Know the first ones of the main account and of so many mining accounts."""
        self._extend(MAIN_ACCOUNT, GAP_LIMIT)
        for index in range(self._end, min(accounts, MINING_ACCOUNTS)):
            self._extend(index, GAP_LIMIT)
        self._end = max(self._end, min(accounts, MINING_ACCOUNTS))

    def __contains__(self, inner: bytes) -> bool:
        return inner in self._known

    def used(self, inner: bytes) -> tuple[Account, int]:
        """Whose deposit it is and which, now that it is seen; more are known from then on."""
        index, number = self._known[inner]
        self._extend(index, number + 1 + GAP_LIMIT)
        if index != MAIN_ACCOUNT:
            self.begin(index + 1 + GAP_LIMIT)
        return self.account(index), number

    def account(self, index: int) -> Account:
        """One account's keys."""
        found = self._accounts.get(index)
        if found is None:
            found = self._accounts[index] = self._seed.account(index)
        return found

    def accounts(self) -> Iterator[Account]:
        """All that may be used."""
        yield self.account(MAIN_ACCOUNT)
        yield from map(self.account, range(self._end))

    def _extend(self, index: int, end: int) -> None:
        account = self.account(index)
        for number in range(self._looked.get(index, 0), end):
            note = account.deposit_note(number, Wei(0), mineable=False)
            self._known[note.inner.to_bytes(32, "big")] = index, number
        self._looked[index] = max(self._looked.get(index, 0), end)

    # -- keeping them, for deriving takes a tenth of a millisecond each -------------------------

    def to_json(self) -> Mapping[str, Any]:
        """All that was derived."""
        return {
            "end": self._end,
            "inners": [[inner.hex(), *whose] for inner, whose in self._known.items()],
        }

    def take(self, form: Mapping[str, Any]) -> None:
        """Know again what `to_json` told."""
        for inner, index, number in form["inners"]:
            self._known[bytes.fromhex(inner)] = index, number
            self._looked[index] = max(self._looked.get(index, 0), number + 1)
        self._end = max(self._end, form["end"])
