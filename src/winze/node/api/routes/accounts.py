"""What the chain holds for one account: for explorers, since wallets derive it from bulk data."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from winze.index import PeriodRewards
from winze.protocol import EthAddress, Seconds, issuance, share

from ..answers import answers, json_answer
from ..bodies import account_of
from ..ports import Ports

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
        periods = [_period_form(each, ports.network.profile.period) for each in earned]
        return json_answer({"account": owner, "periods": periods})

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


def _period_form(earned: PeriodRewards, length: Seconds) -> dict[str, Any]:
    worth = share(issuance(earned.period, length), earned.points, earned.total_points)
    return {
        "period": int(earned.period),
        "points": str(int(earned.points)),
        "minted_points": str(int(earned.minted_points)),
        "itx": str(int(worth)),
    }
