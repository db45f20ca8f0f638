"""The API: its endpoints behind its guard, and the description of both."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware

from .guard import Guard
from .pages import Pages
from .ports import Ports
from .problems import answer_problems
from .routes.accounts import accounts_router
from .routes.network import network_router
from .routes.requests import requests_router
from .routes.screening import screening_router
from .routes.statistics import statistics_router
from .routes.status import metrics_router, status_router
from .routes.sync import sync_router
from .schemas import SCHEMAS
from .settings import ApiSettings

OPENAPI_PATH: Final = "/v1/openapi.json"
"""Where the API describes itself."""

_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""FastAPI would hand each URL, and so accounts and ids of requests, to whatever OpenTelemetry a
library or the environment has set up."""

_ABOUT: Final = """What a node of the network serves to wallets and explorers.

No endpoint takes a secret, and none asks about a single note: wallets read bulk data in full and
look through it themselves. Errors are problem details (RFC 9457) with a `code` for programs."""


def create_app(ports: Ports, settings: ApiSettings | None = None) -> FastAPI:
    """The API on top of `ports`, as an ASGI application; see `serving`."""
    settings = settings or ApiSettings()
    # FastAPI's pages of documentation fetch scripts from elsewhere: they stay off
    app = FastAPI(
        title="Winze node",
        version="1",
        openapi_url=OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    for router in _routers(ports, settings):
        app.include_router(router, prefix="/v1")
    app.include_router(metrics_router(ports))
    answer_problems(app)
    app.add_middleware(Guard, settings=settings, metrics=ports.metrics)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "If-None-Match", "Range"],
            expose_headers=["ETag", "Retry-After", "Content-Range"],
        )
    app.openapi = lambda: _description(app)  # type: ignore[method-assign] # as FastAPI wants it
    return app


def _routers(ports: Ports, settings: ApiSettings) -> list[APIRouter]:
    return [
        network_router(ports),
        status_router(ports),
        sync_router(ports, Pages(ports.index, settings.page_cache)),
        requests_router(ports),
        accounts_router(ports),
        statistics_router(ports),
        screening_router(ports),
    ]


def _description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, made once."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=_ABOUT, routes=app.routes
        )
        found.setdefault("components", {})["schemas"] = dict(SCHEMAS)
        app.openapi_schema = found
    return app.openapi_schema
