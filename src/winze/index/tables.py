"""The tables of the index. The chain's events are the truth; all else follows from them.

Every row hangs on its chain block, so that going back on the chain means to delete chain blocks:
what stood on them goes with them.
"""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
)

from .database import Address, Hash, Number, Uint256, WeiAmount, metadata


def _chain_block(name: str = "chain_block", *, on_delete: str = "CASCADE") -> Column[int]:
    """The chain block on which a row stands."""
    place = ForeignKey("chain_blocks.number", ondelete=on_delete)
    return Column(name, Number, place, nullable=on_delete != "CASCADE", index=True)


progress: Final = Table(
    "progress",
    metadata,
    Column("id", SmallInteger, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("number", Number),
    Column("hash", Hash),
    Column("timestamp", Number),
    Column("generation", Number, nullable=False),
)
"""One row: the last chain block that was read, if any was, and how often the chain went back."""

chain_blocks: Final = Table(
    "chain_blocks",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("hash", Hash, nullable=False),
    Column("timestamp", Number, nullable=False),
)
"""The chain blocks that hold events of ours."""

events: Final = Table(
    "events",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    _chain_block(),
    Column("name", String(32), nullable=False),
    Column("words", LargeBinary, nullable=False),
    Column("transaction", Hash, nullable=False),
    Column("touches", Number, index=True),
)
"""Every event of our contracts, numbered from 0 in the order of the chain, as ABI words, and the
block of the ledger that it concerns, if it concerns one."""

rows: Final = Table(
    "rows",
    metadata,
    Column("kind", SmallInteger, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    _chain_block(),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The rows of bulk data (`winze.wire`), as they are served."""

spends: Final = Table(
    "spends",
    metadata,
    Column("nullifier", Uint256, primary_key=True),
    _chain_block(),
    Column("event", Number, nullable=False),
)
"""Published nullifiers, and the events of the transfers that published them."""

claims: Final = Table(
    "claims",
    metadata,
    Column("claim_id", Uint256, primary_key=True),
    _chain_block(),
    Column("event", Number, nullable=False),
    Column("recipient", Address, nullable=False, index=True),
    Column("period", Number, nullable=False),
    Column("points", Number, nullable=False),
    Column("number", Number, nullable=False),
    _chain_block("minted", on_delete="SET NULL"),
    Index(None, "period", "number", unique=True),
)
"""Claims that counted, how many came before them in their period, and the chain block that minted
their share, where one did."""

payouts: Final = Table(
    "payouts",
    metadata,
    Column("event", Number, primary_key=True, autoincrement=False),
    _chain_block(),
    Column("account", Address, nullable=False, index=True),
    Column("amount", WeiAmount, nullable=False),
    Column("taken", SmallInteger, nullable=False),
)
"""Payments that were refused, and what was taken of them (`taken` is 1)."""
