"""Transfers' rows hold their leaves: what was indexed is read again from the chain.

It hangs on the index's own last revision, so that the index needs no other tables than its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "i0002"
down_revision = "0001"

_EVERYTHING = ("rows", "spends", "claims", "payouts", "events", "chain_blocks")
"""What others refer to comes last: nothing depends on how a database cascades."""


def upgrade() -> None:
    """Forget what was read. Wallets are told by the generation, which grows."""
    for table in _EVERYTHING:
        op.execute(sa.delete(sa.table(table)))
    progress = sa.table("progress", *map(sa.column, ("number", "hash", "timestamp", "generation")))
    nothing = dict.fromkeys(("number", "hash", "timestamp"), sa.null())
    generation = progress.c.generation
    again = sa.update(progress).values({**nothing, "generation": generation + 1})
    op.execute(again.where(progress.c.number.is_not(None)))
