"""What can go wrong with an index, which is a database.

WinzeError
└── DatabaseError               the database cannot be used
    ├── DatabaseFailed          it refused a statement: locked, full, gone or damaged
    └── DatabaseTooNew          a newer version of Winze has used it
"""

from winze.protocol import WinzeError


class DatabaseError(WinzeError):
    """The database cannot be used."""


class DatabaseFailed(DatabaseError):
    """It refused a statement: it is locked, full, gone or damaged. Nothing was half done."""


class DatabaseTooNew(DatabaseError):
    """A newer version of Winze has used it; this one would not understand what it holds."""
