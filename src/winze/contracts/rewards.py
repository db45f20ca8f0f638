"""The rewards: claims, points, and the distribution of ITX (protocol §6.3)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from winze.circuits import Proof
from winze.protocol import (
    Claim,
    ClaimRecord,
    EthAddress,
    Field,
    Itx,
    Period,
    Points,
    Seconds,
    Timestamp,
)

from .call import ContractCall
from .contract import Contract, struct
from .events import REWARDS_EVENTS
from .rpc import At

DISTRIBUTED_AT_ONCE: Final = 64
"""Claims whose shares one call mints, at most."""


class Rewards(Contract):
    """`rewards.vy`."""

    SOURCE: ClassVar = "rewards"
    EVENTS: ClassVar = REWARDS_EVENTS

    def claim(self, claims: Sequence[Claim], proofs: Sequence[Proof]) -> ContractCall:
        """Count proved claims; 16 at most."""
        return self._call(
            "claim", [struct(claim) for claim in claims], [proof.words for proof in proofs]
        )

    def distribute(self, period: Period, claim_ids: Sequence[Field]) -> ContractCall:
        """Mint the shares of claims of a period that is over; `DISTRIBUTED_AT_ONCE` at most."""
        return self._call("distribute", int(period), [int(each) for each in claim_ids])

    async def claimed(self, claim_id: Field, at: At = "latest") -> bool:
        """Whether the claim was made."""
        return bool(await self._one("claimed", int(claim_id), at=at))

    async def record(self, claim_id: Field, at: At = "latest") -> ClaimRecord | None:
        """How the claim was counted; None where it was not made."""
        recipient, points, period, number = await self._one("record", int(claim_id), at=at)
        account = EthAddress(recipient)
        return (
            None
            if account.is_zero
            else ClaimRecord(account, Points(points), Period(period), number)
        )

    async def distributed(self, claim_id: Field, at: At = "latest") -> bool:
        """Whether the claim's share was minted."""
        return bool(await self._one("distributed", int(claim_id), at=at))

    async def total_points(self, period: Period, at: At = "latest") -> Points:
        """All that was earned in `period`, minted or not."""
        return Points(await self._one("total_points", int(period), at=at))

    async def issuance(self, period: Period, at: At = "latest") -> Itx:
        """What `period` issues if anybody claims in it."""
        return Itx(await self._one("issuance", int(period), at=at))

    async def current_period(self, at: At = "latest") -> Period:
        """The period in which a claim would land."""
        return Period(await self._one("current_period", at=at))

    async def genesis(self, at: At = "latest") -> Timestamp:
        """Midnight UTC of the first day of issuance."""
        return Timestamp(await self._one("genesis", at=at))

    async def period_seconds(self, at: At = "latest") -> Seconds:
        """The length of a period."""
        return Seconds(await self._one("period_seconds", at=at))

    async def lock_min(self, at: At = "latest") -> Seconds:
        """The shortest lock."""
        return Seconds(await self._one("lock_min", at=at))

    async def lock_range(self, at: At = "latest") -> Seconds:
        """How many different locks there are."""
        return Seconds(await self._one("lock_range", at=at))

    async def pool(self, at: At = "latest") -> EthAddress:
        """The pool whose roots it goes by."""
        return EthAddress(await self._one("pool", at=at))

    async def itx(self, at: At = "latest") -> EthAddress:
        """The token that it mints."""
        return EthAddress(await self._one("itx", at=at))

    async def verifier(self, at: At = "latest") -> EthAddress:
        """Who verifies claims."""
        return EthAddress(await self._one("verifier", at=at))
