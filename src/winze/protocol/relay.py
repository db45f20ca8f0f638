"""The relay as a specification that runs (protocol §7), on the models of pool and rewards."""

from collections.abc import Sequence

from .calls import Accepts, Call
from .claim import Claim
from .encoding import EthAddress
from .errors import Refused
from .events import Events
from .pool import PoolModel
from .rewards import RewardsModel
from .transfer import Transfer


class RelayModel:
    """Makes the claims whose fees will be paid, then executes the transfers."""

    def __init__(self, address: EthAddress, pool: PoolModel, rewards: RewardsModel) -> None:
        self.address, self._pool, self._rewards = address, pool, rewards

    def relay(
        self,
        call: Call,
        claims: Sequence[Claim],
        transfers: Sequence[Transfer],
        *,
        claim_proofs: Sequence[object],
        transfer_proofs: Sequence[object],
        accepts: Accepts,
    ) -> Events:
        """All events of the pool and the rewards. A refusal leaves the models half done.

        Raises:
            Refused: claims and their proofs differ in number; or what rewards or pool refuse.
        """
        if len(claims) != len(claim_proofs):
            raise Refused("relay: batch sizes differ")
        ours = Call(self.address, call.now, call.number)
        kept = self._worth_making(call, claims, transfers)
        events: Events = ()
        if kept:
            made, proofs = [claims[i] for i in kept], [claim_proofs[i] for i in kept]
            events += self._rewards.claim(ours, made, proofs)
        if transfers:
            events += self._pool.execute(ours, transfers, transfer_proofs, accepts)
        return events

    def _worth_making(
        self, call: Call, claims: Sequence[Claim], transfers: Sequence[Transfer]
    ) -> list[int]:
        """The claims that are not paid for here at all, or by a transfer that can still pay."""
        kept, promised = [], set[int]()
        for i, claim in enumerate(claims):
            fee = next((t for t in transfers[i : i + 1] if t.claim_id == claim.claim_id), None)
            if fee is not None:
                nullifiers = {fee.nullifier1, fee.nullifier2}
                gone = promised & nullifiers or any(map(self._pool.spent, nullifiers))
                late = fee.deadline != 0 and call.now > fee.deadline
                if gone or late or call.now < fee.not_before:
                    continue
                promised |= nullifiers
            kept.append(i)
        return kept
