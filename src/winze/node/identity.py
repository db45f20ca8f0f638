"""Whose database this is: one network's, on one chain, and for ever."""

import hashlib
from typing import Final

from sqlalchemy import CheckConstraint, Column, Engine, Integer, Table, insert, select

from winze.chain import Header
from winze.contracts import NetworkDescription, network_json

from .database import Hash, metadata, reading, writing
from .errors import DatabaseOfAnother

identity: Final = Table(
    "identity",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("network", Hash, nullable=False, comment="description and first chain block, hashed"),
)
"""One row, written when the database is used first."""


def network_identity(network: NetworkDescription, first: Header) -> bytes:
    """What tells a network from every other, even from one deployed alike on a new private chain.

    Args:
        network: Its description.
        first: The chain block of its deployment.
    """
    return hashlib.sha256(network_json(network).encode() + first.hash).digest()


def claim_database(engine: Engine, network: bytes) -> None:
    """Make a new database this network's, or find that it is.

    Raises:
        DatabaseOfAnother: it is another one's.
        DatabaseFailed: it refuses a statement.
    """
    with reading(engine) as database:
        known = database.scalar(select(identity.c.network))
    if known is None:
        with writing(engine) as database:
            database.execute(insert(identity).values(id=1, network=network))
    elif known != network:
        raise DatabaseOfAnother
