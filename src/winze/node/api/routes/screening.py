"""Permits for deposits, on networks that want them (protocol §7)."""

from typing import Final

from fastapi import APIRouter, Request, Response

from winze.protocol import ETHER, EthAddress, Field, Wei
from winze.wire import read_json, read_object

from ..answers import answers, json_answer, takes
from ..bodies import json_body
from ..ports import Ports
from ..problems import Problem
from ..schemas import PERMIT_FIELDS

_EXAMPLE: Final = {
    "depositor": EthAddress("0x" + "44" * 20),
    "value": str(ETHER),
    "inner": str(2**250 + 5),
}


def screening_router(ports: Ports) -> APIRouter:
    """Screening, under `/v1`."""
    router = APIRouter(tags=["screening"])

    @router.post(
        "/screening",
        summary="Ask for a permit to deposit",
        response_class=Response,
        responses=answers("Permit", "The permit, good for just this deposit", 403, body=True),
        openapi_extra=takes("PermitRequest", _EXAMPLE),
    )
    async def permit(request: Request) -> Response:
        """A deposit's depositor, value and `inner` are public on the chain anyway."""
        if ports.screening is None:
            raise Problem(404, "this node does not screen: ask another", code="not_offered")
        form = read_object("deposit", read_json(await json_body(request)), tuple(PERMIT_FIELDS))
        found = {name: each.read(name, form[name]) for name, each in PERMIT_FIELDS.items()}
        signed = await ports.screening.permit(
            found["depositor"], Wei(found["value"]), Field(found["inner"])
        )
        return json_answer(
            {
                "deadline": int(signed.deadline),
                "r": "0x" + signed.r.hex(),
                "vs": "0x" + signed.vs.hex(),
            }
        )

    return router
