"""A wallet's client and the API understand each other."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.node.api.ports import LISTED, NOW, FakeNode
from tests.node.api.serving import served
from tests.wire.requests import BOTH
from winze.node.api import ApiSettings, EndpointClass, Rate, create_app
from winze.node.errors import NotReady, Rejected
from winze.protocol import EthAddress, Field, Wei
from winze.wallet import NodeBusy, NodeClient, NodeRefused
from winze.wire import Extent, Page, Rejection, RequestState, RowKind

DEPOSITOR = EthAddress("0x" + "d1" * 20)


@pytest.fixture
async def client(address: str) -> AsyncIterator[NodeClient]:
    async with NodeClient(f"{address}/") as made:
        yield made


async def test_the_network_is_the_one_that_the_node_serves(
    node: FakeNode, client: NodeClient
) -> None:
    assert await client.network() == node.ports().network


async def test_the_status_and_the_fees_are_told(client: NodeClient) -> None:
    assert (await client.status())["proved"] == 2
    quote = await client.fees()
    assert (quote.transfer, quote.claim) == (Wei(2 * 10**14), Wei(5 * 10**14))


async def test_a_request_is_handed_over_and_asked_about(node: FakeNode, client: NodeClient) -> None:
    assert await client.request_status(BOTH.id) is None
    handed = await client.submit(BOTH)
    assert (handed.id, handed.state) == (BOTH.id, RequestState.RECEIVED)
    assert handed.received_at == NOW
    assert node.intake.submitted == [BOTH]
    assert await client.request_status(BOTH.id) == handed
    node.intake.known[BOTH.id] = replace(handed, state=RequestState.FAILED, reason="no gas")
    for status in (await client.request_status(BOTH.id), await client.submit(BOTH)):
        assert status is not None
        assert (status.state, status.reason) == (RequestState.FAILED, "no gas")


async def test_a_rejection_is_told_with_its_code(node: FakeNode, client: NodeClient) -> None:
    node.intake.refusal = Rejected(Rejection.SPENT, "nullifier 5 is spent already")
    with pytest.raises(NodeRefused, match=r"nullifier 5 is spent already \(spent\)") as told:
        await client.submit(BOTH)
    assert (told.value.code, told.value.detail) == ("spent", "nullifier 5 is spent already")
    assert not isinstance(told.value, NodeBusy)


async def test_a_permit_is_handed_out_or_refused_in_the_screeners_words(client: NodeClient) -> None:
    permit = await client.permit(DEPOSITOR, Wei(5), Field(7))
    assert (permit.deadline, permit.r, permit.vs) == (NOW + 60, b"\x01" * 32, b"\x02" * 32)
    with pytest.raises(NodeRefused, match="AML") as told:
        await client.permit(LISTED, Wei(5), Field(7))
    assert told.value.code == "deposit_refused"


async def test_a_node_that_has_enough_to_do_says_when_to_come_back(
    node: FakeNode, client: NodeClient
) -> None:
    node.intake.refusal = Rejected(Rejection.BUSY, "enough to do")
    with pytest.raises(NodeBusy) as told:
        await client.submit(BOTH)
    assert told.value.code == "busy"
    assert told.value.after > 0
    node.quotes.problem = NotReady("no price of gas yet")
    with pytest.raises(NodeBusy, match="no price of gas yet"):
        await client.fees()


async def test_a_wallet_that_asks_too_often_is_told_to_wait(node: FakeNode) -> None:
    once = ApiSettings(rates={EndpointClass.LIGHT: Rate(0.001, 1)})
    async with served(create_app(node.ports(), once), once) as url, NodeClient(url) as client:
        await client.status()
        with pytest.raises(NodeBusy) as limited:
            await client.status()
        assert limited.value.code == "rate_limited"


async def test_what_the_node_does_not_offer_is_refused(
    node: FakeNode, settings: ApiSettings
) -> None:
    app = create_app(node.silent_ports(), settings)
    async with served(app, settings) as url, NodeClient(url) as client:
        for asked in (client.fees(), client.submit(BOTH), client.request_status(BOTH.id)):
            with pytest.raises(NodeRefused) as told:
                await asked
            assert told.value.code == "not_offered"


async def test_bulk_data_is_read_by_pages(node: FakeNode, client: NodeClient) -> None:
    node.index.rows, node.index.final, node.index.generations = 700, 500, 3
    state = await client.sync_state()
    assert state.generation == 3
    assert state.extents == dict.fromkeys(RowKind, Extent(700, 500))
    assert state.cursor == node.index.cursor()
    for kind in RowKind:
        page = await client.page(kind, 100, 50)
        assert page == Page.decode(node.index.page(kind, 100, 50), kind, 100)
        assert len(page) == 50
        assert len(await client.page(kind, 700, 50)) == 0
