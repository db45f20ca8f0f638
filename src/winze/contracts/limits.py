"""The owner's side of the pool: what it may set, and who it is (protocol §7)."""

from winze.protocol import EthAddress, Wei

from .call import ContractCall
from .contract import Contract
from .rpc import At


class LimitsCalls(Contract):
    """What `limits.vy` and the two-step ownership export."""

    async def screener(self, at: At = "latest") -> EthAddress:
        """Whose permits deposits need; zero if they need none."""
        return EthAddress(await self._one("screener", at=at))

    async def permit_used(self, digest: bytes, at: At = "latest") -> bool:
        """Whether the permit whose EIP-712 hash is `digest` let a deposit in."""
        return bool(await self._one("permit_used", digest, at=at))

    async def deposit_cap(self, at: At = "latest") -> Wei:
        """The most that one deposit may be; 2^96 - 1 is no cap."""
        return Wei(await self._one("deposit_cap", at=at))

    async def balance_cap(self, at: At = "latest") -> Wei:
        """The most that the pool may hold after a deposit; 2^96 - 1 is no cap."""
        return Wei(await self._one("balance_cap", at=at))

    async def paused(self, at: At = "latest") -> bool:
        """Whether deposits are paused."""
        return bool(await self._one("paused", at=at))

    async def owner(self, at: At = "latest") -> EthAddress:
        """Who may set all this; zero if nobody."""
        return EthAddress(await self._one("owner", at=at))

    async def pending_owner(self, at: At = "latest") -> EthAddress:
        """Who may accept the ownership; zero if nobody."""
        return EthAddress(await self._one("pending_owner", at=at))

    def set_screener(self, screener: EthAddress) -> ContractCall:
        """Require the permits of `screener`; the zero address ends screening."""
        return self._call("set_screener", screener)

    def set_caps(self, deposit_cap: Wei, balance_cap: Wei) -> ContractCall:
        """Cap a single deposit, and the pool's balance after it."""
        return self._call("set_caps", int(deposit_cap), int(balance_cap))

    def set_paused(self, *, paused: bool) -> ContractCall:
        """Pause or resume deposits."""
        return self._call("set_paused", paused)

    def transfer_ownership(self, successor: EthAddress) -> ContractCall:
        """Name a successor, who has to accept."""
        return self._call("transfer_ownership", successor)

    def accept_ownership(self) -> ContractCall:
        """Become the owner; for the one that was named."""
        return self._call("accept_ownership")

    def renounce_ownership(self) -> ContractCall:
        """Leave the pool without an owner, for ever."""
        return self._call("renounce_ownership")
