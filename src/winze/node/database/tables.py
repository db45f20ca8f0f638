"""Where the tables of the node's own work are declared, and brought to their revision."""

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, MetaData

from winze import index

metadata: Final = MetaData(naming_convention=index.metadata.naming_convention)

_REVISIONS: Final = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Apply the revisions, the index's and ours, that the database does not have yet: all or none.

    Raises:
        DatabaseTooNew: it has revisions that this version of Winze does not know.
        DatabaseFailed: the database refuses a statement, or another transaction takes too long.
    """
    index.migrate(engine, _REVISIONS)
