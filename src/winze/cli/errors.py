"""What can go wrong in the commands themselves.

WinzeError
└── CliError                    anything below
    ├── NodeUnreachable         no node answers there, or not as a node does
    ├── RequestNotDone          what a wallet was asked for, and was not carried out
    ├── NotConfirmed            a question that was not answered with yes
    └── FeeNotCovered           a claim that nothing of the user's pays for
"""

from winze.protocol import WinzeError


class CliError(WinzeError):
    """Anything that can go wrong in the commands themselves."""


class NodeUnreachable(CliError):
    """No node answers there, or not as a node does."""

    def __init__(self, url: str, problem: str) -> None:
        self.url = url
        super().__init__(f"{url}: {problem} (is `winze node` or `winze up` running there?)")


class RequestNotDone(CliError):
    """What a wallet was asked for, and was not carried out."""

    def __init__(self, what: str, reason: str) -> None:
        self.what = what
        super().__init__(f"{what}: {reason or 'nobody says why'}")


class NotConfirmed(CliError):
    """A question that was not answered with yes; nothing was sent."""


class FeeNotCovered(CliError):
    """A claim that nothing of the user's pays for: it is to be topped up."""
