"""The rows of one block of the ledger together, and what follows from them (protocol §4).

Every slot of a block is covered by exactly one deposit or transfer, so the block's leaves, digest
and header follow from its rows: whoever holds the headers' root against the contract's knows that
no row was left out, made up or changed in what the ledger holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from winze.protocol import (
    SLOTS,
    BlockIndex,
    Deposit,
    Entries,
    Entry,
    Field,
    ProtocolError,
    Spend,
    block_header,
)

from .errors import InvalidBlock
from .pages import Page
from .rows import DepositRow, HeaderRow, MemoRow, Row, RowKind, TransferRow

_POSITION_BYTES: Final = DepositRow.COLUMNS[0].width
BLOCK_KINDS: Final = (RowKind.HEADERS, RowKind.DEPOSITS, RowKind.TRANSFERS, RowKind.MEMOS)
"""The kinds whose rows belong to blocks of the ledger."""


@dataclass(frozen=True)
class BlockRows:
    """The rows of one block, as bytes until they are looked at."""

    index: BlockIndex
    header_row: bytes
    """Empty while the block is not proved."""
    deposits: bytes
    transfers: bytes
    memos: bytes

    @cached_property
    def header(self) -> HeaderRow | None:
        """What the header's row says; None while the block is not proved.

        Raises:
            InvalidRow: it cannot be read.
        """
        return HeaderRow.decode(self.header_row) if self.header_row else None

    def rows(self) -> Iterator[tuple[DepositRow, None] | tuple[TransferRow, MemoRow]]:
        """Deposits and transfers with their memos, in the order of their slots.

        Raises:
            InvalidRow: one cannot be read.
        """
        found: list[tuple[Row, Row | None]] = [(row, None) for row in self._page(DepositRow)]
        found += zip(self._page(TransferRow), self._page(MemoRow), strict=True)
        found.sort(key=lambda each: each[0].position)  # type: ignore[attr-defined]
        return iter(found)  # type: ignore[arg-type]

    def entries(self) -> Entries:
        """What the block holds.

        Raises:
            InvalidBlock: a slot is covered by no row, or by two.
            InvalidRow: a row cannot be read.
            LedgerError: no block could hold this.
        """
        items: list[Entry] = []
        notes = spends = self.index * SLOTS
        for row, memo in self.rows():
            if row.position != notes:
                raise InvalidBlock(f"position {notes} is covered by no row, or by two")
            if isinstance(row, DepositRow):
                items.append(Deposit(row.word, row.inner))
            else:
                if row.spend_position != spends or memo is None or memo.position != notes:
                    raise InvalidBlock(f"the transfer at position {notes} is out of its place")
                items.append(Spend(row.out1, row.out2, row.nullifier1, row.nullifier2))
                spends += Spend.NOTES
            notes += items[-1].NOTES
        return Entries(tuple(items))

    def checked_header(self) -> Field:
        """The block's header, worked out from its entries.

        Raises:
            InvalidBlock: the header's row says something else of them; or as for `entries`.
        """
        told = self.header
        if told is None:
            raise InvalidBlock(f"block {self.index} is not proved")
        try:
            entries = self.entries()
        except ProtocolError as wrong:
            raise InvalidBlock(f"block {self.index}: {wrong}") from wrong
        found = entries.root, len(entries.commitments), len(entries.nullifiers)
        if found != (told.block_root, told.notes, told.spends):
            raise InvalidBlock(f"block {self.index} has other leaves than its header says")
        return block_header(told.block_root, told.timestamp, told.entropy)

    def _page(self, row: type[Row]) -> Page:
        body = {DepositRow: self.deposits, TransferRow: self.transfers, MemoRow: self.memos}[row]
        return Page(row.KIND, 0, body)


def check_blocks(blocks: Sequence[BlockRows]) -> list[Field]:
    """The header of each of these proved blocks.

    Raises:
        InvalidBlock: one is not what its header says.
        InvalidRow: a row cannot be read.
    """
    return [block.checked_header() for block in blocks]


def split(first: int, bodies: Mapping[RowKind, bytes]) -> list[BlockRows]:
    """Rows that follow each other, block by block: proved ones, then those that are not.

    Args:
        first: The first block's index.
        bodies: The rows of each of `BLOCK_KINDS`, from that block's on.

    Raises:
        InvalidBlock: blocks are not in order, or one has no rows.
    """
    headers, memos = bodies[RowKind.HEADERS], bodies[RowKind.MEMOS]
    deposits = _by_block(DepositRow, bodies[RowKind.DEPOSITS])
    transfers = _by_block(TransferRow, bodies[RowKind.TRANSFERS])
    if len(memos) // MemoRow.SIZE != len(bodies[RowKind.TRANSFERS]) // TransferRow.SIZE:
        raise InvalidBlock("there are not as many memos as transfers")
    if min([first, *deposits, *transfers]) < first:
        raise InvalidBlock(f"rows of blocks before {first} stand behind theirs")
    end = 1 + max([first + len(headers) // HeaderRow.SIZE - 1, *deposits, *transfers])
    found = []
    for place, index in enumerate(range(first, end)):
        if index not in deposits and index not in transfers:
            raise InvalidBlock(f"block {index} has no entries")
        paid, spent = deposits.get(index, slice(0, 0)), transfers.get(index, slice(0, 0))
        found.append(
            BlockRows(
                BlockIndex(index),
                headers[place * HeaderRow.SIZE : (place + 1) * HeaderRow.SIZE],
                _cut(DepositRow, bodies[RowKind.DEPOSITS], paid),
                _cut(TransferRow, bodies[RowKind.TRANSFERS], spent),
                _cut(MemoRow, memos, spent),
            )
        )
    return found


def _by_block(row: type[Row], body: bytes) -> dict[int, slice]:
    """The numbers of the rows of each block."""
    places = [body[at : at + _POSITION_BYTES] for at in range(0, len(body), row.SIZE)]
    if any(before >= after for before, after in pairwise(places)):
        raise InvalidBlock(f"the rows of {row.KIND.name} are not in the order of their places")
    blocks = [int.from_bytes(place, "big") // SLOTS for place in places]
    edges = [i for i, (before, after) in enumerate(pairwise([-1, *blocks])) if before != after]
    return {blocks[start]: slice(start, end) for start, end in pairwise([*edges, len(blocks)])}


def _cut(row: type[Row], body: bytes, numbers: slice) -> bytes:
    return body[numbers.start * row.SIZE : numbers.stop * row.SIZE]
