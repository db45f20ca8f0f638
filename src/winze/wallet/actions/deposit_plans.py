"""What is looked at before a deposit is made, and what its owner is shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from winze.contracts import (
    ContractCall,
    FeePolicy,
    NetworkDescription,
    Pool,
    current_fees,
    eth_balance,
    gas_limit,
    gas_market,
)
from winze.protocol import (
    DENOMINATIONS,
    MAIN_ACCOUNT,
    EthAddress,
    Itx,
    Points,
    Profile,
    Timestamp,
    Wei,
    issuance,
    period_at,
)

from ..errors import DepositRefused, NotEnoughEther
from ..holdings import Holdings
from ..journal import Intent, IntentKind, IntentState

_USUAL_GAS: Final = 250_000
"""Above what a deposit takes, for telling what is missing where it cannot be estimated."""

_HEADROOM_PERCENT: Final = 120
"""What a gas limit allows for, relative to the estimate."""

_UNITS: Final = ((86_400, "Days"), (3_600, "Hours"), (60, "Minutes"), (1, "Seconds"))


@dataclass(frozen=True)
class Cost:
    """What the network takes for a transaction, in wei."""

    gas: int
    """The gas limit."""
    likely: Wei
    """What it costs if nothing changes."""
    most: Wei
    """What it can cost, and what the sender has to hold."""


@dataclass(frozen=True)
class DepositPlan:
    """A deposit that would be taken, for its owner to look at before anything happens."""

    id: str
    """The intent's, once it begins."""
    kind: IntentKind
    account: int
    amount: Wei
    cost: Cost
    points: Points | None
    """What its claim will earn; None where it is not for mining."""
    issuance: Itx
    """What is issued in the period of the plan, shared by all who claim in it."""
    lock: str
    """The range of the lock period, such as "2~5 Days"; empty where nothing is locked."""
    holdings: Holdings = field(repr=False, compare=False)
    """What it was planned on."""

    @property
    def total(self) -> Wei:
        """Amount and likely network fee."""
        return Wei(self.amount + self.cost.likely)

    @property
    def most(self) -> Wei:
        """The most that leaves the connected wallet."""
        return Wei(self.amount + self.cost.most)


def check_request(
    kind: IntentKind,
    account: int,
    amount: Wei | int,
    holdings: Holdings,
    intents: Iterable[Intent],
) -> Wei:
    """The amount, where such a deposit makes sense; the chain is not asked.

    Raises:
        DepositRefused: it does not.
    """
    if kind is IntentKind.MINE and amount not in DENOMINATIONS:
        allowed = ", ".join(str(int(each)) for each in DENOMINATIONS)
        raise DepositRefused(f"{amount} wei cannot mine; choose one of {allowed}")
    if not 0 < amount < Wei.bound:
        raise DepositRefused(
            f"a deposit is more than 0 and less than {Wei.bound} wei; {amount} is not"
        )
    if (account == MAIN_ACCOUNT) != (kind is IntentKind.DEPOSIT):
        raise DepositRefused(f"account {account} is not one for {kind}: nothing was sent")
    if kind is IntentKind.MINE and (holdings.mined(account) or _mines(account, intents)):
        raise DepositRefused(f"account {account} mines already: take an unused one")
    return Wei(amount)


async def check_limits(pool: Pool, value: Wei) -> None:
    """See that the pool would take a deposit of `value`.

    Raises:
        DepositRefused: deposits are paused, or it is over a cap.
        RpcError: the chain cannot be asked.
    """
    if await pool.paused():
        raise DepositRefused("deposits are paused by the network's owner; nothing was sent")
    cap = await pool.deposit_cap()
    if value > cap:
        raise DepositRefused(f"a deposit may be {cap} wei at most; {value} is more")
    held, most = await eth_balance(pool.w3, pool.address), await pool.balance_cap()
    if held + value > most:
        raise DepositRefused(
            f"the pool may hold {most} wei and holds {held}: {max(most - held, 0)} fit in, and "
            f"{value} do not; nothing was sent"
        )


class Estimates:
    """What deposits of one wallet cost and bring."""

    def __init__(self, network: NetworkDescription, pool: Pool, sender: EthAddress) -> None:
        self._network, self._w3, self._sender = network, pool.w3, sender

    async def check_balance(self, value: Wei) -> Wei:
        """What the connected wallet holds, where that is at least `value` wei.

        Raises:
            NotEnoughEther: it is not; the gas is a usual one then, for it cannot be estimated.
            RpcError: the chain cannot be asked.
        """
        balance = await eth_balance(self._w3, self._sender)
        if balance < value:
            fees = await current_fees(self._w3, FeePolicy())
            raise NotEnoughEther(balance, value, _USUAL_GAS * fees.most)
        return balance

    async def cost(self, call: ContractCall, balance: Wei) -> Cost:
        """What the network takes for `call`.

        Args:
            call: What will be sent.
            balance: What the sender holds, in wei.

        Raises:
            NotEnoughEther: the sender cannot pay value and gas.
            TransactionError: the call would be refused, or gas is too dear.
            RpcError: the chain cannot be asked.
        """
        gas = await gas_limit(self._w3, call, self._sender)
        fees, market = await current_fees(self._w3, FeePolicy()), await gas_market(self._w3)
        most = Wei(gas * fees.most)
        if balance < call.value + most:
            raise NotEnoughEther(balance, call.value, most)
        used = (gas - call.reserve) * 100 // _HEADROOM_PERCENT
        return Cost(gas, Wei(min(used * (market.base + fees.tip), most)), most)

    def points(self, value: Wei) -> Points:
        """What a claim of `value` earns."""
        return DENOMINATIONS[value]

    def issuance(self, now: Timestamp) -> Itx:
        """What is issued in the period of `now`."""
        genesis, length = self._network.genesis, self._network.profile.period
        return Itx(0) if now < genesis else issuance(period_at(now, genesis, length), length)


def lock_text(profile: Profile) -> str:
    """The range of lock periods in the largest unit that says it, such as "2~5 Days"."""
    unit, name = next(each for each in _UNITS if profile.lock_min >= each[0])
    least = profile.lock_min // unit
    most = -(-(profile.lock_min + profile.lock_range) // unit)
    return f"{least}~{most} {name}"


def _mines(account: int, intents: Iterable[Intent]) -> bool:
    return any(
        intent.kind is IntentKind.MINE
        and intent.account == account
        and intent.state in {IntentState.PLANNED, IntentState.LEAVING}
        for intent in intents
    )
