"""What can be wrong with what a node or a wallet was sent.

WinzeError
└── WireError                   anything below; names the field
"""

from winze.protocol import WinzeError


class WireError(WinzeError):
    """Anything that can be wrong with what was sent; `field` says where."""

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field} {problem}")
