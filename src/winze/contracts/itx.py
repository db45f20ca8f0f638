"""ITX, the token that mining earns: an ERC-20 with permits (EIP-2612)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from winze.protocol import EthAddress, Itx, Timestamp

from .call import ContractCall
from .contract import Contract
from .events import ITX_EVENTS
from .rpc import At

_ADDRESS_BITS: Final = 160


class ItxToken(Contract):
    """`itx.vy`."""

    SOURCE: ClassVar = "itx"
    EVENTS: ClassVar = ITX_EVENTS

    async def name(self, at: At = "latest") -> str:
        """The token's name."""
        return str(await self._one("name", at=at))

    async def symbol(self, at: At = "latest") -> str:
        """The token's symbol."""
        return str(await self._one("symbol", at=at))

    async def decimals(self, at: At = "latest") -> int:
        """How many decimals an amount is shown with."""
        return int(await self._one("decimals", at=at))

    async def total_supply(self, at: At = "latest") -> Itx:
        """All that was ever minted."""
        return Itx(await self._one("totalSupply", at=at))

    async def cap(self, at: At = "latest") -> Itx:
        """The most that can ever be minted."""
        return Itx(await self._one("CAP", at=at))

    async def minter(self, at: At = "latest") -> EthAddress:
        """Who mints: the rewards."""
        return EthAddress(await self._one("minter", at=at))

    async def balance_of(self, owner: EthAddress, at: At = "latest") -> Itx:
        """What `owner` holds."""
        return Itx(await self._one("balanceOf", owner, at=at))

    async def allowance(self, owner: EthAddress, spender: EthAddress, at: At = "latest") -> Itx:
        """What `spender` may still move of what `owner` holds."""
        return Itx(await self._one("allowance", owner, spender, at=at))

    async def nonces(self, owner: EthAddress, at: At = "latest") -> int:
        """The number of the next permit of `owner`."""
        return int(await self._one("nonces", owner, at=at))

    async def domain_separator(self, at: At = "latest") -> bytes:
        """The EIP-712 domain of permits, 32 bytes."""
        return bytes(await self._one("DOMAIN_SEPARATOR", at=at))

    def transfer(self, to: EthAddress, amount: Itx) -> ContractCall:
        """Send ITX."""
        return self._call("transfer", to, int(amount))

    def approve(self, spender: EthAddress, amount: Itx) -> ContractCall:
        """Let `spender` move up to `amount`."""
        return self._call("approve", spender, int(amount))

    def transfer_from(self, owner: EthAddress, to: EthAddress, amount: Itx) -> ContractCall:
        """Move what `owner` approved."""
        return self._call("transferFrom", owner, to, int(amount))

    def permit(
        self,
        owner: EthAddress,
        spender: EthAddress,
        amount: Itx,
        deadline: Timestamp,
        *,
        v: int,
        r: bytes,
        s: bytes,
    ) -> ContractCall:
        """Approve in the name of `owner`, who signed it."""
        return self._call("permit", owner, spender, int(amount), int(deadline), v, r, s)

    def mint(self, shares: Sequence[tuple[EthAddress, Itx]]) -> ContractCall:
        """Mint each share; the contract refuses everybody but the rewards.

        A share is one word of the call: recipient (160 bits, from the lowest up) and amount (96).
        """
        words = [int(amount) << _ADDRESS_BITS | int(recipient, 16) for recipient, amount in shares]
        return self._call("mint", words)
