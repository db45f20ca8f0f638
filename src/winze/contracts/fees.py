"""What to pay for gas (EIP-1559), and how to raise it when a transaction is stuck."""

from dataclasses import dataclass
from typing import Final, Self

from .errors import FeesTooHigh, RpcError
from .rpc import Web3, number, rpc_errors

GWEI: Final = 10**9

_BASE_FEE_ROOM: Final = 2
"""The base fee rises by an eighth a block at most: twice it is enough for five full blocks."""


@dataclass(frozen=True)
class Fees:
    """Fees of one transaction, in wei per gas."""

    most: int
    """The most that is paid, base fee and tip together."""

    tip: int
    """What of it goes to the block's producer."""

    def raised(self, policy: "FeePolicy") -> Self | None:
        """Fees that replace a transaction that pays these; None if `policy` forbids them."""
        most, tip = (-(-each * policy.raise_percent // 100) for each in (self.most, self.tip))
        return type(self)(most, tip) if most <= policy.ceiling else None


@dataclass(frozen=True)
class FeePolicy:
    """How much we are willing to pay."""

    ceiling: int = 300 * GWEI
    """The most wei per gas that we ever pay."""

    least_tip: int = GWEI // 100
    """A tip below which block producers might not bother, in wei per gas."""

    raise_percent: int = 125
    """What replaces a stuck transaction, relative to it. Nodes ask for 110."""


@dataclass(frozen=True)
class GasMarket:
    """What gas costs right now, in wei per gas."""

    base: int
    """What the chain burns of each gas in the newest block."""

    tip: int
    """What producers usually get."""


async def gas_market(w3: Web3) -> GasMarket:
    """What gas costs right now.

    Raises:
        RpcError: the node cannot be asked, or the chain has no such fees.
    """
    with rpc_errors("reading the base fee"):
        head = await w3.eth.get_block("latest")
    if "baseFeePerGas" not in head:
        raise RpcError("the chain's blocks have no base fee: it does not know EIP-1559")
    tip = await number(w3, "reading the usual tip", "eth_maxPriorityFeePerGas")
    return GasMarket(int(head["baseFeePerGas"]), tip)


async def current_fees(w3: Web3, policy: FeePolicy) -> Fees:
    """Fees that get a transaction into one of the next blocks.

    Raises:
        FeesTooHigh: the chain asks more than the policy's ceiling.
        RpcError: the node cannot be asked, or the chain has no such fees.
    """
    market = await gas_market(w3)
    tip = max(market.tip, policy.least_tip)
    if market.base + tip > policy.ceiling:
        raise FeesTooHigh(market.base + tip, policy.ceiling)
    return Fees(most=min(_BASE_FEE_ROOM * market.base + tip, policy.ceiling), tip=tip)
