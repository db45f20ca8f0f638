"""What can be wrong with what a node or a wallet was sent.

WinzeError
└── WireError                   anything below
    ├── InvalidForm             a value that is not spelled in the one way it may be
    ├── InvalidRow              a row whose fields or bytes do not fit its kind
    ├── InvalidPage             bytes that are no page, or one of another kind
    └── InvalidBlock            rows that are not all of one block of the ledger
"""

from winze.protocol import WinzeError


class WireError(WinzeError):
    """Anything that can be wrong with what was sent."""


class InvalidForm(WireError):
    """A value that is not spelled in the one way it may be; `field` says where it stands."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(f"{field} {problem}")


class InvalidRow(WireError):
    """A row whose fields or bytes do not fit its kind."""


class InvalidPage(WireError):
    """Bytes that are no page, or one of another kind."""


class InvalidBlock(WireError):
    """Rows that are not all of one block of the ledger, or not what its header says."""
