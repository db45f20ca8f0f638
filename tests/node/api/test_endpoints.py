"""What each endpoint answers when all is well."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from tests.node.api.ports import LISTED, NOW, RELAYER, FakeNode
from tests.node.api.sending import get, post
from tests.node.api.serving import served
from winze.contracts import network_from_json
from winze.node.api import ApiSettings, create_app
from winze.wire import (
    MAX_PAGE_ROWS,
    Quote,
    RelayRequest,
    RequestState,
    RequestStatus,
    RowKind,
)


async def test_the_network_is_described_under_its_hash(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    status, headers, body = await get(client, "/v1/network")
    assert status == 200
    assert network_from_json(body.decode()) == node.ports().network
    assert headers["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'


@pytest.mark.parametrize("key", ["proving", "verifying"])
async def test_keys_are_the_files_that_the_network_pins(
    client: aiohttp.ClientSession, node: FakeNode, key: str
) -> None:
    for circuit, pins in node.ports().network.keys.items():
        status, headers, body = await get(client, f"/v1/keys/{circuit}/{key}")
        pinned = getattr(pins, f"{key}_key_sha256")
        assert (status, hashlib.sha256(body).hexdigest()) == (200, pinned)
        assert headers["ETag"] == f'"{pinned}"'
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_a_key_is_served_in_ranges(client: aiohttp.ClientSession) -> None:
    url = "/v1/keys/transfer/proving"
    _, _, whole = await get(client, url)
    status, headers, part = await get(client, url, Range="bytes=10-19")
    assert (status, part) == (206, whole[10:20])
    assert headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    status, _, rest = await get(client, url, Range=f"bytes={len(whole) - 1}-")
    assert (status, rest) == (206, whole[-1:])


async def test_a_key_that_the_client_has_is_not_sent_again(client: aiohttp.ClientSession) -> None:
    url = "/v1/keys/transfer/proving"
    _, headers, _ = await get(client, url)
    assert (await get(client, url, **{"If-None-Match": headers["ETag"]}))[0] == 304
    assert (await get(client, url, **{"If-None-Match": '"another"'}))[0] == 200


async def test_the_status_says_how_the_node_stands(client: aiohttp.ClientSession) -> None:
    form = await json_of(client, "/v1/status")
    assert form["head"] == {"number": 9, "hash": "0x" + "09" * 32, "timestamp": NOW}
    assert (form["sealed"], form["proved"], form["open_entries"], form["due"]) == (3, 2, 1, NOW + 5)
    assert form["queue"] == {"received": 4}
    assert form["balances"] == {RELAYER: str(10**18)}
    assert (form["stages"]["prove"], form["stages"]["seal"]) == (1.25, None)


async def test_fees_are_a_quote(client: aiohttp.ClientSession) -> None:
    _, _, body = await get(client, "/v1/fees")
    quote = Quote.from_json(body)
    assert (quote.transfer, quote.claim, quote.relayer) == (2 * 10**14, 5 * 10**14, RELAYER)


async def test_bulk_data_begins_with_its_extents(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    node.index.rows, node.index.final, node.index.generations = 5, 3, 2
    form = await json_of(client, "/v1/sync")
    assert form["generation"] == 2
    assert form["cursor"]["number"] == 8
    assert form["kinds"]["memos"] == {
        "rows": 5,
        "final": 3,
        "row_size": 168,
        "page_rows": MAX_PAGE_ROWS[RowKind.MEMOS],
    }
    assert set(form["kinds"]) == {kind.name.lower() for kind in RowKind}


async def test_a_request_is_accepted_and_found_again(
    client: aiohttp.ClientSession, node: FakeNode, request_: RelayRequest
) -> None:
    status, _, body = await post(client, "/v1/requests", request_.to_json())
    assert (status, node.intake.submitted) == (202, [request_])
    told = RequestStatus.from_json(body)
    assert (told.id, told.state) == (request_.id, RequestState.RECEIVED)
    status, _, again = await get(client, f"/v1/requests/{request_.id}")
    assert (status, again) == (200, body)
    counted = node.metrics.registry.get_sample_value("winze_requests_total", {"result": "received"})
    assert counted == 1


async def test_a_request_that_ended_is_answered_as_such(
    client: aiohttp.ClientSession, node: FakeNode, request_: RelayRequest
) -> None:
    done = RequestStatus(request_.id, RequestState.DONE, NOW, NOW, NOW, transaction=b"\x07" * 32)
    node.intake.known[request_.id] = done
    status, _, body = await post(client, "/v1/requests", request_.to_json())
    assert (status, RequestStatus.from_json(body)) == (200, done)


async def test_explorers_see_what_an_account_earned(client: aiohttp.ClientSession) -> None:
    form = await json_of(client, f"/v1/rewards/{RELAYER}")
    (earned,) = form["periods"]
    assert (earned["period"], earned["points"], earned["minted_points"]) == (144, "4", "0")
    assert int(earned["itx"]) == 8_937_500 * 10**18 // 144 // 4
    assert (await json_of(client, f"/v1/rewards/{LISTED}"))["periods"] == []


async def test_explorers_see_what_waits_for_an_account(client: aiohttp.ClientSession) -> None:
    lower = RELAYER.lower()
    assert await json_of(client, f"/v1/withdrawable/{lower}") == {"account": RELAYER, "amount": "7"}


async def test_statistics_count_everybody(client: aiohttp.ClientSession) -> None:
    form = await json_of(client, "/v1/statistics")
    assert (form["deposits"], form["transfers"]) == (9, 8)
    first = {"value": str(10**17), "points": 1, "anonymity_set": 5, "claims": 2}
    assert form["denominations"][0] == first
    assert [each["anonymity_set"] for each in form["denominations"]] == [5, 0, 0, 0]
    assert form["today"]["points"] == "0"


async def test_statistics_are_counted_once_for_each_block_of_the_chain(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    for _ in range(3):
        await json_of(client, "/v1/statistics")
    assert node.index.counted == 1
    node.index.height += 1
    await json_of(client, "/v1/statistics")
    assert node.index.counted == 2


async def test_a_deposit_is_permitted(client: aiohttp.ClientSession) -> None:
    deposit = {"depositor": RELAYER, "value": str(10**18), "inner": "5"}
    status, _, body = await post(client, "/v1/screening", json.dumps(deposit))
    assert status == 200
    permit = json.loads(body)
    assert permit == {"deadline": NOW + 60, "r": "0x" + "01" * 32, "vs": "0x" + "02" * 32}


async def test_health_is_told(client: aiohttp.ClientSession) -> None:
    assert await json_of(client, "/v1/health/live") == {"status": "live"}
    assert await json_of(client, "/v1/health/ready") == {"status": "ready"}


async def test_metrics_count_the_answers_by_class(client: aiohttp.ClientSession) -> None:
    await get(client, "/v1/nothing")
    await get(client, "/v1/health/live")
    _, headers, body = await get(client, "/metrics")
    assert headers["Content-Type"].startswith("text/plain")
    assert b'winze_api_answers_total{endpoint="light",status="404"} 1.0' in body
    assert b'winze_api_answers_total{endpoint="light",status="200"} 1.0' in body


async def test_a_node_that_neither_relays_nor_screens_says_so(
    node: FakeNode, settings: ApiSettings, request_: RelayRequest
) -> None:
    app = create_app(node.silent_ports(), settings)
    async with (
        served(app, settings) as url,
        aiohttp.ClientSession(url) as client,
    ):
        deposit = {"depositor": RELAYER, "value": "1", "inner": "5"}
        answers = [
            await get(client, "/v1/fees"),
            await get(client, f"/v1/requests/{request_.id}"),
            await post(client, "/v1/requests", request_.to_json()),
            await post(client, "/v1/screening", json.dumps(deposit)),
        ]
        assert [(status, json.loads(body)["code"]) for status, _, body in answers] == [
            (404, "not_offered")
        ] * 4
        assert (await json_of(client, "/v1/status"))["relays"] is False


async def json_of(client: aiohttp.ClientSession, url: str) -> Mapping[str, Any]:
    status, headers, body = await get(client, url)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    form = json.loads(body)
    assert isinstance(form, dict)
    return form
