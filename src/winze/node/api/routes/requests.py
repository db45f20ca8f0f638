"""Handing over requests, and asking what became of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from winze.wire import InvalidForm, Rejection, RelayRequest, RequestStatus

from ...errors import Rejected
from ...metrics import Metrics
from ..answers import answers, described, json_answer, takes
from ..bodies import json_body
from ..ports import Intake, Ports
from ..problems import Problem
from ..schemas import example_request, named

_ID = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="By what the request is known")]


def requests_router(ports: Ports) -> APIRouter:
    """Requests, under `/v1`."""
    router = APIRouter(tags=["requests"])

    @router.post(
        "/requests",
        summary="Hand over a transfer, a claim, or both",
        response_class=Response,
        responses={
            **answers(
                "RequestStatus", "Its last state: nothing more will be tried", 409, body=True
            ),
            202: described(
                "It is stored, and will be tried", "application/json", named("RequestStatus")
            ),
        },
        openapi_extra=takes("RelayRequest", json.loads(example_request().to_json())),
    )
    async def submit(request: Request) -> Response:
        """Hand it over as often as you like: the same content is the same request.

        The proof is verified and the request stored before it is answered. A request that is not
        accepted leaves no trace, and its problem's `code` says why.
        """
        intake = _intake(ports)
        body = await json_body(request)
        with _counted(ports.metrics) as outcome:
            status = await intake.submit(RelayRequest.from_json(body))
            outcome.append(status.state)
        return _answer(status, waiting=202)

    @router.get(
        "/requests/{request_id}",
        summary="How a request stands",
        response_class=Response,
        responses=answers("RequestStatus", "Its state, and the reason where it failed"),
    )
    async def state(request_id: _ID) -> Response:
        """The id is the SHA-256 of the request's content, which only its sender knows before."""
        found = await _intake(ports).status(request_id)
        if found is None:
            raise Problem(404, "no such request is known here", code="unknown_request")
        return _answer(found, waiting=200)

    return router


@contextmanager
def _counted(metrics: Metrics) -> Iterator[list[str]]:
    """Count how handing over a request ended: its state, or why it was not accepted."""
    outcome: list[str] = []
    try:
        yield outcome
    except Rejected as rejected:
        outcome.append(rejected.code)
        raise
    except InvalidForm:
        outcome.append(Rejection.MALFORMED)
        raise
    finally:
        metrics.requests.labels(*(outcome or ["failed"])).inc()


def _intake(ports: Ports) -> Intake:
    if ports.intake is None:
        raise Problem(404, "this node does not relay: ask another", code="not_offered")
    return ports.intake


def _answer(status: RequestStatus, waiting: int) -> Response:
    return json_answer(status.form, 200 if status.state.final else waiting)
