"""Every error is a problem with a code, and tells nothing of the inside."""

import io
import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from tests.node.api.ports import LISTED, RELAYER, FakeNode
from tests.node.api.sending import JSON, Answer, get, post
from winze.node.errors import NotReady, Rejected
from winze.wire import Rejection, RelayRequest

GONE = "/v1/requests/" + "ab" * 32


def problem(answer: Answer, status: int, code: str) -> Mapping[str, Any]:
    """The details of the problem that `answer` must be."""
    found, headers, body = answer
    assert headers["Content-Type"] == "application/problem+json"
    details = json.loads(body)
    assert isinstance(details, dict)
    assert (found, details["status"], details["code"]) == (status, status, code)
    assert set(details) - {"field"} == {"type", "title", "status", "detail", "code"}
    assert details["type"] == f"urn:winze:problem:{code}"
    assert "Traceback" not in body.decode()
    return details


async def test_what_is_not_there_is_a_problem(client: aiohttp.ClientSession) -> None:
    for path in (
        *("/", "/v1", "/v1/", "/v1/status/", "/v2/status", "/docs", "/redoc", "/openapi.json"),
        *("/v1/keys/other/proving/x", "/v1/sync/notes"),
        *("/favicon.ico", "/robots.txt", "/.env", "/v1/%2e%2e/status"),
    ):
        problem(await get(client, path), 404, "not_found")


async def test_another_method_is_a_problem(client: aiohttp.ClientSession) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X"):
        async with client.request(method, "/v1/status") as answer:
            found = answer.status, answer.headers, await answer.read()
        problem(found, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "GET"


async def test_an_unknown_request_is_a_problem(client: aiohttp.ClientSession) -> None:
    problem(await get(client, GONE), 404, "unknown_request")


async def test_a_path_that_is_misspelled_is_a_problem(client: aiohttp.ClientSession) -> None:
    for path in (
        GONE[:-1],
        GONE + "a",
        GONE.upper().replace("/V1/REQUESTS/", "/v1/requests/"),
        "/v1/requests/%00",
        "/v1/rewards/0x00",
        f"/v1/rewards/{RELAYER[2:]}",
        f"/v1/withdrawable/{RELAYER}0",
        "/v1/withdrawable/0x5B5b5B5b5B5b5B5b5B5b5b5B5b5b5B5B5B5B5B5b",
        "/v1/keys/other/proving",
        "/v1/keys/transfer/secret",
    ):
        details = problem(await get(client, path), 422, "malformed")
        assert details["field"].startswith("path.")


@pytest.mark.parametrize("path", ["/v1/requests", "/v1/screening"])
async def test_only_plain_json_is_taken(
    client: aiohttp.ClientSession, path: str, request_: RelayRequest
) -> None:
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/jsonx"},
        {"Content-Type": ""},
        JSON | {"Content-Encoding": "gzip"},
    ):
        answer = await post(client, path, request_.to_json(), headers)
        problem(answer, 415, "unsupported_media_type")


async def test_json_may_name_its_characters(
    client: aiohttp.ClientSession, request_: RelayRequest
) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert (await post(client, "/v1/requests", request_.to_json(), headers))[0] == 202


@pytest.mark.parametrize("path", ["/v1/requests", "/v1/screening"])
async def test_what_is_no_json_is_a_problem(
    client: aiohttp.ClientSession, path: str, node: FakeNode
) -> None:
    for body in (
        *(b"", b"{", b"\xff\xfe", b"\0", b'{"transfer": 1, "transfer": 2}', b"NaN", b"1.5"),
        *(b"[" * 60_000, b'{"a":' * 10_000, b"9" * 60_000, b'"' + b"\\u0000" * 10_000),
    ):
        details = problem(await post(client, path, body), 400, "malformed")
        assert details["field"] == "body"
        assert len(details["detail"]) < 300
    assert node.intake.submitted == []


