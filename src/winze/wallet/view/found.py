"""What was found of one wallet so far, in the blocks of the ledger up to some block."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from winze.protocol import (
    MINEABLE,
    EthAddress,
    Field,
    Memo,
    Note,
    Position,
    Wei,
)
from winze.wire import BlockRows, DepositRow, MemoRow, Row, TransferRow

from ..holdings import Happened, OwnNote, OwnSpend
from .inners import OwnInners
from .raw import column, nullifiers

_Row = TypeVar("_Row", bound=Row)

Memos = tuple[Memo | None, Memo | None]
"""What a transfer's memos tell us of either output."""

NOTHING: Final[Memos] = None, None


@dataclass
class Found:
    """Notes and spends of one wallet, in blocks that were read one after the other."""

    blocks: int = 0
    """How many blocks were read."""
    notes: dict[Position, OwnNote] = field(default_factory=dict)
    """All of them, dust included."""
    nullifiers: dict[bytes, Position] = field(default_factory=dict)
    """Whose note each would spend."""
    claim_ids: dict[Position, Field] = field(default_factory=dict)
    """Of those that may earn."""
    spends: dict[Position, OwnSpend] = field(default_factory=dict)
    """By the position of their first output."""
    unexplained: set[Position] = field(default_factory=set)
    """Those of them of which no memo tells us anything, as each of ours does."""

    def copy(self) -> "Found":
        """Another one, which may be told of more."""
        return replace(
            self,
            notes=dict(self.notes),
            nullifiers=dict(self.nullifiers),
            claim_ids=dict(self.claim_ids),
            spends=dict(self.spends),
            unexplained=set(self.unexplained),
        )

    def read(self, block: BlockRows, opened: Mapping[int, Memos], inners: OwnInners) -> None:
        """Look through one more block.

        Args:
            block: The one that follows.
            opened: Those of its transfers' memos that open, by the transfers' place.
            inners: What deposits of ours look like.

        Raises:
            InvalidRow: a row cannot be read.
        """
        for place, inner in enumerate(column(DepositRow, "inner", block.deposits)):
            if inner in inners:
                self._deposited(_row(DepositRow, block.deposits, place), inner, inners)
        spent = list(nullifiers(block))
        for place in range(len(spent) // 2):
            pair = spent[2 * place : 2 * place + 2]
            ours = [self.notes[self.nullifiers[n]] for n in pair if n in self.nullifiers]
            if ours or place in opened:
                row = _row(TransferRow, block.transfers, place)
                self._transferred(row, ours, opened.get(place, NOTHING), inners)
        self.blocks = block.index + 1

    def _deposited(self, row: DepositRow, inner: bytes, inners: OwnInners) -> None:
        account, number = inners.used(inner)
        value = Wei(row.word % MINEABLE)
        note = account.deposit_note(number, value, mineable=row.word >= MINEABLE)
        self._add(
            OwnNote(
                note,
                account,
                row.position,
                _happened(row),
                number=number,
                depositor=row.depositor,
            )
        )

    def _transferred(
        self, row: TransferRow, ours: list[OwnNote], memos: Memos, inners: OwnInners
    ) -> None:
        made = list(_received(row, memos, inners))
        worth = [own for own in made if own.note.value]
        for own in worth:
            self._add(own)
        if not ours:
            return
        if not made:
            self.unexplained.add(row.position)
        planned = (own.memo.rewards for own in made if own.memo is not None)
        nobody = EthAddress.zero()
        self.spends[row.position] = OwnSpend(
            inputs=tuple(ours),
            recipient=row.recipient,
            amount=row.amount,
            outputs=tuple(worth),
            rewards=next((each for each in planned if each != nobody), nobody),
            block=row.position.block,
            happened=_happened(row),
            outs=(row.out1, row.out2),
        )

    def _add(self, own: OwnNote) -> None:
        self.notes[own.position] = own
        self.nullifiers[own.nullifier.to_bytes(32, "big")] = own.position
        if own.note.mineable:
            self.claim_ids[own.position] = own.claim_id


def _received(row: TransferRow, memos: Memos, inners: OwnInners) -> Iterator[OwnNote]:
    """The outputs of ours that the memos rebuild, also those that are worth nothing."""
    for slot, (memo, out) in enumerate(zip(memos, (row.out1, row.out2), strict=True)):
        if memo is None:
            continue
        for account in inners.accounts():
            note = Note(memo.value, mineable=False, owner=account.owner, blinding=memo.blinding)
            if note.commitment == out:
                position = Position(row.position + slot)
                yield OwnNote(note, account, position, _happened(row), memo=memo)
                break


def _happened(row: DepositRow | TransferRow) -> Happened:
    return Happened(row.chain_block, row.timestamp, row.transaction)


def _row(kind: type[_Row], body: bytes, place: int) -> _Row:
    return kind.decode(body[place * kind.SIZE : (place + 1) * kind.SIZE])


def memos_of(block: BlockRows) -> list[bytes]:
    """The memos of a block's transfers, in their order."""
    return column(MemoRow, "memos", block.memos)
