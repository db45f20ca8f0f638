"""Answers, and how they are described to whoever reads `/v1/openapi.json`."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import Response

from .problems import PROBLEM_TYPE, Problem
from .schemas import Schema, named

JSON: Final = "application/json"

_ALWAYS: Final = (404, 414, 422, 429, 431, 500, 503)
_OF_BODIES: Final = (400, 408, 413, 415)

Responses = dict[int | str, dict[str, Any]]
"""What FastAPI wants to know of an endpoint's answers."""


def json_answer(
    form: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`form` as the answer."""
    content = json.dumps(form, separators=(",", ":"))
    return Response(content, status, headers, media_type=JSON)


def answers(schema: str, what: str, *others: int, body: bool = False) -> Responses:
    """An endpoint that answers with the JSON of that schema, or with a problem."""
    found: Responses = {200: described(what, JSON, named(schema))}
    return found | problems(*others, body=body)


def problems(*others: int, body: bool = False) -> Responses:
    """The problems that any endpoint may answer with, and `others`."""
    statuses = sorted({*_ALWAYS, *others, *(_OF_BODIES if body else ())})
    return {status: _problem(status) for status in statuses}


def described(what: str, media_type: str, schema: Schema, example: Any = None) -> dict[str, Any]:
    """One answer's description."""
    content = {"schema": schema} | ({} if example is None else {"example": example})
    return {"description": what, "content": {media_type: content}}


def takes(schema: str, example: Any) -> dict[str, Any]:
    """What an endpoint wants in its body."""
    content = {"schema": named(schema), "example": example}
    return {"requestBody": {"required": True, "content": {JSON: content}}}


def _problem(status: int) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    example = json.loads(Problem(status, "why, in a sentence").body)
    return described(phrase, PROBLEM_TYPE, named("Problem"), example)
