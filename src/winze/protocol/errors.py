"""What the protocol refuses.

WinzeError                      every error of ours, in any package
└── ProtocolError               a value or an act that the protocol's rules do not allow
    ├── OutOfRange              a number outside its type's bounds
    ├── NotMineable             an amount that is none of the denominations
    ├── InvalidProfile          times that no network can live by
    ├── InvalidSignature        a wallet's signature that cannot be used
    ├── InvalidKey              secret key material of the wrong size or range
    ├── InvalidEthAddress       text or bytes that are no Ethereum address
    ├── InvalidAddress          a private address that is mistyped or of another network
    ├── InvalidMemo             memo bytes of the wrong size or content
    ├── InvalidStatement        a transfer or claim that no proof could exist for
    ├── LedgerError             an operation that the ledger's order forbids
    │   └── NotInLedger         a leaf that a root does not hold
    └── Refused                 what the pool or the rewards would revert (`reason`)
"""


class WinzeError(Exception):
    """The root of every error that Winze raises on purpose."""


class ProtocolError(WinzeError):
    """A value or an act that the protocol's rules do not allow."""


class OutOfRange(ProtocolError):
    """A number outside its type's bounds."""

    def __init__(self, kind: str, value: int, bound: int, least: int = 0) -> None:
        self.kind, self.value, self.bound, self.least = kind, value, bound, least
        super().__init__(f"{kind} must be at least {least} and below {bound}; {value} is not")


class NotMineable(ProtocolError):
    """An amount that is none of the denominations, so that it can earn nothing."""


class InvalidProfile(ProtocolError):
    """Times that no network can live by, alone or together."""


class InvalidSignature(ProtocolError):
    """A wallet's signature that cannot be used. The message never quotes the signature."""


class InvalidKey(ProtocolError):
    """Secret key material of the wrong size or range. The message never quotes it."""


class InvalidEthAddress(ProtocolError):
    """Text or bytes that are no Ethereum address, or fail its checksum."""


class InvalidAddress(ProtocolError):
    """A private address that is mistyped or belongs to another network."""


class InvalidMemo(ProtocolError):
    """Memo bytes of the wrong size or content."""


class InvalidStatement(ProtocolError):
    """A transfer or claim that no proof could exist for, found before any proving."""


class LedgerError(ProtocolError):
    """An operation that the ledger's order forbids."""


class NotInLedger(LedgerError):
    """A leaf that a root does not hold."""


class Refused(ProtocolError):
    """What the contracts would revert; `reason` is the contract's own revert string."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
