"""The rows of bulk data: what a wallet derives its state from, in a fixed number of bytes each.

A row's *number* counts the rows of its kind from 0, in the order of the chain. Numbers are
big-endian. A row is *final* when its chain block is at least `FINALITY` below the last one that was
read: final rows never change, so they may be kept for ever.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import ClassVar, Final, Self

from winze.protocol import (
    ChainBlock,
    EthAddress,
    Field,
    Period,
    Points,
    Position,
    ProtocolError,
    Timestamp,
    Wei,
)

from . import columns as c
from .errors import InvalidRow

FINALITY: Final = 64
"""Chain blocks below the last one that was read, from where on rows are final: two epochs of
Ethereum, after which its validators would have to be slashed to go back."""


class RowKind(IntEnum):
    """What a row tells. 2 was another kind once: what is left of it is refused, never misread."""

    HEADERS = 1
    """A proved block of the ledger."""
    MEMOS = 3
    """What a transfer tells its receivers."""
    DEPOSITS = 4
    """A deposit, or a redeposit."""
    TRANSFERS = 5
    """All else of a transfer that is public; with the deposits, every leaf of the ledger."""
    CLAIMS = 6
    """A claim that counted."""
    DISTRIBUTIONS = 7
    """ITX that was minted."""
    PAYOUTS = 8
    """A payment that was refused, or taken later."""


@dataclass(frozen=True)
class Row:
    """What all kinds share: writing and reading their columns."""

    KIND: ClassVar[RowKind]
    COLUMNS: ClassVar[tuple[c.Column, ...]]
    SIZE: ClassVar[int]

    def __init_subclass__(cls) -> None:
        cls.SIZE = sum(column.width for column in cls.COLUMNS)

    @classmethod
    def width_before(cls, name: str) -> int:
        """Where the column of the field `name` begins, in bytes."""
        names = [field.name for field in fields(cls)]
        return sum(column.width for column in cls.COLUMNS[: names.index(name)])

    def encode(self) -> bytes:
        """`SIZE` bytes.

        Raises:
            InvalidRow: a field has no room in its column.
        """
        try:
            return b"".join(
                column.write(getattr(self, field.name))
                for column, field in zip(self.COLUMNS, fields(self), strict=True)
            )
        except OverflowError as problem:
            raise InvalidRow(str(self), f"does not fit its columns: {problem}") from problem

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The row that these bytes hold.

        Raises:
            InvalidRow: they are not `SIZE` bytes, or a column holds no value of its type.
        """
        if len(data) != cls.SIZE:
            raise InvalidRow(f"a row of {cls.KIND.name}", f"has {cls.SIZE} bytes, not {len(data)}")
        values, at = [], 0
        try:
            for column in cls.COLUMNS:
                values.append(column.read(data[at : at + column.width]))
                at += column.width
        except ProtocolError as problem:
            raise InvalidRow(f"a row of {cls.KIND.name}", f"cannot be read: {problem}") from problem
        return cls(*values)


@dataclass(frozen=True)
class HeaderRow(Row):
    """A proved block of the ledger (protocol §4); its number is the block's index."""

    KIND: ClassVar = RowKind.HEADERS
    COLUMNS: ClassVar = (
        *(c.FIELD, c.TIMESTAMP, c.FIELD, c.CHAIN_BLOCK, c.COUNT, c.COUNT, c.CHAIN_BLOCK),
    )

    block_root: Field
    timestamp: Timestamp
    """When it was sealed, or fell due."""
    entropy: Field
    draw: ChainBlock
    """The chain block that gave the entropy."""
    notes: int
    spends: int
    chain_block: ChainBlock
    """The chain block of its proof."""


@dataclass(frozen=True)
class MemoRow(Row):
    """A transfer's memos (protocol §5); transfers have the same number in MEMOS and TRANSFERS."""

    KIND: ClassVar = RowKind.MEMOS
    COLUMNS: ClassVar = (c.POSITION, c.MEMOS)

    position: Position
    """Of the first output; the second stands in the slot after it."""
    memos: bytes


@dataclass(frozen=True)
class DepositRow(Row):
    """A note that was made in the open. Its leaf commits to `word` and `inner` (protocol §3)."""

    KIND: ClassVar = RowKind.DEPOSITS
    COLUMNS: ClassVar = (
        *(c.POSITION, c.ADDRESS, c.FIELD, c.FIELD, c.CHAIN_BLOCK, c.TIMESTAMP, c.HASH),
    )

    position: Position
    depositor: EthAddress
    """Zero for a redeposit."""
    word: Field
    inner: Field
    chain_block: ChainBlock
    timestamp: Timestamp
    transaction: bytes


@dataclass(frozen=True)
class TransferRow(Row):
    """A transfer that was executed, with the leaves that it appended (protocol §4)."""

    KIND: ClassVar = RowKind.TRANSFERS
    COLUMNS: ClassVar = (
        *(c.POSITION, c.POSITION, c.FIELD, c.FIELD, c.FIELD, c.FIELD),
        *(c.ADDRESS, c.WEI, c.CHAIN_BLOCK, c.TIMESTAMP, c.HASH),
    )

    position: Position
    """Of the first output; the second stands in the slot after it."""
    spend_position: Position
    """Of the first nullifier; the second stands in the slot after it."""
    nullifier1: Field
    nullifier2: Field
    out1: Field
    out2: Field
    recipient: EthAddress
    amount: Wei
    chain_block: ChainBlock
    timestamp: Timestamp
    transaction: bytes


@dataclass(frozen=True)
class ClaimRow(Row):
    """A claim that counted (protocol §6.3)."""

    KIND: ClassVar = RowKind.CLAIMS
    COLUMNS: ClassVar = (
        *(c.FIELD, c.ADDRESS, c.PERIOD, c.POINTS, c.CHAIN_BLOCK, c.TIMESTAMP, c.HASH),
    )

    claim_id: Field
    recipient: EthAddress
    period: Period
    points: Points
    chain_block: ChainBlock
    timestamp: Timestamp
    transaction: bytes


@dataclass(frozen=True)
class DistributionRow(Row):
    """ITX that was minted for claims of a period: number `256 * word + b` for each bit `b`."""

    KIND: ClassVar = RowKind.DISTRIBUTIONS
    COLUMNS: ClassVar = (*(c.PERIOD, c.WORD_NUMBER, c.BITS, c.CHAIN_BLOCK, c.TIMESTAMP, c.HASH),)

    period: Period
    word: int
    minted: int
    chain_block: ChainBlock
    timestamp: Timestamp
    transaction: bytes


@dataclass(frozen=True)
class PayoutRow(Row):
    """A payment that was refused and waits, or all of what waited, taken."""

    KIND: ClassVar = RowKind.PAYOUTS
    COLUMNS: ClassVar = (*(c.ADDRESS, c.ADDRESS, c.WEI, c.CHAIN_BLOCK, c.TIMESTAMP, c.HASH),)

    account: EthAddress
    to: EthAddress
    """Who took it; zero where the payment was refused."""
    amount: Wei
    chain_block: ChainBlock
    timestamp: Timestamp
    transaction: bytes


ROWS: Final[dict[RowKind, type[Row]]] = {
    row.KIND: row
    for row in (
        *(HeaderRow, MemoRow, DepositRow),
        *(TransferRow, ClaimRow, DistributionRow, PayoutRow),
    )
}
"""The rows of each kind."""
