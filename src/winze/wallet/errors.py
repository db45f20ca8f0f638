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
    ├── NotSpendable                a note that is not (or no longer) there to be spent
    ├── NodeUnreachable             nobody answers at a node's address
    ├── NodeRefused                 a node will not do what it was asked (`code`)
    │   └── NodeBusy                it may do it later
    ├── NodeMisbehaves              an answer that no node gives
    ├── JournalUnreadable           a journal that is damaged, or another identity's
    ├── Declined                    the connected wallet's owner does not want to
    └── ProviderError               the connected wallet answers with an error (`code`)
"""

from winze.protocol import Wei, WinzeError


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
    """A passphrase that does not open the vault, or is too short to be one."""


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


class Declined(WalletError):
    """The connected wallet's owner does not want to sign or send; nothing left the machine."""


class ProviderError(WalletError):
    """An external wallet answers with an error: `code` as EIP-1193 numbers it, and its words."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"the wallet answers: {message} ({code})")
