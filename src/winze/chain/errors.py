"""What can go wrong while following a chain.

WinzeError
└── ChainError                  anything below
    ├── LedgerMismatch          the chain's events do not give the chain's own ledger
    ├── ChainChanged            the chain was reorganised while it was read; reading again helps
    ├── DeepReorganisation      the chain went back before the network's deployment
    ├── ModelMismatch           the contracts and the protocol's models disagree
    └── NotReplayable           a call of our contracts that stands in no calldata we can read
"""

from winze.protocol import WinzeError


class ChainError(WinzeError):
    """Anything that can go wrong while following a chain."""


class LedgerMismatch(ChainError):
    """The chain's events do not give the chain's own ledger.

    Whoever answers our questions lies or leaves something out.
    """


class ChainChanged(ChainError):
    """The chain was reorganised while it was read; reading again helps."""


class DeepReorganisation(ChainError):
    """The chain went back before the network's deployment: this is another chain."""


class ModelMismatch(ChainError):
    """The contracts and the protocol's models disagree: one of them has a bug."""


class NotReplayable(ChainError):
    """A call of our contracts that stands in no calldata we can read: another contract made it."""
