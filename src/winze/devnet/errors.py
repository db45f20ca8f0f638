"""What can go wrong with a private chain on this machine.

WinzeError
└── DevnetError                 everything below
    ├── AnvilMissing            no anvil here, and none can be installed
    │   └── InstallFailed       npm was asked for it and failed, or nothing can be written
    ├── PortInUse               another program listens on the port
    ├── StartFailed             anvil ended, or did not answer, while it was starting
    ├── ChainControlRefused     a clock that would go backwards, a reorganisation too deep
    └── StateUnusable           a state directory that this devnet cannot go on with
        └── DirectoryInUse      another devnet is running on it
"""

from pathlib import Path

from winze.protocol import WinzeError


class DevnetError(WinzeError):
    """Anything that can go wrong with a private chain on this machine."""


class AnvilMissing(DevnetError):
    """There is no anvil here, and none can be installed; the message says what to do."""


class InstallFailed(AnvilMissing):
    """npm was asked for anvil and failed, or there is nowhere to install it."""


class PortInUse(DevnetError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"port {port} of 127.0.0.1 is in use: stop what listens there, or choose another port"
        )


class StartFailed(DevnetError):
    """Anvil ended, or did not answer, while it was starting; `log` is the end of its log."""

    def __init__(self, problem: str, log: str) -> None:
        self.problem, self.log = problem, log
        super().__init__(f"{problem}; its log ends with:\n{log or '(nothing)'}")


class ChainControlRefused(DevnetError):
    """What the chain was told to do is impossible; the message says what and why."""


class StateUnusable(DevnetError):
    """A state directory that this devnet cannot go on with."""

    def __init__(self, directory: Path, problem: str) -> None:
        self.directory = directory
        super().__init__(
            f"the devnet in {directory} {problem}: choose another directory, or delete this one "
            f"to start afresh"
        )


class DirectoryInUse(StateUnusable):
    """Another devnet is running on the state directory."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, "is already running")
