"""What can be wrong with what a node or a wallet was sent.

WinzeError
└── WireError                   anything below
"""

from winze.protocol import WinzeError


class WireError(WinzeError):
    """Anything that can be wrong with what was sent."""
