"""What can go wrong in an operator's node.

WinzeError
└── NodeError                   anything below
    ├── ConfigUnreadable        a configuration file that is not there, or is no TOML
    ├── InvalidConfig           a configuration with unknown, missing or forbidden values
    ├── KeyUnusable             a key that cannot be loaded, or must not be used here
    ├── ListUnusable            a screening list that cannot be read
    └── DepositRefused          a deposit that gets no permit
"""

from collections.abc import Sequence
from pathlib import Path

from winze.protocol import WinzeError


class NodeError(WinzeError):
    """Anything that can go wrong in an operator's node."""


class ConfigUnreadable(NodeError):
    """A configuration file that is not there, or is no TOML."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"the configuration {path} {problem}: `winze node config` prints a sample")


class InvalidConfig(NodeError):
    """A configuration with unknown, missing or forbidden values: one line for each of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("the node's configuration is refused:\n  " + "\n  ".join(problems))


class KeyUnusable(NodeError):
    """A key that cannot be loaded, or must not be used here. The message never quotes it."""


class ListUnusable(NodeError):
    """A screening list that cannot be read; the message names the file and the line."""


class DepositRefused(NodeError):
    """A deposit that gets no permit; the message is for the depositor."""
