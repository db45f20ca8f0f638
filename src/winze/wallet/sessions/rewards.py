"""What a session earns, and where that goes (protocol §6.3)."""

from winze.protocol import (
    EthAddress,
    Itx,
    Points,
    Wei,
    issuance,
    period_at,
    points,
    share,
)

from ..holdings import Holdings, OwnClaim
from ..journal import IntentKind
from .facts import SPENDING, Facts
from .session import Terms

LOST_REWARDS = "the rewards address planned for this session"
"""Named as lost where the withdrawal's memo does not remember it and the journal is gone."""


def estimate(facts: Facts, amount: Wei) -> tuple[Itx, bool]:
    """What the session earns, and whether that is final."""
    if facts.earned is False:
        return Itx(0), True
    if facts.claim is not None:
        return earned_by(facts.claim, facts.known.holdings, facts.known.terms)
    return _if_claimed_now(amount, facts.known.holdings, facts.known.terms), False


def earned_by(claim: OwnClaim, holdings: Holdings, terms: Terms) -> tuple[Itx, bool]:
    """The share of a claim that counted, and whether its period has closed."""
    length = terms.network.profile.period
    issued = holdings.issued.get(claim.period, issuance(claim.period, length))
    total = Points(max(claim.total_points, claim.points))
    over = period_at(holdings.now, terms.network.genesis, length) > claim.period
    return share(issued, claim.points, total), over


def _if_claimed_now(amount: Wei, holdings: Holdings, terms: Terms) -> Itx:
    network = terms.network
    if holdings.now < network.genesis:
        return Itx(0)
    period = period_at(holdings.now, network.genesis, network.profile.period)
    own = points(amount)
    others = holdings.points.get(period, Points(0))
    return share(issuance(period, network.profile.period), own, Points(others + own))


def rewards_address(facts: Facts) -> tuple[EthAddress | None, tuple[str, ...]]:
    """Where the ITX goes or is planned to go, and what is lost with the journal."""
    if facts.claim is not None:
        return facts.claim.recipient, ()
    if facts.earned is False:
        return None, ()
    if facts.spend is None:
        return _known(facts.leaving.rewards if facts.leaving else None), ()
    claiming = facts.live(IntentKind.CLAIM)
    meant = facts.written(*SPENDING)
    planned = (
        claiming.recipient if claiming else None,
        facts.spend.rewards,
        meant.rewards if meant else None,
    )
    found = next((each for each in map(_known, planned) if each is not None), None)
    lost = found is None and meant is None and facts.earned is True
    return found, (LOST_REWARDS,) if lost else ()


def _known(address: EthAddress | None) -> EthAddress | None:
    return None if address is None or address.is_zero else address
