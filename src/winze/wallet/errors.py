"""What a wallet refuses.

WinzeError
└── WalletError                     anything below
    ├── NotDeterministic            a signer that answers one message in two ways
    ├── WrongSigner                 a signature by another key than the address that is connected
    ├── InsufficientNotes           not enough in the notes at hand
    ├── NotSpendable                a note that is not (or no longer) there to be spent
    ├── NodeUnreachable             nobody answers at a node's address
    ├── NodeRefused                 a node will not do what it was asked (`code`)
    │   └── NodeBusy                it may do it later
    ├── NodeMisbehaves              an answer that no node gives
    ├── NodeLies                rows that the contract contradicts, or that contradict each other
    ├── NodeBehind              a node that is not as far as the chain, or on another one
    ├── NoNode                  of all nodes that were asked, none has what the contract confirms
    ├── RowsUnreadable          a file of rows that is damaged, or another network's
    ├── JournalUnreadable           a journal that is damaged, or another identity's
    └── Declined                    the connected wallet's owner does not want to
"""

from collections.abc import Mapping

from winze.protocol import Wei, WinzeError


class WalletError(WinzeError):
    """Anything that a wallet refuses."""


class NotDeterministic(WalletError):
    """A signer that answers one message in two ways: its keys could never be found again."""


class WrongSigner(WalletError):
    """A signature by another key than the connected address's."""


class InsufficientNotes(WalletError):
    """Not enough in the notes at hand; `available` and `needed` are in wei."""

    def __init__(self, available: Wei | int, needed: Wei | int) -> None:
        self.available, self.needed = int(available), int(needed)
        super().__init__(
            f"{self.needed} wei are needed and the notes hold {self.available}: "
            f"{self.needed - self.available} are missing; deposit them first"
        )


class NotSpendable(WalletError):
    """A note that is not, or no longer, there to be spent."""


class NodeUnreachable(WalletError):
    """Nobody answers at a node's address; what was handed over may have arrived all the same."""


class NodeRefused(WalletError):
    """A node will not do what it was asked: `code` says why for programs, `detail` for people."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"the node refuses: {detail} ({code})")


class NodeBusy(NodeRefused):
    """A node asks to come back later: in `after` seconds, where it says so, else 0."""

    def __init__(self, code: str, detail: str, after: int) -> None:
        super().__init__(code, detail)
        self.after = after


class NodeMisbehaves(WalletError):
    """An answer that no node gives: too long, unreadable, or to another question."""


class NodeLies(WalletError):
    """Rows that the contract contradicts, or that contradict each other."""


class NodeBehind(WalletError):
    """A node that is not as far as the chain, or follows another one."""


class NoNode(WalletError):
    """Of all nodes that were asked, none has rows that the contract confirms.

    `said` is what is wrong with each, by its place.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        self.said = dict(said)
        each = "; ".join(f"{place}: {problem}" for place, problem in said.items())
        super().__init__(
            f"no node has what the contract confirms ({each or 'none is named'}): name another, "
            "or read straight from the chain. Nothing that was known before is lost"
        )


class RowsUnreadable(WalletError):
    """A file of rows that is damaged, or another network's."""


class JournalUnreadable(WalletError):
    """A journal that is damaged, or another identity's."""


class Declined(WalletError):
    """The connected wallet's owner does not want to sign or send; nothing left the machine."""
