"""What can go wrong in an operator's node.

WinzeError
└── NodeError                   anything below
    └── OutboxBehind            the chain took transactions back; they are sent again first
"""

from winze.protocol import EthAddress, WinzeError


class NodeError(WinzeError):
    """Anything that can go wrong in an operator's node."""


class OutboxBehind(NodeError):
    """The chain took back what a key had sent; that is sent again before anything new."""

    def __init__(self, account: EthAddress, nonce: int) -> None:
        self.account, self.nonce = account, nonce
        super().__init__(
            f"the chain waits for transaction {nonce} of {account}, which it once had: it is sent "
            f"again, or its number used up, before anything new"
        )
