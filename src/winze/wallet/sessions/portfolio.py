"""What all sessions make together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from winze.protocol import Itx, Wei

from .session import Session, SessionState

_LOCKED = {SessionState.DEPOSIT_PROCESSING, SessionState.MINING}


@dataclass(frozen=True)
class Portfolio:
    """The totals on top of the portfolio."""

    locked: Wei
    """In the pool, and not matured."""
    ready: Wei
    """Matured and unspent."""
    claimed: Itx
    """ITX that was sent."""
    expected: Itx
    """ITX of claims that counted and whose day's close sends it: an estimate until then."""


def portfolio(sessions: Sequence[Session]) -> Portfolio:
    """The totals of these sessions; what the chain has not shown yet counts for nothing."""
    return Portfolio(
        locked=_sum(sessions, lambda each: each.state in _LOCKED and each.deposited is not None),
        ready=_sum(sessions, lambda each: each.state is SessionState.READY),
        claimed=_itx(sessions, lambda each: each.minted is not None),
        expected=_itx(sessions, lambda each: each.claimed is not None and each.minted is None),
    )


def _sum(sessions: Sequence[Session], counts: Callable[[Session], bool]) -> Wei:
    return Wei(sum(each.amount for each in sessions if counts(each)))


def _itx(sessions: Sequence[Session], counts: Callable[[Session], bool]) -> Itx:
    return Itx(sum(each.estimate for each in sessions if counts(each)))
