"""How the node does: for wallets, for operators, and for what watches over both."""

import asyncio
import dataclasses
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from winze.chain import Header
from winze.wire import Quote

from ..answers import answers, described, json_answer, problems
from ..ports import NodeStatus, Ports
from ..problems import Problem, busy
from ..schemas import text


def status_router(ports: Ports) -> APIRouter:
    """Status, fees and health, under `/v1`."""
    router = APIRouter(tags=["status"])

    @router.get(
        "/status",
        summary="How the node stands",
        response_class=Response,
        responses=answers("Status", "Heights, queue, times and balances"),
    )
    async def status() -> Response:
        """Nothing in it is about a single user."""
        return json_answer(status_form(ports, await ports.monitor.snapshot()))

    @router.get(
        "/fees",
        summary="What the relayer takes",
        response_class=Response,
        responses=answers("Quote", "The quote that holds now"),
    )
    async def fees() -> Response:
        """Fees are from the ladder 1, 2, 5 x 10^k wei, and hold until `valid_until`."""
        return json_answer((await _quote(ports)).form)

    _add_health(router, ports)
    return router


def metrics_router(ports: Ports) -> APIRouter:
    """What Prometheus asks for, where it asks by default."""
    router = APIRouter(tags=["status"])

    @router.get(
        "/metrics",
        summary="The node's metrics",
        response_class=Response,
        responses={
            200: described("Prometheus' text form", "text/plain", text("Metrics")),
            **problems(),
        },
    )
    async def metrics() -> Response:
        """About the node, and never its users."""
        content = await asyncio.to_thread(generate_latest, ports.metrics.registry)
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    return router


def _add_health(router: APIRouter, ports: Ports) -> None:
    @router.get(
        "/health/live",
        summary="Whether the process answers",
        response_class=Response,
        responses=answers("Health", "It does"),
    )
    async def live() -> Response:
        """Restart the node if it does not."""
        return json_answer({"status": "live"})

    @router.get(
        "/health/ready",
        summary="Whether the node can serve",
        response_class=Response,
        responses=answers("Health", "It can"),
    )
    async def ready() -> Response:
        """Send nobody there while it cannot: the problem says why."""
        if reasons := await ports.monitor.unready():
            raise busy("; ".join(reasons), "not_ready")
        return json_answer({"status": "ready"})


async def _quote(ports: Ports) -> Quote:
    if ports.quotes is None:
        raise Problem(404, "this node does not relay: ask another", code="not_offered")
    return await ports.quotes.current()


def status_form(ports: Ports, status: NodeStatus) -> dict[str, Any]:
    """The JSON form of `status`."""
    form: dict[str, Any] = {
        "network": ports.network.name,
        "version": status.version,
        "sealed": status.sealed,
        "proved": status.proved,
        "open_entries": status.open.entries,
        "queue": {str(state): number for state, number in status.queue.items()},
        "balances": {address: str(int(held)) for address, held in status.balances.items()},
        "stages": dataclasses.asdict(status.stages),
        "screened": status.screened,
        "relays": ports.intake is not None,
        "warnings": list(status.warnings),
    }
    heights = {"head": status.head, "cursor": status.cursor}
    form |= {name: header_form(found) for name, found in heights.items() if found is not None}
    return form if status.open.due is None else form | {"due": int(status.open.due)}


def header_form(header: Header) -> dict[str, Any]:
    """The JSON form of a block of the chain."""
    return {
        "number": int(header.number),
        "hash": "0x" + header.hash.hex(),
        "timestamp": int(header.timestamp),
    }
