"""The tables of what a node sends. No transaction leaves before it stands here."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from ..database import Address, Hash, Number, WeiAmount, metadata

jobs: Final = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False, comment="what it is for"),
    Column("turn", Integer, nullable=False, comment="0, and one more each time it must be anew"),
    Column("account", Address, nullable=False),
    Column("nonce", Number, nullable=False),
    Column("action", String(100), nullable=False),
    Column("to", Address),
    Column("data", LargeBinary, nullable=False),
    Column("value", WeiAmount, nullable=False),
    Column("gas", Number, nullable=False, comment="its limit"),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", String(500), comment="why it did nothing"),
    Column("transaction", Hash, comment="the version that got into a block"),
    Column("chain_block", Number, comment="that block"),
    Column("block_hash", Hash),
    Column("paid", WeiAmount, comment="for gas"),
    UniqueConstraint("name", "turn"),
    Index(None, "account", "nonce"),
)
"""Transactions, each with the nonce that is its alone."""

versions: Final = Table(
    "versions",
    metadata,
    Column("transaction", Hash, primary_key=True, comment="its hash"),
    Column("job", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False, comment="0, 1, ... dearer and dearer"),
    Column("raw", LargeBinary, nullable=False, comment="what is sent"),
    Column("most", WeiAmount, nullable=False, comment="per gas at most"),
    Column("tip", WeiAmount, nullable=False, comment="per gas to the producer"),
    Column("cancels", Boolean, nullable=False, comment="it only uses up the nonce"),
)
"""The signed transactions of a job, stored before they leave."""