async def test_what_is_no_request_is_a_problem(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    for body in ("[]", "null", "1", '"x"', "{}", '{"transfer": {}}', '{"": 1}'):
        problem(await post(client, "/v1/requests", body), 422, "malformed")
    assert node.intake.submitted == []


async def test_the_field_that_is_misspelled_is_named(
    client: aiohttp.ClientSession, request_: RelayRequest
) -> None:
    form = json.loads(request_.to_json())
    form["transfer"]["recipient"] = RELAYER.lower().replace("11", "aa")
    details = problem(await post(client, "/v1/requests", json.dumps(form)), 422, "malformed")
    assert details["field"] == "transfer.recipient"


REQUESTS = "winze_requests_total"
REJECTED = {Rejection.SPENT: 409, Rejection.IN_FLIGHT: 409, Rejection.CLAIMED: 409} | {
    Rejection.BUSY: 503
}


async def test_a_rejection_keeps_its_code(
    client: aiohttp.ClientSession, node: FakeNode, request_: RelayRequest
) -> None:
    for code in Rejection:
        node.intake.refusal = Rejected(code, "because it is so")
        answer = await post(client, "/v1/requests", request_.to_json())
        assert problem(answer, REJECTED.get(code, 422), code)["detail"] == "because it is so"
        assert ("Retry-After" in answer[1]) is (code is Rejection.BUSY)
        assert node.metrics.registry.get_sample_value(REQUESTS, {"result": code}) == 1


async def test_a_listed_depositor_is_refused_in_the_right_words(
    client: aiohttp.ClientSession,
) -> None:
    deposit = {"depositor": LISTED, "value": str(10**18), "inner": "5"}
    details = problem(
        await post(client, "/v1/screening", json.dumps(deposit)), 403, "deposit_refused"
    )
    assert details["detail"] == "Deposits that fail to meet AML standards cannot be accepted"


async def test_a_node_that_is_not_ready_says_why(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    node.monitor.reasons = ("the chain does not answer", "the database is full")
    details = problem(await get(client, "/v1/health/ready"), 503, "not_ready")
    assert details["detail"] == "the chain does not answer; the database is full"
    assert (await get(client, "/v1/health/live"))[0] == 200
    node.quotes.problem = NotReady("no price of gas is known yet")
    problem(await get(client, "/v1/fees"), 503, "not_ready")


async def test_an_error_of_ours_tells_nothing_but_to_the_operator(
    client: aiohttp.ClientSession, node: FakeNode, request_: RelayRequest, logged: io.StringIO
) -> None:
    node.intake.refusal = KeyError("/var/lib/winze/passphrase")
    answer = await post(client, "/v1/requests", request_.to_json())
    problem(answer, 500, "internal")
    assert b"passphrase" not in answer[2]
    assert b"KeyError" not in answer[2]
    assert '"error": "KeyError"' in logged.getvalue()
    node.intake.refusal = None
    assert (await post(client, "/v1/requests", request_.to_json()))[0] == 202


async def test_errors_of_libraries_become_problems(client: aiohttp.ClientSession) -> None:
    url = "/v1/keys/transfer/proving"
    answer = await get(client, url, Range="bytes=99999-")
    problem(answer, 416, "range_not_satisfiable")
    assert answer[1]["Content-Range"].startswith("bytes */")
    problem(await get(client, url, Range="lines=1-2"), 400, "malformed")


async def test_every_answer_has_headers_of_safety(client: aiohttp.ClientSession) -> None:
    for url in ("/v1/status", "/v1/nothing", "/v1/network", "/metrics"):
        _, headers, _ = await get(client, url)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] in {"no-store", "no-cache"}
        assert "Server" not in headers
        assert "Access-Control-Allow-Origin" not in headers


async def test_nobody_who_asks_stands_in_the_log(
    client: aiohttp.ClientSession, node: FakeNode, request_: RelayRequest, logged: io.StringIO
) -> None:
    logging.getLogger("uvicorn.access").propagate = True  # as somebody's settings may have it
    node.intake.refusal = KeyError("odd")
    await get(client, f"/v1/withdrawable/{RELAYER}")
    await get(client, GONE)
    await post(client, "/v1/requests", request_.to_json())
    assert "odd" in logged.getvalue()
    for told in ("127.0.0.1", RELAYER, GONE[-64:], request_.id, "withdrawable"):
        assert told not in logged.getvalue()
