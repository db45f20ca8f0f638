"""Which relayer is asked, and which one is not believed."""

from dataclasses import dataclass, field

import pytest

from tests.wallet.actions.books import QUOTE
from winze.contracts import GWEI, GasMarket, RpcError
from winze.protocol import Timestamp, Wei
from winze.wallet import NodeRefused, NodeUnreachable
from winze.wallet.actions.desk import Desk
from winze.wallet.errors import NoRelayer
from winze.wire import Quote

FAIR = GasMarket(base=GWEI, tip=0)


@dataclass
class Node:
    """A node that answers one quote, or fails."""

    url: str
    answer: Quote | Exception
    asked: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return self.url

    async def fees(self) -> Quote:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def desk(*nodes: Node, market: GasMarket | Exception = FAIR) -> Desk:
    async def told() -> GasMarket:
        if isinstance(market, Exception):
            raise market
        return market

    return Desk(nodes, told)  # type: ignore[arg-type]


def quote(transfer: int, claim: int) -> Quote:
    return Quote(Wei(transfer), Wei(claim), QUOTE.relayer, Timestamp(1))


async def test_the_first_node_that_answers_is_taken() -> None:
    found = await desk(
        Node("http://a", NodeUnreachable("it is away")), Node("http://b", QUOTE)
    ).offer()
    assert (found.node, found.quote) == ("http://b", QUOTE)


# A transfer is reckoned with 450,000 gas and a claim with 950,000; ten times that is too much.
@pytest.mark.parametrize(
    ("transfer", "claim", "taken"),
    [
        (2 * 10**15, 5 * 10**15, True),
        (5 * 10**15, 5 * 10**15, False),
        (2 * 10**15, 10**16, False),
    ],
)
async def test_a_relayer_that_asks_ten_times_what_gas_costs_is_none(
    transfer: int,
    claim: int,
    taken: bool,  # noqa: FBT001
) -> None:
    asked = desk(Node("http://dear", quote(transfer, claim)))
    if taken:
        assert (await asked.offer()).node == "http://dear"
    else:
        with pytest.raises(NoRelayer, match="far above what the gas costs"):
            await asked.offer()


async def test_gas_that_costs_next_to_nothing_makes_no_relayer_dear() -> None:
    free = GasMarket(base=1, tip=0)
    usual = quote(2 * 10**14, 5 * 10**14)
    assert (await desk(Node("http://a", usual), market=free).offer()).quote == usual


async def test_what_every_node_said_is_told_and_no_address_beyond_its_place() -> None:
    nodes = (
        Node("http://a", NodeUnreachable("the node at http://a does not answer")),
        Node("http://b", NodeRefused("not_offered", "this node does not relay")),
    )
    with pytest.raises(NoRelayer, match=r"http://a does not answer.*does not relay"):
        await desk(*nodes).offer()


async def test_without_a_node_or_a_gas_price_nobody_is_asked() -> None:
    assert not desk().open
    with pytest.raises(NoRelayer, match="no node is known"):
        await desk().offer()
    with pytest.raises(NoRelayer, match="what gas costs"):
        await desk(Node("http://a", QUOTE), market=RpcError("mute")).offer()
