"""What can go wrong in an operator's node.

WinzeError
└── NodeError                   anything below
"""

from winze.protocol import WinzeError


class NodeError(WinzeError):
    """Anything that can go wrong in an operator's node."""
