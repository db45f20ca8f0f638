"""The database of an index: opening it, bringing it up to date, and the types of its columns."""

from .engine import open_database, reading, writing
from .migrate import migrate
from .tables import metadata
from .types import Address, Hash, Number, Uint256, WeiAmount

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
