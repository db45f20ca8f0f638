"""Finding a wallet's notes on the chain, from its seed alone (protocol §2, §5).

Deposits carry no memo: their `inner` is one of those that the seed gives. Private outputs carry a
memo that only the seed's viewing key opens, and are believed only if the note that it describes is
the one in the ledger.
"""

from collections.abc import Iterable, Iterator

from winze.chain import Record
from winze.protocol import (
    DENOMINATIONS,
    MAIN_ACCOUNT,
    MINEABLE,
    MINING_ACCOUNTS,
    Account,
    BlockIndex,
    Deposited,
    EthAddress,
    Field,
    Ledger,
    Memo,
    Note,
    Seconds,
    Seed,
    Timestamp,
    Transferred,
    Wei,
    lock_period,
    maturity,
    open_memos,
)

from .holdings import Happened, OwnNote
from .view import GAP_LIMIT


def maturity_of(own: OwnNote, ledger: Ledger, lock: tuple[Seconds, Seconds]) -> Timestamp | None:
    """When a spend of the note begins to earn; None while its block is not drawn.

    Args:
        own: The note.
        ledger: Where it stands.
        lock: The network's `lock_min` and `lock_range`.
    """
    index = own.position.block
    if index >= len(ledger.blocks) or ledger.blocks[index].entropy is None:
        return None
    block = ledger.blocks[index]
    return maturity(block.timestamp, lock_period(block.header, own.note.blinding, *lock))


def spent_at(own: OwnNote, ledger: Ledger) -> BlockIndex | None:
    """The block in which the note was spent; None where it was not."""
    position = ledger.spend_position(own.nullifier)
    return None if position is None else position.block


class NoteFinder:
    """Finds a wallet's notes among a chain's records."""

    def __init__(self, seed: Seed, depositor: EthAddress) -> None:
        """Find the notes of `seed`; `depositor` is the connected wallet's address.

        A deposit to a known `inner` is counted if `depositor` made it or if its amount can mine.
        Anything else is dust by which a stranger hopes to recognise what is spent with it.
        """
        self._seed = seed
        self._depositor = depositor
        self._deposits: dict[Field, tuple[Account, int]] = {}
        self._looked: dict[int, int] = {}
        self._accounts: list[Account] = []

    def find(self, records: Iterable[Record], ledger: Ledger) -> list[OwnNote]:
        """All of the wallet's notes, spent or not, in the order of the chain."""
        self._extend_all()
        found: list[OwnNote] = []
        taken: dict[Field, int] = {}
        for record in records:
            for note, account, memo in self._read(record):
                # Equal commitments stand in the ledger in the order of their events.
                number = taken.get(note.commitment, 0)
                taken[note.commitment] = number + 1
                position = ledger.note_positions(note.commitment)[number]
                found.append(OwnNote(note, account, position, _happened(record), memo=memo))
        return found

    def next_deposit(self, account: Account, records: Iterable[Record]) -> int:
        """The number of the account's first deposit whose `inner` was never seen on the chain."""
        self._extend(account, 0)
        used = -1
        for record in records:
            event = record.logged.event
            if isinstance(event, Deposited) and Field(event.inner) in self._deposits:
                owner, number = self._deposits[Field(event.inner)]
                self._extend(owner, number + 1)
                if owner.index == account.index:
                    used = max(used, number)
        return used + 1

    def _read(self, record: Record) -> Iterator[tuple[Note, Account, Memo | None]]:
        match record.logged.event:
            case Deposited() as event:
                yield from self._read_deposit(event)
            case Transferred() as event:
                yield from self._read_memos(event)

    def _read_deposit(self, event: Deposited) -> Iterator[tuple[Note, Account, None]]:
        known = self._deposits.get(Field(event.inner))
        if known is None:
            return
        account, number = known
        self._extend(account, number + 1)
        mineable, value = event.word >= MINEABLE, Wei(event.word % MINEABLE)
        if event.depositor == self._depositor or value in DENOMINATIONS:
            yield account.deposit_note(number, value, mineable=mineable), account, None

    def _read_memos(self, event: Transferred) -> Iterator[tuple[Note, Account, Memo]]:
        memos = open_memos(event.memos, self._seed.viewing)
        for memo, out in zip(memos, (event.out1, event.out2), strict=True):
            if memo is None or memo.value == 0:
                continue
            for account in self._accounts:
                note = Note(memo.value, mineable=False, owner=account.owner, blinding=memo.blinding)
                if note.commitment == out:
                    yield note, account, memo
                    break

    def _extend_all(self) -> None:
        if not self._accounts:
            every = (MAIN_ACCOUNT, *range(MINING_ACCOUNTS))
            self._accounts = [self._seed.account(index) for index in every]
        for account in self._accounts:
            if account.index not in self._looked:
                self._extend(account, 0)

    def _extend(self, account: Account, used: int) -> None:
        """Know the account's deposits up to `GAP_LIMIT` beyond the first `used`."""
        done = self._looked.get(account.index, 0)
        for number in range(done, used + GAP_LIMIT):
            note = account.deposit_note(number, Wei(0), mineable=False)
            self._deposits[note.inner] = account, number
        self._looked[account.index] = max(done, used + GAP_LIMIT)


def _happened(record: Record) -> Happened:
    return Happened(record.logged.block, record.timestamp, record.logged.transaction)
