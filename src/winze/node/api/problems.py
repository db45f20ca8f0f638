"""What the API answers when it cannot do what it was asked: problem details (RFC 9457).

Whatever fails ends here. The text of an unexpected error stays in the log: it could tell of the
inside, or hold what somebody sent.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from winze.index import DatabaseFailed
from winze.wire import InvalidForm, Rejection

from ..errors import DepositRefused, NotReady, Rejected

PROBLEM_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "Retry-After"

_SOON: Final = 5
_CODES: Final = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    408: "body_too_slow",
    413: "body_too_large",
    414: "url_too_long",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    422: "malformed",
    429: "rate_limited",
    431: "headers_too_large",
    500: "internal",
    503: "unavailable",
}
_REJECTED: Final = {
    Rejection.SPENT: 409,
    Rejection.IN_FLIGHT: 409,
    Rejection.CLAIMED: 409,
    Rejection.BUSY: 503,
}


class Problem(Exception):
    """Why a request is not answered as it wished; every word of it is shown to whoever asked."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str = "",
        headers: Mapping[str, str] | None = None,
        field: str = "",
    ) -> None:
        self.status, self.detail, self.field = status, detail, field
        self.code = code or _CODES.get(status, "refused")
        self.headers = dict(headers or {})
        super().__init__(f"{status} {self.code}: {detail}")

    @property
    def body(self) -> bytes:
        """The problem's details as JSON."""
        details = {
            "type": f"urn:winze:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        return json.dumps(details | ({"field": self.field} if self.field else {})).encode()

    def response(self) -> Response:
        """The answer that tells it."""
        return Response(self.body, self.status, self.headers, media_type=PROBLEM_TYPE)


def busy(detail: str, code: str = "", wait: int = _SOON) -> Problem:
    """A problem that goes away: come back in `wait` seconds."""
    return Problem(503, detail, code=code, headers={RETRY_AFTER: str(wait)})


def internal() -> Problem:
    """What is told of an error that nobody expected: nothing."""
    return Problem(500, "the node failed to answer; its operator finds the reason in its log")


def problem_of(error: Exception) -> Problem:
    """What is told of `error`."""
    match error:
        case Problem():
            problem = error
        case Rejected(code=Rejection.BUSY):
            problem = busy(error.detail, error.code)
        case Rejected():
            problem = Problem(_REJECTED.get(error.code, 422), error.detail, code=error.code)
        case InvalidForm():
            status = 400 if error.field == "body" else 422
            problem = Problem(status, str(error), field=error.field)
        case DepositRefused():
            problem = Problem(403, str(error), code="deposit_refused")
        case NotReady():
            problem = busy(str(error), "not_ready")
        case DatabaseFailed():
            problem = busy("the node's database refuses just now: ask again")
        case RequestValidationError():
            problem = _of_parameters(error)
        case HTTPException():
            problem = Problem(error.status_code, _detail(error.status_code), headers=error.headers)
        case _:
            problem = internal()
    return problem


def answer_problems(app: FastAPI) -> None:
    """Have `app` answer every error with its problem."""

    async def answer(_: Request, error: Exception) -> Response:
        return problem_of(error).response()

    for kind in (
        *(Problem, Rejected, InvalidForm, DepositRefused, NotReady, DatabaseFailed),
        *(RequestValidationError, HTTPException),
    ):
        app.add_exception_handler(kind, answer)


def _of_parameters(error: RequestValidationError) -> Problem:
    """The first parameter that is wrong; what was sent is not repeated."""
    first: Mapping[str, Any] = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return Problem(422, f"{field}: {first['msg']}", field=field)


def _detail(status: int) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "there is nothing here: /v1/openapi.json describes what there is"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return "this is asked for with another method: see /v1/openapi.json"
    return f"{HTTPStatus(status).description or HTTPStatus(status).phrase}"
