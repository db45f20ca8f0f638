"""What can go wrong in an operator's node.

WinzeError
└── NodeError                   anything below
    ├── Rejected                a request that the relayer does not accept (`code`)
    ├── DepositRefused          a deposit that gets no permit
    ├── NotReady                a question that the node cannot answer yet
    ├── OutboxBehind            the chain took transactions back; they are sent again first
    ├── JobOfAnotherKey         a transaction that this key can neither sign nor replace
    ├── CannotListen            the API's address is taken, or none of this machine's
    ├── ConfigUnreadable        a configuration file that is not there, or is no TOML
    ├── InvalidConfig           a configuration with unknown, missing or forbidden values
    ├── KeyUnusable             a key that cannot be loaded, or must not be used here
    ├── ListUnusable            a screening list that cannot be read
    └── DatabaseOfAnother       a database of another network, or of another chain

That the database fails is the index's to tell: see `winze.index`.
"""

from collections.abc import Sequence
from pathlib import Path

from winze.protocol import EthAddress, WinzeError
from winze.wire import Rejection


class NodeError(WinzeError):
    """Anything that can go wrong in an operator's node."""


class Rejected(NodeError):
    """A request that the relayer does not accept; nothing of it is kept."""

    def __init__(self, code: Rejection, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


class DepositRefused(NodeError):
    """A deposit that gets no permit; the message is for the depositor, and names no list."""


class NotReady(NodeError):
    """A question that the node cannot answer yet; the message says what it waits for."""


class OutboxBehind(NodeError):
    """The chain took back what a key had sent; that is sent again before anything new."""

    def __init__(self, account: EthAddress, nonce: int) -> None:
        self.account, self.nonce = account, nonce
        super().__init__(
            f"the chain waits for transaction {nonce} of {account}, which it once had: it is sent "
            f"again, or its number used up, before anything new"
        )


class CannotListen(NodeError):
    """The API's address is taken, or none of this machine's."""

    def __init__(self, host: str, port: int, problem: OSError) -> None:
        self.host, self.port = host, port
        super().__init__(
            f"the API cannot be served at {host}, port {port} ({problem.strerror}): stop what "
            f"listens there, or set listen.host and listen.port"
        )


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


class DatabaseOfAnother(NodeError):
    """A database of another network, or of the same one on a chain that is no more."""

    def __init__(self) -> None:
        super().__init__(
            "the database belongs to another network, or to a private chain that is no more: "
            "name another one, or remove it if nothing in it is wanted"
        )


class JobOfAnotherKey(NodeError):
    """A transaction that this key can neither sign nor replace: another one began to send it."""

    def __init__(self, name: str, account: EthAddress) -> None:
        super().__init__(
            f"{name} was begun by {account}, whose key this node does not hold any more: it is "
            f"begun anew with its own"
        )
