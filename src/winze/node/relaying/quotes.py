"""What the relayer takes, and how long it stands by that (protocol §7).

    fee = the next of 1, 2, 5 x 10^k wei at or above   gas * price * (100 + margin) / 100
    price = base fee * 5/4 + tip                        wei per gas

`gas` is what a transfer, or a claim with the transfer that pays for it, costs in a batch of usual
size, with its share of the blocks that hold it. The base fee may rise by a quarter until the
request is carried out; whatever it rises beyond that, the relayer bears.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Engine, delete, insert, select

from winze.contracts import GWEI, FeePolicy, GasMarket
from winze.protocol import EthAddress, Seconds, Timestamp, Wei
from winze.wire import Quote, rung

from ..database import reading, writing
from ..errors import NotReady
from .tables import quotes

TRANSFER_GAS: Final = 250_000
"""A transfer between one of 16 (160,439) and one alone (381,615), and its share of a block."""

CLAIM_GAS: Final = 400_000
"""A claim and its fee between a pair of 16 (224,747) and one alone (639,970), and their share."""

_LIFETIME: Final = Seconds(600)


@dataclass(frozen=True)
class QuotePolicy:
    """How quotes are made."""

    margin_percent: int = 10
    """What is asked for beyond the cost."""

    least_price: int = GWEI // 100
    """Wei per gas that is reckoned with at least."""

    lifetime: Seconds = _LIFETIME
    """How long a quote holds, by the chain's time."""

    transfer_gas: int = TRANSFER_GAS
    claim_gas: int = CLAIM_GAS


class QuoteBoard:
    """The quotes that hold, through restarts."""

    def __init__(self, engine: Engine, relayer: EthAddress, policy: QuotePolicy) -> None:
        self._engine, self._relayer, self._policy = engine, relayer, policy
        self._quotes = _stored(engine, relayer)
        self._now: Timestamp | None = None

    async def current(self) -> Quote:
        """The quote to be asked for; it holds for half a lifetime at least.

        Raises:
            NotReady: no price of gas is known yet.
        """
        holding = self.holding()
        if not holding:
            raise NotReady("there is no quote yet: the node waits for the chain's price of gas")
        return holding[-1]

    def holding(self) -> list[Quote]:
        """Every quote that still holds, the newest last."""
        now = self._now
        return [] if now is None else [each for each in self._quotes if each.valid_until >= now]

    def least(self, *, claims: bool) -> Wei | None:
        """The lowest fee that some quote still promises; None where none holds."""
        fees = (each.claim if claims else each.transfer for each in self.holding())
        return min(fees, default=None)

    async def refresh(self, market: GasMarket, fees: FeePolicy, now: Timestamp) -> None:
        """Take note of the chain's time, and make a new quote where the last one has aged."""
        self._now = now
        tip = max(market.tip, fees.least_tip)
        quote = self._made(market.base + market.base // 4 + tip, now)
        last = self._quotes[-1] if self._quotes else None
        if last is not None and self._still_good(last, quote, now):
            return
        await asyncio.to_thread(partial(_store, self._engine, quote, now))
        self._quotes = [each for each in self._quotes if each.valid_until >= now] + [quote]

    def _made(self, price: int, now: Timestamp) -> Quote:
        price = max(price, self._policy.least_price)
        return Quote(
            transfer=self._fee(self._policy.transfer_gas, price),
            claim=self._fee(self._policy.claim_gas, price),
            relayer=self._relayer,
            valid_until=Timestamp(now + self._policy.lifetime),
        )

    def _fee(self, gas: int, price: int) -> Wei:
        return rung(-(-gas * price * (100 + self._policy.margin_percent) // 100))

    def _still_good(self, last: Quote, quote: Quote, now: Timestamp) -> bool:
        same = (last.transfer, last.claim) == (quote.transfer, quote.claim)
        # A clock that was set back, on a private chain, must not make an old quote hold for ever.
        left = last.valid_until - now
        return same and self._policy.lifetime // 2 <= left <= self._policy.lifetime


def _stored(engine: Engine, relayer: EthAddress) -> list[Quote]:
    with reading(engine) as database:
        rows = database.execute(select(quotes).order_by(quotes.c.id)).all()
    return [Quote(row.transfer, row.claim, relayer, Timestamp(row.valid_until)) for row in rows]


def _store(engine: Engine, quote: Quote, now: Timestamp) -> None:
    fields = {
        "transfer": quote.transfer,
        "claim": quote.claim,
        "valid_until": quote.valid_until,
    }
    with writing(engine) as database:
        database.execute(delete(quotes).where(quotes.c.valid_until < now))
        database.execute(insert(quotes).values(fields))
