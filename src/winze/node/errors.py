"""What can go wrong in an operator's node.

WinzeError
└── NodeError                   anything below
    ├── Rejected                a request that the relayer does not accept (`code`)
    ├── DepositRefused          a deposit that the screener lets nobody make
    ├── NotReady                a question that the node cannot answer yet
    └── OutboxBehind            the chain took transactions back; they are sent again first
"""

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
    """A deposit that the screener lets nobody make; which list names its depositor is not said."""

    def __init__(self) -> None:
        super().__init__("Deposits that fail to meet AML standards cannot be accepted")


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
