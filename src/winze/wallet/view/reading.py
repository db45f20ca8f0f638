"""Questions to the rows of one state, wherever they stand: in the store or behind it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from winze.chain import Header
from winze.protocol import (
    MINEABLE,
    EthAddress,
    Field,
    LeafKind,
    LedgerError,
    Membership,
    NotInLedger,
    Period,
    Position,
    Wei,
    minted_numbers,
)
from winze.wire import BlockRows, DistributionRow, HeaderRow, RowKind

from ..errors import RowsUnreadable
from .seen import Seen
from .store import Earned, FoundClaim, RowStore

_AT_ONCE: Final = 64
"""Blocks that are read from the store in one go."""


class Rows:
    """Everything that one state says."""

    def __init__(self, store: RowStore, seen: Seen) -> None:
        self._store = store
        self.seen: Final = seen

    @property
    def cursor(self) -> Header:
        """The chain block where these rows end.

        Raises:
            LedgerError: nothing was read yet.
        """
        if self.seen.cursor is None:
            raise LedgerError("the chain was not read yet; call sync first")
        return self.seen.cursor

    @property
    def end(self) -> int:
        """The index after that of the last block that has entries."""
        return self.seen.kept.blocks + len(self.seen.blocks)

    def block(self, index: int) -> BlockRows:
        """One block's rows.

        Raises:
            NotInLedger: nothing stands in it.
        """
        if index >= self.seen.kept.blocks:
            found = self.seen.block(index)
        else:
            found = self._store.block(index)
        if found is None:
            raise NotInLedger(f"block {index} holds nothing; there are {self.end} that do")
        return found

    def blocks(self, first: int, end: int) -> Iterator[BlockRows]:
        """The blocks from `first` to the one before `end`."""
        kept = min(end, self.seen.kept.blocks)
        for start in range(first, kept, _AT_ONCE):
            yield from self._store.blocks(start, min(start + _AT_ONCE, kept))
        for index in range(max(first, self.seen.kept.blocks), end):
            yield self.block(index)

    def header(self, index: int) -> HeaderRow:
        """What is known of a proved block.

        Raises:
            NotInLedger: it is not proved.
        """
        header = self.block(index).header if index < self.seen.proved else None
        if header is None:
            raise NotInLedger(f"block {index} is not proved yet")
        return header

    def spend_position(self, nullifier: int) -> Position | None:
        """Where a nullifier stands, proved or not; None where it was never published."""
        found = self.seen.spends.get(nullifier.to_bytes(32, "big"))
        if found is None and self.seen.kept.blocks:
            found = self._store.spent(Field(nullifier))
        return found

    def membership(self, kind: LeafKind, position: Position, size: int | None) -> Membership:
        """The place of a leaf under the root of `size` blocks, or the present one.

        Raises:
            LedgerError: not so many blocks are proved.
            NotInLedger: that root does not hold it.
            RowsUnreadable: the file of rows was damaged since they were checked.
        """
        proved = self.seen.proved
        size = proved if size is None else size
        if not 0 <= size <= proved:
            raise LedgerError(f"{proved} blocks are proved; a root of {size} is not known")
        if position.block >= size:
            raise NotInLedger(f"the root of {size} blocks does not hold position {position}")
        header, entries = self.header(position.block), self.block(position.block).entries()
        leaves = entries.nullifiers if kind else entries.commitments
        if position.slot >= len(leaves):
            raise NotInLedger(f"no leaf stands at position {position}")
        if entries.root != header.block_root:
            raise RowsUnreadable(f"block {position.block} was changed: move the file of rows away")
        return Membership(
            kind=kind,
            position=position,
            leaf_siblings=entries.tree.path(2 * position.slot + kind),
            timestamp=header.timestamp,
            entropy=header.entropy,
            header_siblings=self.seen.tree.path(position.block, size),
        )

    # -- what is not of the ledger --------------------------------------------------------------

    def deposits(self, value: Wei) -> int:
        """How many mining deposits of `value` there were."""
        word = Field(MINEABLE + value)
        kept = self._store.deposits(word) if self.seen.kept.blocks else 0
        return kept + self.seen.words.count(word.to_bytes(32, "big"))

    def claim(self, claim_id: Field) -> FoundClaim | None:
        """The claim with this id; None where none counted."""
        found = self.seen.claim(claim_id)
        if found is None:
            return self._store.claim(claim_id) if self.seen.kept.epoch else None
        return FoundClaim(found.row, found.place + self._kept_earned(found.row.period).claims)

    def earned(self, period: Period) -> Earned:
        """What all claims of a period earned, as far as is known."""
        kept, more = self._kept_earned(period), self.seen.earned.get(period, Earned())
        return Earned(kept.points + more.points, kept.claims + more.claims)

    def unminted(self, period: Period) -> Sequence[Field]:
        """The ids of a period's claims whose shares were not minted, in the order of the chain."""
        kept = self._store.claims(period, self._kept(RowKind.CLAIMS))
        claims = [*kept, *(row for row in self.seen.claims if row.period == period)]
        minted: set[int] = set()
        for row in self.distributions(period):
            minted.update(minted_numbers(row.word, row.minted))
        return [row.claim_id for number, row in enumerate(claims) if number not in minted]

    def distributions(self, period: Period) -> Sequence[DistributionRow]:
        """What was minted for a period, in the order of the chain."""
        kept = self._store.distributions(period, self._kept(RowKind.DISTRIBUTIONS))
        return [*kept, *(row for row in self.seen.distributions if row.period == period)]

    def withdrawable(self) -> Mapping[EthAddress, Wei]:
        """What waits for whom, of all accounts that were ever paid in vain."""
        waits: Counter[EthAddress] = Counter()
        kept = self._store.payouts(self._kept(RowKind.PAYOUTS))
        for row in (*kept, *self.seen.payouts):
            taken = row.to != EthAddress.zero()
            waits[row.account] += -row.amount if taken else row.amount
        return {account: Wei(max(amount, 0)) for account, amount in waits.items()}

    def _kept_earned(self, period: Period) -> Earned:
        return self._store.earned(period, self._kept(RowKind.CLAIMS))

    def _kept(self, kind: RowKind) -> int:
        """How many kept rows this state stands on: another process may have kept more since."""
        return self.seen.kept.rows[kind] if self.seen.kept.epoch else 0
