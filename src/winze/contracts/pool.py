"""The pool: deposits, transfers, and payments that were refused (protocol §5)."""

from collections.abc import Sequence
from typing import ClassVar

from winze.circuits import Proof
from winze.protocol import EthAddress, Field, Transfer, Wei

from .call import ContractCall
from .contract import SEAL_RESERVE, struct
from .events import POOL_EVENTS
from .ledger import LedgerCalls
from .limits import LimitsCalls
from .permit import SignedPermit
from .rpc import At


class Pool(LedgerCalls, LimitsCalls):
    """`pool.vy`."""

    SOURCE: ClassVar = "pool"
    EVENTS: ClassVar = POOL_EVENTS

    def deposit(
        self, inner: Field, value: Wei, *, mine: bool, permit: SignedPermit | None = None
    ) -> ContractCall:
        """Make a note of `value`; with `mine`, one that may earn ITX.

        A `permit` of the screener is needed where there is one.
        """
        values = (int(inner), mine) if permit is None else (int(inner), mine, struct(permit))
        return self._call("deposit", *values, value=value, reserve=SEAL_RESERVE)

    def execute(self, transfers: Sequence[Transfer], proofs: Sequence[Proof]) -> ContractCall:
        """Execute proved transfers; 16 at most."""
        return self._call(
            "execute",
            [struct(transfer) for transfer in transfers],
            [proof.words for proof in proofs],
            reserve=SEAL_RESERVE,
        )

    def withdraw(self, account: EthAddress, to: EthAddress) -> ContractCall:
        """Pay out what waits for `account`: to itself, or, if the account calls, to anyone."""
        return self._call("withdraw", account, to)

    async def withdrawable(self, account: EthAddress, at: At = "latest") -> Wei:
        """What waits for `account`, because it refused a payment."""
        return Wei(await self._one("withdrawable", account, at=at))

    async def spent(self, nullifier: Field, at: At = "latest") -> bool:
        """Whether a note with this nullifier was spent."""
        return bool(await self._one("spent", int(nullifier), at=at))

    async def rewards(self, at: At = "latest") -> EthAddress:
        """The rewards that say whether a claim was made."""
        return EthAddress(await self._one("rewards", at=at))

    async def transfer_verifier(self, at: At = "latest") -> EthAddress:
        """Who verifies transfers."""
        return EthAddress(await self._one("transfer_verifier", at=at))

    async def block_verifier(self, at: At = "latest") -> EthAddress:
        """Who verifies blocks."""
        return EthAddress(await self._one("block_verifier", at=at))
