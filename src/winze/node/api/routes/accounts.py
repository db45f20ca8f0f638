"""What the chain holds for one account: for explorers, since wallets derive it from bulk data."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from winze.protocol import EthAddress, Period, Points, issuance, share

from ..answers import answers, json_answer
from ..bodies import account_of
from ..ports import PeriodRewards, Ports, Statistics

_Account = Annotated[str, Path(pattern="^0x[0-9a-fA-F]{40}$", description="An Ethereum address")]


def accounts_router(ports: Ports) -> APIRouter:
    """Rewards and withdrawable balances, under `/v1`."""
    router = APIRouter(tags=["accounts"])
    index = ports.index

    @router.get(
        "/rewards/{account}",
        summary="What an account earned",
        response_class=Response,
        responses=answers("Rewards", "By period"),
    )
    async def rewards(account: _Account) -> Response:
        """Whoever asks tells the node which account interests them: wallets never do."""
        owner = account_of(account)
        earned = await asyncio.to_thread(index.rewards_of, owner)
        totals = await asyncio.to_thread(index.statistics)
        return json_answer({"account": owner, "periods": _periods(ports, earned, totals)})

    @router.get(
        "/withdrawable/{account}",
        summary="What waits for an account that refused a payment",
        response_class=Response,
        responses=answers("Withdrawable", "It may be 0"),
    )
    async def withdrawable(account: _Account) -> Response:
        """Whoever asks tells the node which account interests them: wallets never do."""
        owner: EthAddress = account_of(account)
        amount = await asyncio.to_thread(index.withdrawable, owner)
        return json_answer({"account": owner, "amount": str(int(amount))})

    return router


def _periods(
    ports: Ports, earned: Sequence[PeriodRewards], totals: Statistics
) -> list[dict[str, Any]]:
    return [
        {
            "period": int(each.period),
            "points": str(int(each.points)),
            "minted_points": str(int(each.minted_points)),
            "itx": str(_worth(ports, each.period, each.points, totals)),
        }
        for each in earned
    ]


def _worth(ports: Ports, period: Period, points: Points, totals: Statistics) -> int:
    """What `points` of a period get if nobody else earns in it; final once it is over."""
    issued = issuance(period, ports.network.profile.period)
    return int(share(issued, points, max(totals.points.get(period, points), points)))
