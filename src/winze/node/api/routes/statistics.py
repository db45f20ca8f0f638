"""What everybody did, counted."""

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from winze.chain import Header
from winze.index import Statistics
from winze.protocol import DENOMINATIONS, issuance, period_at

from ..answers import answers, json_answer
from ..ports import Ports, SyncIndex


def statistics_router(ports: Ports) -> APIRouter:
    """Statistics, under `/v1`."""
    router = APIRouter(tags=["statistics"])
    counted = _Counted(ports.index)

    @router.get(
        "/statistics",
        summary="Deposits, anonymity sets, and what today issues",
        response_class=Response,
        responses=answers("Statistics", "As far as the node has read the chain"),
    )
    async def statistics() -> Response:
        """A withdrawal hides among all deposits of its denomination ever made."""
        cursor, found = await counted.now()
        return json_answer(_form(found) | _today(ports, found, cursor))

    return router


class _Counted:
    """Statistics, counted once for each block of the chain: it takes a look at every deposit."""

    def __init__(self, index: SyncIndex) -> None:
        self._index = index
        self._lock = asyncio.Lock()
        self._last: tuple[Header | None, Statistics] | None = None

    async def now(self) -> tuple[Header | None, Statistics]:
        """The last chain block that was read, and what there is up to it."""
        async with self._lock:
            cursor = await asyncio.to_thread(self._index.cursor)
            if self._last is None or self._last[0] != cursor:
                self._last = cursor, await asyncio.to_thread(self._index.statistics)
            return self._last


def _form(found: Statistics) -> dict[str, Any]:
    return {
        "deposits": found.all_deposits,
        "transfers": found.transfers,
        "denominations": [
            {
                "value": str(int(value)),
                "points": int(points),
                "anonymity_set": found.deposits.get(value, 0),
                "claims": found.claims.get(value, 0),
            }
            for value, points in DENOMINATIONS.items()
        ],
    }


def _today(ports: Ports, found: Statistics, cursor: Header | None) -> dict[str, Any]:
    """Nothing before genesis, or before the chain was read: there is no period then."""
    network = ports.network
    if cursor is None or cursor.timestamp < network.genesis:
        return {}
    length = network.profile.period
    period = period_at(cursor.timestamp, network.genesis, length)
    return {
        "today": {
            "period": int(period),
            "points": str(int(found.points.get(period, 0))),
            "issuance": str(int(issuance(period, length))),
        }
    }
