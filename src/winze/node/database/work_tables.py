"""The tables of a node's own work: what it was asked, what it sends, what it proved.

None of them is the chain's truth. Requests are what a node promised to carry out; the rest could be
lost and would be done anew.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from .tables import metadata

REQUESTS: Final = Table(
    "requests",
    metadata,
    Column("id", String(64), primary_key=True, comment="what the request says, hashed"),
    Column("body", LargeBinary, nullable=False, comment="the request, as wire encodes it"),
    Column("state", String(16), nullable=False),
    Column("reason", String(300), comment="why it was skipped or failed"),
    Column("received_at", BigInteger, nullable=False, comment="chain time, unix seconds"),
    Column("not_before", BigInteger, nullable=False, comment="when it asked to be executed"),
    Column("deadline", BigInteger, nullable=False, comment="0 is none"),
    Column("claims", Boolean, nullable=False, comment="holds a claim"),
    Column("due", BigInteger, nullable=False, comment="chain time from which it is tried"),
    Column("tries", Integer, nullable=False, default=0, comment="batches that left it out"),
    Column("batch", ForeignKey("batches.id"), index=True),
    Column("transaction", LargeBinary(32), comment="that carried it out"),
    Column("chain_block", BigInteger, comment="that holds the transaction"),
    Column("payout", String(16), comment="paid or withdrawable"),
    Index("requests_by_state", "state", "due"),
    Index("requests_by_chain_block", "chain_block"),
)
"""What wallets handed over."""

RESERVED: Final = Table(
    "reserved",
    metadata,
    Column("word", LargeBinary(32), primary_key=True, comment="a nullifier or a claim id"),
    Column("request", ForeignKey("requests.id"), nullable=False, index=True),
)
"""What requests are about to publish: no two that wait share a word."""

BATCHES: Final = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False, comment="execute or relay"),
    Column("begun_at", BigInteger, nullable=False, comment="chain time, unix seconds"),
    Column("settled", Boolean, nullable=False, default=False, index=True),
)
"""Requests that go into one transaction."""

JOBS: Final = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False, comment="what it is for"),
    Column("turn", Integer, nullable=False, comment="0, and one more each time it must be anew"),
    Column("account", LargeBinary(20), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("action", String(100), nullable=False),
    Column("to", LargeBinary(20)),
    Column("data", LargeBinary, nullable=False),
    Column("value", String(80), nullable=False, comment="wei"),
    Column("gas", BigInteger, nullable=False, comment="its limit"),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", String(500), comment="why it did nothing"),
    Column("transaction", LargeBinary(32), comment="the version that got into a block"),
    Column("chain_block", BigInteger, comment="that block"),
    Column("block_hash", LargeBinary(32)),
    Column("paid", String(80), comment="wei for gas"),
    UniqueConstraint("name", "turn"),
    UniqueConstraint("account", "nonce", "turn", "name"),
    Index("jobs_by_nonce", "account", "nonce"),
)
"""Transactions, each with the nonce that is its alone."""

VERSIONS: Final = Table(
    "versions",
    metadata,
    Column("transaction", LargeBinary(32), primary_key=True, comment="its hash"),
    Column("job", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False, comment="0, 1, ... dearer and dearer"),
    Column("raw", LargeBinary, nullable=False, comment="what is sent"),
    Column("most", String(80), nullable=False, comment="wei per gas at most"),
    Column("tip", String(80), nullable=False, comment="wei per gas to the producer"),
    Column("cancels", Boolean, nullable=False, comment="it only uses up the nonce"),
)
"""The signed transactions of a job, stored before they leave."""

PROOFS: Final = Table(
    "proofs",
    metadata,
    Column("statement", String(64), primary_key=True, comment="the public signals, hashed"),
    Column("block", BigInteger, nullable=False, index=True),
    Column("proof", LargeBinary(256), nullable=False),
    Column("seconds", Float, nullable=False, comment="that it took"),
)
"""Proofs of blocks."""

QUOTES: Final = Table(
    "quotes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("transfer", String(80), nullable=False, comment="wei"),
    Column("claim", String(80), nullable=False, comment="wei"),
    Column("valid_until", BigInteger, nullable=False, index=True, comment="chain time"),
)
"""What was asked for, so that a quote holds as long as it promised, through a restart."""
