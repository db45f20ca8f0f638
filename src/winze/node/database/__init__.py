"""The node's database: an index of the chain, with the tables of the node's own work beside it."""

from winze.index import (
    Address,
    Hash,
    Number,
    Uint256,
    WeiAmount,
    open_database,
    reading,
    writing,
)

from .tables import metadata, migrate

__all__ = [
    "Address",
    "Hash",
    "Number",
    "Uint256",
    "WeiAmount",
    "metadata",
    "migrate",
    "open_database",
    "reading",
    "writing",
]
