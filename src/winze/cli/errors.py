"""What can go wrong in the commands themselves.

WinzeError
└── CliError                    anything below
    └── NodeUnreachable         no node answers there, or not as a node does
"""

from winze.protocol import WinzeError


class CliError(WinzeError):
    """Anything that can go wrong in the commands themselves."""


class NodeUnreachable(CliError):
    """No node answers there, or not as a node does."""

    def __init__(self, url: str, problem: str) -> None:
        self.url = url
        super().__init__(f"{url}: {problem} (is `winze node` or `winze up` running there?)")
