"""The rewards as a specification that runs (protocol §6.3).

As with `PoolModel`: every call returns the contract's events or raises `Refused` with its revert
string, and a refused call changes nothing. The token is part of it, as the balances it minted.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .calls import Call, Verifier
from .claim import Claim
from .encoding import EthAddress
from .errors import Refused
from .events import Claimed, ClaimSkipped, ClaimSkipReason, Distributed, Event, Events
from .issuance import DAY, issuance, period_at, share
from .mining import DENOMINATIONS
from .pool import PoolModel
from .types import Field, Itx, Period, Points, Seconds, Timestamp, Wei

CLAIMS_OF_A_WORD: Final = 256
"""Claims whose minting one storage word, and so one `Distributed`, tells."""


def minted_numbers(word: int, minted: int) -> Sequence[int]:
    """Which claims of a period a `Distributed` event names, by their numbers in the period."""
    bits = range(minted.bit_length())
    return [CLAIMS_OF_A_WORD * word + bit for bit in bits if minted >> bit & 1]


@dataclass(frozen=True)
class ClaimRecord:
    """How a claim was counted."""

    recipient: EthAddress
    points: Points
    period: Period
    number: int
    """How many claims came before it in its period."""


@dataclass(frozen=True)
class RewardsSetup:
    """What the rewards are deployed with."""

    chain_id: int
    address: EthAddress
    genesis: Timestamp
    """Midnight UTC of the first day of issuance."""
    period: Seconds
    """The length of a period; it divides a day."""
    lock_min: Seconds
    lock_range: Seconds


class RewardsModel:
    """Who claimed what, and the ITX minted for it."""

    def __init__(self, setup: RewardsSetup, pool: PoolModel, verifier: Verifier) -> None:
        """Deploy.

        Raises:
            Refused: genesis is no midnight, the period does not divide a day, or there is no lock.
        """
        if setup.genesis % DAY:
            raise Refused("rewards: genesis is not a midnight")
        if setup.period == 0 or DAY % setup.period:
            raise Refused("rewards: period does not divide a day")
        if setup.lock_range == 0:
            raise Refused("rewards: lock out of bounds")
        self.setup = setup
        self._pool = pool
        self._verifier = verifier
        self._records: dict[int, ClaimRecord] = {}
        self._totals: defaultdict[int, int] = defaultdict(int)
        self._counts: defaultdict[int, int] = defaultdict(int)
        self._minted: set[int] = set()
        self._itx: defaultdict[EthAddress, int] = defaultdict(int)

    # -- what everybody can see ----------------------------------------------------------------

    def claimed(self, claim_id: int) -> bool:
        """Whether a claim with this id was counted."""
        return claim_id in self._records

    def record(self, claim_id: int) -> ClaimRecord | None:
        """How the claim with this id was counted; None where there was none."""
        return self._records.get(claim_id)

    def distributed(self, claim_id: int) -> bool:
        """Whether the share of the claim with this id was minted."""
        return claim_id in self._minted

    def total_points(self, period: int) -> Points:
        """All that was earned in `period`, minted or not."""
        return Points(self._totals.get(period, 0))

    def itx(self, account: EthAddress) -> Itx:
        """What `account` was minted in all."""
        return Itx(self._itx.get(account, 0))

    @property
    def total_itx(self) -> Itx:
        """What everybody was minted in all."""
        return Itx(sum(self._itx.values()))

    # -- what everybody can do -----------------------------------------------------------------

    def claim(self, call: Call, claims: Sequence[Claim], proofs: Sequence[object]) -> Events:
        """Count claims in order, passing over those that no longer count.

        Raises:
            Refused: in this order, the batch is empty, or has not as many proofs; it is before
                genesis; for each claim in turn, its root is not known, its id or value is not in
                the field, its recipient is zero; then, a proof does not hold.
        """
        if not claims:
            raise Refused("rewards: empty batch")
        if len(claims) != len(proofs):
            raise Refused("rewards: batch sizes differ")
        period = self._period(call)
        for claim in claims:
            self._check(claim)
        if not self._verifier(proofs, [self._signals(claim) for claim in claims]):
            raise Refused("rewards: invalid proof")
        return tuple(self._count(call, period, claim) for claim in claims)

    def distribute(self, call: Call, period: int, claim_ids: Sequence[int]) -> Events:
        """Mint the shares that claims earned in a period that is over.

        A claim that was not made in it, or whose share was minted, is passed over, so that two
        distributors can overlap.

        Raises:
            Refused: in this order, it is before genesis; the period is not over; nobody claimed.
        """
        if self._period(call) <= period:
            raise Refused("rewards: period not over")
        if self.total_points(period) == 0:
            raise Refused("rewards: no claims")
        return tuple(self._mint(Period(period), claim_ids))

    # -- helpers -------------------------------------------------------------------------------

    def _period(self, call: Call) -> Period:
        if call.now < self.setup.genesis:
            raise Refused("rewards: before genesis")
        return period_at(call.now, self.setup.genesis, self.setup.period)

    def _check(self, claim: Claim) -> None:
        """Refuse a claim that is wrong in itself."""
        if not self._pool.root_after(claim.anchor):
            raise Refused("rewards: unknown root")
        if max(claim.claim_id, claim.value) >= Field.bound:
            raise Refused("rewards: input out of field")
        if claim.recipient.is_zero:
            raise Refused("rewards: zero recipient")

    def _signals(self, claim: Claim) -> list[int]:
        setup = self.setup
        lock, root = (setup.lock_min, setup.lock_range), self._pool.root_after(claim.anchor)
        return claim.statement(setup.chain_id, setup.address, lock, root).signals()

    def _count(self, call: Call, period: Period, claim: Claim) -> Event:
        reason = self._reason_to_skip(call, claim)
        if reason is not None:
            return ClaimSkipped(claim.claim_id, reason)
        earned = DENOMINATIONS[Wei(claim.value)]
        self._records[claim.claim_id] = ClaimRecord(
            claim.recipient, earned, period, self._counts[period]
        )
        self._counts[period] += 1
        self._totals[period] += earned
        return Claimed(claim.claim_id, claim.recipient, period, earned)

    def _reason_to_skip(self, call: Call, claim: Claim) -> ClaimSkipReason | None:
        if self.claimed(claim.claim_id):
            return ClaimSkipReason.USED
        if call.now < claim.not_before:
            return ClaimSkipReason.TOO_EARLY
        if claim.deadline != 0 and call.now > claim.deadline:
            return ClaimSkipReason.TOO_LATE
        if claim.value not in DENOMINATIONS:
            return ClaimSkipReason.NO_DENOMINATION
        return None

    def _mint(self, period: Period, claim_ids: Sequence[int]) -> list[Event]:
        """Mint in order; each run of claims of one storage word is announced at once."""
        issued, total = issuance(period, self.setup.period), self.total_points(period)
        events: list[Event] = []
        at = bits = 0
        for claim_id in claim_ids:
            record = self.record(claim_id)
            if record is None or record.period != period:
                continue
            word, bit = divmod(record.number, CLAIMS_OF_A_WORD)
            if word != at:
                events += [Distributed(period, at, bits)] if bits else []
                at, bits = word, 0
            if claim_id not in self._minted:
                self._minted.add(claim_id)
                self._itx[record.recipient] += share(issued, record.points, total)
                bits |= 1 << bit
        return events + ([Distributed(period, at, bits)] if bits else [])
