"""The index: what was read of the chain, and what follows from it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD, _ADDRESS, _WEI = sa.LargeBinary(32), sa.LargeBinary(20), sa.LargeBinary(12)


def upgrade() -> None:
    """Make the tables, and the one row that says how far the chain was read."""
    _progress()
    op.create_table(
        "chain_blocks",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("hash", _WORD, nullable=False),
        sa.Column("timestamp", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_chain_blocks"),
    )
    _events()
    _rows()
    _spends()
    _claims()
    _payouts()


def _progress() -> None:
    progress = op.create_table(
        "progress",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("number", _NUMBER),
        sa.Column("hash", _WORD),
        sa.Column("timestamp", _NUMBER),
        sa.Column("generation", _NUMBER, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_progress_one"),
        sa.PrimaryKeyConstraint("id", name="pk_progress"),
    )
    op.bulk_insert(progress, [{"id": 1, "generation": 0}])


def _events() -> None:
    _table(
        "events",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("transaction", _WORD, nullable=False),
        sa.Column("touches", _NUMBER),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_touches", "events", ["touches"])


def _rows() -> None:
    _table(
        "rows",
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", name="pk_rows"),
        sqlite_with_rowid=False,
    )


def _spends() -> None:
    _table(
        "spends",
        sa.Column("nullifier", _WORD, nullable=False),
        sa.Column("event", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("nullifier", name="pk_spends"),
    )


def _claims() -> None:
    _table(
        "claims",
        sa.Column("claim_id", _WORD, nullable=False),
        sa.Column("event", _NUMBER, nullable=False),
        sa.Column("recipient", _ADDRESS, nullable=False),
        sa.Column("period", _NUMBER, nullable=False),
        sa.Column("points", _NUMBER, nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("minted", _NUMBER),
        sa.PrimaryKeyConstraint("claim_id", name="pk_claims"),
        sa.ForeignKeyConstraint(
            ["minted"], ["chain_blocks.number"], name="fk_claims_minted", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_claims_minted", "claims", ["minted"])
    op.create_index("ix_claims_period_number", "claims", ["period", "number"], unique=True)
    op.create_index("ix_claims_recipient", "claims", ["recipient"])


def _payouts() -> None:
    _table(
        "payouts",
        sa.Column("event", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("account", _ADDRESS, nullable=False),
        sa.Column("amount", _WEI, nullable=False),
        sa.Column("taken", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_payouts"),
    )
    op.create_index("ix_payouts_account", "payouts", ["account"])


def _table(name: str, *parts: Any, **options: Any) -> None:
    """A table whose rows go with the chain block on which they stand."""
    place = sa.ForeignKeyConstraint(
        ["chain_block"],
        ["chain_blocks.number"],
        name=f"fk_{name}_chain_block",
        ondelete="CASCADE",
    )
    chain_block = sa.Column("chain_block", _NUMBER, nullable=False)
    op.create_table(name, *parts, chain_block, place, **options)
    op.create_index(f"ix_{name}_chain_block", name, ["chain_block"])
