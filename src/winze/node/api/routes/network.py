"""What a wallet has to know before anything else: the network, and the keys for its proofs."""

import hashlib
import json
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import FileResponse

from winze.circuits import Circuit
from winze.contracts import network_json

from ..answers import JSON, described, problems
from ..caching import IMMUTABLE, not_modified, quoted
from ..ports import Ports
from ..problems import Problem

_FILE: Final = {"type": "string", "format": "binary"}

KeyRole = Literal["proving", "verifying"]
"""Which key of a pair."""


def network_router(ports: Ports) -> APIRouter:
    """The network's description and its keys."""
    router = APIRouter(tags=["network"])
    description = network_json(ports.network).encode()
    digest = hashlib.sha256(description).hexdigest()

    @router.get(
        "/network",
        summary="The network's description",
        response_class=Response,
        responses={
            200: described(
                "The description, as a file of its own: its SHA-256 stands in the ETag",
                JSON,
                {"type": "object"},
                json.loads(description),
            ),
            304: {"description": "It is what the client has"},
            **problems(),
        },
    )
    async def network(request: Request) -> Response:
        """Hold it against a description that you trust, and the chain against it."""
        headers = {"ETag": quoted(digest), "Cache-Control": "no-cache"}
        return not_modified(request, headers) or Response(description, 200, headers, JSON)

    @router.get(
        "/keys/{circuit}/{key}",
        summary="A circuit's proving or verifying key",
        response_class=Response,
        responses={
            200: described("The file", "application/octet-stream", _FILE),
            206: described("The part of the file that was asked for", "*/*", _FILE),
            304: {"description": "It is what the client has"},
            **problems(400, 416),
        },
    )
    async def keys(
        request: Request,
        circuit: Annotated[Literal["transfer", "claim", "block"], Path()],
        key: Annotated[KeyRole, Path()],
    ) -> Response:
        """Its SHA-256 stands in the ETag and in the network's description; ranges are served."""
        return _key_file(request, ports, Circuit(circuit), key)

    return router


def _key_file(request: Request, ports: Ports, circuit: Circuit, role: KeyRole) -> Response:
    keys, pins = ports.keys.get(circuit), ports.network.keys[circuit]
    if keys is None:
        raise Problem(404, f"this node has no keys of the circuit {circuit}", code="not_offered")
    if role == "proving":
        path, digest = keys.proving_key, pins.proving_key_sha256
    else:
        path, digest = keys.verifying_key, pins.verifying_key_sha256
    headers = {"ETag": quoted(digest), "Cache-Control": IMMUTABLE}
    return not_modified(request, headers) or FileResponse(
        path, headers=headers, media_type="application/octet-stream"
    )
