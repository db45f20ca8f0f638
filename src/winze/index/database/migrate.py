"""Bringing the database to the revision that this version of Winze works with."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from ..errors import DatabaseTooNew
from .engine import writing

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


def migrate(engine: Engine, *more: Path) -> None:
    """Apply the revisions that the database does not have yet, all or none.

    Processes that start together wait for each other; the second one finds nothing to do.

    Args:
        engine: The database.
        more: Folders of revisions of other tables in it, which follow one of the index's.

    Raises:
        DatabaseTooNew: it has revisions that this version of Winze does not know.
        DatabaseFailed: the database refuses a statement, or another transaction takes too long.
    """
    config = migrations(*more)
    with writing(engine) as connection:
        _refuse_newer(connection, ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")


def migrations(*more: Path) -> Config:
    """How alembic finds the revisions, in a checkout and in an installed package alike."""
    folders = "\n".join(str(each) for each in (_MIGRATIONS / "versions", *more))
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    return config


def _refuse_newer(connection: Connection, known: ScriptDirectory) -> None:
    revisions = {script.revision for script in known.walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in revisions:
            raise DatabaseTooNew(
                f"the database has revision {revision}, which this version of Winze does not "
                f"know: start the newer version that used it last, or another database"
            )
