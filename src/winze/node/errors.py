"""What can go wrong in an operator's node.

WinzeError
└── NodeError                   anything below
    └── DatabaseError           the database cannot be used
        ├── DatabaseFailed      it refused a statement: locked, full, gone or damaged
        └── DatabaseTooNew      a newer version of Winze has used it
"""

from winze.protocol import WinzeError


class NodeError(WinzeError):
    """Anything that can go wrong in an operator's node."""


class DatabaseError(NodeError):
    """The database cannot be used."""


class DatabaseFailed(DatabaseError):
    """It refused a statement: it is locked, full, gone or damaged. Nothing was half done."""


class DatabaseTooNew(DatabaseError):
    """A newer version of Winze has used it; this one would not understand what it holds."""
