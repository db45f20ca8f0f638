"""What can be wrong with what a node or a wallet was sent.

WinzeError
└── WireError                   anything below
    ├── InvalidRow              a row whose fields or bytes do not fit its kind
    └── InvalidPage             bytes that are no page, or one of another kind
"""

from winze.protocol import WinzeError


class WireError(WinzeError):
    """Anything that can be wrong with what was sent."""


class InvalidRow(WireError):
    """A row whose fields or bytes do not fit its kind."""


class InvalidPage(WireError):
    """Bytes that are no page, or one of another kind."""
