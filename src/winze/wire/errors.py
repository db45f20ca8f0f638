"""What can be wrong with what a node or a wallet was sent.

WinzeError
└── WireError                   anything below
    ├── InvalidForm             a JSON form that breaks a rule (`field`)
    ├── InvalidRow              a row whose fields or bytes do not fit its kind
    └── InvalidPage             bytes that are no page, or one of another kind
"""

from winze.protocol import WinzeError


class WireError(WinzeError):
    """Anything that can be wrong with what was sent."""


class InvalidForm(WireError):
    """A form, in JSON or in bytes, that breaks a rule; `field` says where."""

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field} {problem}")


class InvalidRow(WireError):
    """A row whose fields or bytes do not fit its kind."""


class InvalidPage(WireError):
    """Bytes that are no page, or one of another kind."""
