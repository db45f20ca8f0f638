"""The tables of the relayer: what it promised, and in what batches it carries that out."""

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
)

from ..database import Hash, Number, Uint256, WeiAmount, metadata

requests: Final = Table(
    "requests",
    metadata,
    Column("id", String(64), primary_key=True, comment="what the request says, hashed"),
    Column("body", LargeBinary, nullable=False, comment="the request, as wire encodes it"),
    Column("state", String(16), nullable=False),
    Column("reason", String(300), comment="why it was skipped or failed"),
    Column("received_at", Number, nullable=False, comment="chain time, unix seconds"),
    Column("not_before", Number, nullable=False, comment="when it asked to be executed"),
    Column("deadline", Number, nullable=False, comment="0 is none"),
    Column("claims", Boolean, nullable=False, comment="holds a claim"),
    Column("due", Number, nullable=False, comment="chain time from which it is tried"),
    Column("tries", Integer, nullable=False, default=0, comment="batches that left it out"),
    Column("batch", ForeignKey("batches.id"), index=True),
    Column("transaction", Hash, comment="that carried it out"),
    Column("chain_block", Number, index=True, comment="that holds the transaction"),
    Column("payout", String(16), comment="paid or withdrawable"),
    Index(None, "state", "due"),
)
"""What wallets handed over."""

reserved: Final = Table(
    "reserved",
    metadata,
    Column("word", Uint256, primary_key=True, comment="a nullifier or a claim id"),
    Column("request", ForeignKey("requests.id"), nullable=False, index=True),
)
"""What requests are about to publish: no two that wait share a word."""

batches: Final = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False, comment="execute or relay"),
    Column("begun_at", Number, nullable=False, comment="chain time, unix seconds"),
    Column("settled", Boolean, nullable=False, default=False, index=True),
)
"""Requests that go into one transaction."""

quotes: Final = Table(
    "quotes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("transfer", WeiAmount, nullable=False),
    Column("claim", WeiAmount, nullable=False),
    Column("valid_until", Number, nullable=False, index=True, comment="chain time"),
)
"""What was asked for, so that a quote holds as long as it promised, through a restart."""
