"""The description says what is read and written: no more, no less."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import jsonschema_rs
import pytest

from tests.node.api.ports import RELAYER, FakeNode
from tests.node.api.sending import get
from tests.wire.requests import REQUESTS, TRANSFER_ALONE
from winze.node.api import ApiSettings, create_app
from winze.node.api.schemas import example_request
from winze.wire import InvalidForm, RelayRequest

ENDPOINTS = {
    ("get", "/v1/network"),
    ("get", "/v1/keys/{circuit}/{key}"),
    ("get", "/v1/status"),
    ("get", "/v1/fees"),
    ("get", "/v1/sync"),
    ("get", "/v1/sync/{kind}"),
    ("post", "/v1/requests"),
    ("get", "/v1/requests/{request_id}"),
    ("get", "/v1/rewards/{account}"),
    ("get", "/v1/withdrawable/{account}"),
    ("get", "/v1/statistics"),
    ("post", "/v1/screening"),
    ("get", "/v1/health/live"),
    ("get", "/v1/health/ready"),
    ("get", "/metrics"),
}


@pytest.fixture
def description(node: FakeNode) -> dict[str, Any]:
    return create_app(node.ports(), ApiSettings()).openapi()


def operations(description: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def validator(description: Mapping[str, Any], name: str) -> jsonschema_rs.Draft202012Validator:
    root = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    return jsonschema_rs.Draft202012Validator(root)


async def test_it_is_published(client: aiohttp.ClientSession, description: dict[str, Any]) -> None:
    status, _, body = await get(client, "/v1/openapi.json")
    assert (status, json.loads(body)) == (200, json.loads(json.dumps(description)))


def test_it_names_every_endpoint(description: dict[str, Any]) -> None:
    assert {(method, path) for method, path, _ in operations(description)} == ENDPOINTS


def test_every_endpoint_is_described_with_its_problems(description: dict[str, Any]) -> None:
    for method, path, operation in operations(description):
        assert operation["summary"]
        assert operation["description"]
        problems = {
            status: answer
            for status, answer in operation["responses"].items()
            if status.startswith(("4", "5"))
        }
        wanted = {"404", "414", "422", "429", "431", "500", "503"}
        wanted |= {"400", "408", "413", "415"} if method == "post" else set()
        assert wanted <= set(problems), path
        for status, answer in problems.items():
            content = answer["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert content["example"]["status"] == int(status)
            validator(description, "Problem").validate(content["example"])


def test_every_field_is_described(description: dict[str, Any]) -> None:
    for name, schema in description["components"]["schemas"].items():
        assert schema["description"], name
        for field, kind in schema.get("properties", {}).items():
            assert "description" in kind or "$ref" in kind or "enum" in kind or field == "status"


def test_nothing_is_fetched_from_elsewhere(description: dict[str, Any]) -> None:
    assert "://" not in json.dumps(description)


def test_examples_are_what_is_read(description: dict[str, Any]) -> None:
    body = description["paths"]["/v1/requests"]["post"]["requestBody"]
    example = body["content"]["application/json"]["example"]
    assert RelayRequest.from_json(json.dumps(example)) == example_request()
    validator(description, "RelayRequest").validate(example)


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_whatever_is_read_fits_the_description(
    description: dict[str, Any], request_: RelayRequest
) -> None:
    validator(description, "RelayRequest").validate(json.loads(request_.to_json()))


WRONG: dict[str, Any] = {
    "no part": {},
    "no proof": {"transfer_proof": None},
    "another field": {"more": 1},
    "a number as one": {"transfer.fee": 5},
    "a leading zero": {"transfer.fee": "05"},
    "a sign": {"transfer.fee": "+5"},
    "an empty number": {"transfer.fee": ""},
    "too many digits": {"transfer.fee": "9" * 30},
    "an integer as a text": {"transfer.anchor": "5"},
    "a fraction": {"transfer.anchor": 5.5},
    "an integer too large": {"transfer.anchor": 2**26},
    "a negative integer": {"transfer.deadline": -1},
    "a boolean": {"transfer.deadline": True},
    "null": {"transfer.recipient": None},
    "a short address": {"transfer.recipient": RELAYER[:-1]},
    "an address without 0x": {"transfer.recipient": RELAYER[2:]},
    "bytes in capitals": {"transfer.memos": "0x" + "AB" * 160},
    "too few bytes": {"transfer.memos": "0x" + "ab" * 159},
    "too many bytes": {"transfer.memos": "0x" + "ab" * 161},
    "a short proof": {"transfer_proof": "0x" + "ab" * 255},
    "another field of a transfer": {"transfer.more": 1},
    "a line more": {"transfer.fee": "5\n"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_what_does_not_fit_the_description_is_not_read(
    description: dict[str, Any], change: Mapping[str, Any]
) -> None:
    form = json.loads(TRANSFER_ALONE.to_json()) if change else {}
    for place, value in change.items():
        *outer, name = place.split(".")
        target = form[outer[0]] if outer else form
        target[name] = value
        if value is None and not outer:
            del target[name]
    with pytest.raises(InvalidForm):
        RelayRequest.from_json(json.dumps(form))
    assert not validator(description, "RelayRequest").is_valid(form)
