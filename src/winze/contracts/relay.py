"""The relay: claims and the transfers that pay for them, in one transaction (protocol §7)."""

from collections.abc import Sequence
from typing import ClassVar

from winze.circuits import Proof
from winze.protocol import Claim, EthAddress, Transfer

from .call import ContractCall
from .contract import SEAL_RESERVE, Contract, struct
from .rpc import At


class Relay(Contract):
    """`relay.vy`. It emits nothing itself: the pool and the rewards do."""

    SOURCE: ClassVar = "relay"

    def relay(
        self,
        claims: Sequence[Claim],
        claim_proofs: Sequence[Proof],
        transfers: Sequence[Transfer],
        transfer_proofs: Sequence[Proof],
    ) -> ContractCall:
        """Make the claims that will be paid for, then execute all transfers.

        Where `transfers[i]` names the claim id of `claims[i]`, it pays for that claim, which is
        dropped if the transfer cannot be executed any more. 16 of each at most.
        """
        return self._call(
            "relay",
            [struct(claim) for claim in claims],
            [proof.words for proof in claim_proofs],
            [struct(transfer) for transfer in transfers],
            [proof.words for proof in transfer_proofs],
            reserve=SEAL_RESERVE,
        )

    async def pool(self, at: At = "latest") -> EthAddress:
        """The pool that it executes in."""
        return EthAddress(await self._one("pool", at=at))

    async def rewards(self, at: At = "latest") -> EthAddress:
        """The rewards that it claims from."""
        return EthAddress(await self._one("rewards", at=at))
