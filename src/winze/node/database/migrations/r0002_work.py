"""A node's own work: what it promised, what it sends, what it proved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD, _ADDRESS, _WEI = sa.LargeBinary(32), sa.LargeBinary(20), sa.LargeBinary(12)


def upgrade() -> None:
    """Make the tables."""
    _identity()
    _batches()
    _jobs()
    _proofs()
    _quotes()
    _requests()
    _versions()
    _reserved()


def _identity() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network", _WORD, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_identity_one"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("begun_at", _NUMBER, nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_settled", "batches", ["settled"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("account", _ADDRESS, nullable=False),
        sa.Column("nonce", _NUMBER, nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("to", _ADDRESS),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("value", _WEI, nullable=False),
        sa.Column("gas", _NUMBER, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("transaction", _WORD),
        sa.Column("chain_block", _NUMBER),
        sa.Column("block_hash", _WORD),
        sa.Column("paid", _WEI),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("name", "turn", name="uq_jobs_name_turn"),
    )
    op.create_index("ix_jobs_account_nonce", "jobs", ["account", "nonce"])
    op.create_index("ix_jobs_state", "jobs", ["state"])


def _proofs() -> None:
    op.create_table(
        "proofs",
        sa.Column("statement", sa.String(64), nullable=False),
        sa.Column("block", _NUMBER, nullable=False),
        sa.Column("proof", sa.LargeBinary(256), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("statement", name="pk_proofs"),
    )
    op.create_index("ix_proofs_block", "proofs", ["block"])


def _quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("transfer", _WEI, nullable=False),
        sa.Column("claim", _WEI, nullable=False),
        sa.Column("valid_until", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
    )
    op.create_index("ix_quotes_valid_until", "quotes", ["valid_until"])


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(300)),
        sa.Column("received_at", _NUMBER, nullable=False),
        sa.Column("not_before", _NUMBER, nullable=False),
        sa.Column("deadline", _NUMBER, nullable=False),
        sa.Column("claims", sa.Boolean(), nullable=False),
        sa.Column("due", _NUMBER, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer()),
        sa.Column("transaction", _WORD),
        sa.Column("chain_block", _NUMBER),
        sa.Column("payout", sa.String(16)),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_requests_batch"),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_index("ix_requests_batch", "requests", ["batch"])
    op.create_index("ix_requests_chain_block", "requests", ["chain_block"])
    op.create_index("ix_requests_state_due", "requests", ["state", "due"])


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("transaction", _WORD, nullable=False),
        sa.Column("job", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("most", _WEI, nullable=False),
        sa.Column("tip", _WEI, nullable=False),
        sa.Column("cancels", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name="fk_versions_job"),
        sa.PrimaryKeyConstraint("transaction", name="pk_versions"),
    )
    op.create_index("ix_versions_job", "versions", ["job"])


def _reserved() -> None:
    op.create_table(
        "reserved",
        sa.Column("word", _WORD, nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["requests.id"], name="fk_reserved_request"),
        sa.PrimaryKeyConstraint("word", name="pk_reserved"),
    )
    op.create_index("ix_reserved_request", "reserved", ["request"])
