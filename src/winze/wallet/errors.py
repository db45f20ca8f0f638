"""What a wallet refuses.

WinzeError
└── WalletError                     anything below
    ├── NotDeterministic            a signer that answers one message in two ways
    ├── InvalidPhrase               words that are no recovery phrase
    ├── KeyUnreadable               a file or text that gives no key that can be used
    ├── VaultUnusable               a vault that is damaged, missing, or cannot be written
    ├── VaultLocked                 secrets that a passphrase has to open first
    ├── WrongPassphrase             a passphrase that does not open, or that nobody should use
    ├── HomeError                   what the folder of wallets has not got, or cannot take
    ├── AddressRefused              an address that nothing is paid to (`code`)
    ├── WrongSigner                 a signature by another key than the address that is connected
    ├── InsufficientNotes           not enough in the notes at hand
    ├── WalletFull                  a 257th mining operation
    ├── NotSpendable                a note that is not (or no longer) there to be spent
    ├── NodeUnreachable             nobody answers at a node's address
    ├── NodeRefused                 a node will not do what it was asked (`code`)
    │   └── NodeBusy                it may do it later
    ├── NodeMisbehaves              an answer that no node gives
    ├── JournalUnreadable           a journal that is damaged, or another identity's
    ├── BackupUnusable              a backup of something else, or a newer program's
    ├── SealUnreadable              what should be sealed with a passphrase, and is not
    ├── Declined                    the connected wallet's owner does not want to
    ├── InvalidTime                 a time that lies in the past
    ├── NotPossible                 an action that the state of things does not allow
    │   ├── NotYet                  it will be possible by itself
    │   ├── FeeRisen                it costs more than was confirmed
    │   ├── NeedsMerge              the notes that cover it have to be merged first
    │   ├── DepositRefused          a deposit that would not be taken; nothing was sent
    │   │   ├── NotEnoughEther      the connected wallet cannot pay amount and gas
    │   │   └── ScreeningRefused    the network's screener does not let the depositor in
    │   └── PayoutRefused           nothing waits, or it may not go there
    ├── NotSynced                   the chain was not read yet
    ├── NotDone                     something failed that was waited for
    ├── NoRelayer                   no node quotes a fee just now
    ├── ProviderError               the connected wallet answers with an error (`code`)
    ├── NodeLies                rows that the contract contradicts, or that contradict each other
    ├── NodeBehind              a node that is not as far as the chain, or on another one
    ├── NoNode                  of all nodes that were asked, none has what the contract confirms
    └── RowsUnreadable          a file of rows that is damaged, or another network's
"""

from collections.abc import Mapping

from winze.protocol import MINING_ACCOUNTS, Wei, WinzeError


class WalletError(WinzeError):
    """Anything that a wallet refuses."""


class NotDeterministic(WalletError):
    """A signer that answers one message in two ways: its keys could never be found again."""


class InvalidPhrase(WalletError):
    """Words that are no recovery phrase. The message names places, never words."""


class KeyUnreadable(WalletError):
    """A file or text that gives no key that can be used. The message never quotes what it holds."""


class VaultUnusable(WalletError):
    """A vault that is damaged, missing, in the way, or cannot be written."""


class VaultLocked(WalletError):
    """Secrets that a passphrase has to open first."""


class WrongPassphrase(WalletError):
    """A passphrase that does not open what it should, or that nobody should use.

    A seal that was damaged looks the same: the two cannot be told apart.
    """


class HomeError(WalletError):
    """An identity, network or setting that the folder of wallets has not got, or cannot take."""


class AddressRefused(WalletError):
    """An address that nothing is paid to; nothing was sent. `code` is a `Refusal`, for programs."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


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


class WalletFull(WalletError):
    """All mining accounts of the wallet are taken: it can begin no other session."""

    def __init__(self) -> None:
        super().__init__(
            f"a wallet has {MINING_ACCOUNTS} mining operations, and this one has begun them all; "
            "nothing was sent: mine with another wallet"
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


class JournalUnreadable(WalletError):
    """A journal that is damaged, or another identity's."""


class BackupUnusable(WalletError):
    """A backup of another wallet or network, or of a newer program; nothing was restored."""


class SealUnreadable(WalletError):
    """What should have been sealed with a passphrase by this program, and was not."""


class Declined(WalletError):
    """The connected wallet's owner does not want to sign or send; nothing left the machine."""


class InvalidTime(WalletError):
    """A time that lies in the past."""


class NotPossible(WalletError):
    """An action that the state of things does not allow; the message says what does."""


class NotYet(NotPossible):
    """An action that becomes possible by itself; the message says when."""


class FeeRisen(NotPossible):
    """It costs more than was confirmed, so it is to be confirmed again; nothing moved."""


class NeedsMerge(NotPossible):
    """Notes that would cover `needed` wei, were they fewer: `count` of them are to become one."""

    def __init__(self, count: int, needed: Wei | int) -> None:
        self.count, self.needed = count, int(needed)
        super().__init__(
            f"{self.needed} wei are spread over {count} notes, and a transfer spends few: they "
            "are merged first"
        )


class DepositRefused(NotPossible):
    """A deposit that would not be taken; nothing was sent."""


class NotEnoughEther(DepositRefused):
    """The connected wallet cannot pay amount and gas; all in wei."""

    def __init__(self, available: Wei | int, amount: Wei | int, gas: Wei | int) -> None:
        self.available, self.amount, self.gas = int(available), int(amount), int(gas)
        self.missing = self.amount + self.gas - self.available
        super().__init__(
            f"the connected wallet holds {self.available} wei; {self.amount} to deposit and up to "
            f"{self.gas} for gas are needed: {self.missing} are missing; nothing was sent"
        )


class ScreeningRefused(DepositRefused):
    """The network's screener does not let the depositor in."""


class PayoutRefused(NotPossible):
    """Nothing waits for that address, or it may not go where it should; nothing was sent."""


class NoRelayer(WalletError):
    """No node quotes a fee just now; try again, name another node, or send it yourself."""


class ProviderError(WalletError):
    """An external wallet answers with an error: `code` as EIP-1193 numbers it, and its words."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"the wallet answers: {message} ({code})")


class NotSynced(WalletError):
    """The chain was not read yet."""


class NotDone(WalletError):
    """Something failed that was waited for; nothing moved, and the message says why."""


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
