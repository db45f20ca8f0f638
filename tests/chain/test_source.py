"""What a node answers, read: in one message where several things are asked, and never guessed."""

from typing import Any

import pytest
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncJSONBaseProvider

from tests.wallet.worlds import network
from winze.chain import ChainChanged, RpcSource
from winze.contracts import RpcError, TransactionError, UnexpectedAnswer, compiled
from winze.protocol import ChainBlock, Claimed, Deposited, EthAddress, word

NETWORK = network()
ALICE = EthAddress("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")


def block(number: int) -> dict[str, str]:
    return {"number": hex(number), "hash": "0x" + word(number).hex(), "timestamp": hex(9 * number)}


class Node(AsyncJSONBaseProvider):
    """Answers as a test says, and counts the messages that it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[int] = []
        self.blocks: dict[int, Any] = {number: block(number) for number in range(1000)}
        self.logs: Any = []
        self.takes_batches = True

    async def make_request(self, method: Any, params: Any) -> Any:
        self.messages.append(1)
        return self._answer(method, params)

    async def make_batch_request(self, batch_requests: Any) -> Any:
        self.messages.append(len(batch_requests))
        if not self.takes_batches:
            return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no"}}
        return [self._answer(method, params) for method, params in batch_requests]

    def _answer(self, method: str, params: Any) -> Any:
        if method == "eth_getLogs":
            return {"jsonrpc": "2.0", "id": 1, "result": self.logs}
        found = self.blocks[int(params[0], 16)]
        if isinstance(found, Exception):
            return {"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": str(found)}}
        return {"jsonrpc": "2.0", "id": 1, "result": found}


def source_of(node: Node) -> RpcSource:
    w3: Any = AsyncWeb3(node, middleware=[])
    return RpcSource(w3, NETWORK)


def numbers(count: int) -> list[ChainBlock]:
    return [ChainBlock(number) for number in range(5, 5 + count)]


# -- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "messages"),
    [(0, []), (1, [1]), (2, [2]), (100, [100]), (101, [100, 1]), (201, [100, 100, 1])],
)
async def test_headers_are_asked_for_a_hundred_in_a_message(
    count: int, messages: list[int]
) -> None:
    node = Node()
    found = await source_of(node).headers(numbers(count))
    assert [(each.number, each.hash, each.timestamp) for each in found] == [
        (number, word(number), 9 * number) for number in numbers(count)
    ]
    assert node.messages == messages


async def test_a_node_that_takes_one_question_a_message_is_asked_one_by_one() -> None:
    node = Node()
    node.takes_batches = False
    found = await source_of(node).headers(numbers(3))
    assert [each.number for each in found] == numbers(3)
    assert node.messages == [3, 1, 1, 1]


@pytest.mark.parametrize("count", [1, 3])
async def test_a_block_that_is_not_there_means_that_the_chain_changed(count: int) -> None:
    node = Node()
    node.blocks[5] = None
    with pytest.raises(ChainChanged, match="no block 5"):
        await source_of(node).headers(numbers(count))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    "answer",
    [
        block(6),
        {},
        "0x",
        {**block(5), "number": None},
        {**block(5), "hash": "0xzz"},
        {**block(5), "timestamp": hex(1 << 40)},
    ],
    ids=range(6),
)
async def test_an_answer_that_is_not_that_block_is_refused(answer: Any, count: int) -> None:
    node = Node()
    node.blocks[5] = answer
    with pytest.raises(UnexpectedAnswer, match="5"):
        await source_of(node).headers(numbers(count))


async def test_one_error_among_many_answers_is_an_error() -> None:
    node = Node()
    node.blocks[6] = RuntimeError("busy")
    with pytest.raises((RpcError, TransactionError), match="busy"):
        await source_of(node).headers(numbers(3))


# -- events ---------------------------------------------------------------------------------------


def deposited(**changes: Any) -> dict[str, Any]:
    """A deposit as a node tells it."""
    event = compiled("pool").abi.event("Deposited")
    usual = {
        "address": NETWORK.pool.lower(),
        "topics": ["0x" + each.hex() for each in (event.topic, bytes(12) + ALICE.bytes20)],
        "data": "0x" + (word(5) + word(6)).hex(),
        "blockNumber": "0x7",
        "blockHash": "0x" + "ab" * 32,
        "transactionHash": "0x" + "cd" * 32,
        "logIndex": "0x0",
        "removed": False,
    }
    return usual | changes


async def told(*logs: Any) -> Any:
    node = Node()
    node.logs = list(logs)
    return await source_of(node).logs(ChainBlock(1), ChainBlock(9))


async def test_an_event_is_read_with_its_place() -> None:
    (found,) = await told(deposited())
    assert vars(found) == {
        "event": Deposited(ALICE, 5, 6),
        "block": 7,
        "block_hash": b"\xab" * 32,
        "transaction": b"\xcd" * 32,
    }


async def test_events_come_in_the_order_of_the_chain_whatever_the_nodes_is() -> None:
    def at(number: int, place: int, inner: int) -> dict[str, Any]:
        data = "0x" + (word(5) + word(inner)).hex()
        return deposited(blockNumber=hex(number), logIndex=hex(place), data=data)

    found = await told(at(8, 0, 3), at(7, 11, 2), at(7, 2, 1))
    assert [each.event.inner for each in found] == [1, 2, 3]


async def test_both_contracts_are_read() -> None:
    event = compiled("rewards").abi.event("Claimed")
    words = (event.topic, word(1), bytes(12) + ALICE.bytes20, word(2))
    claimed = deposited(
        address=NETWORK.rewards,
        topics=["0x" + each.hex() for each in words],
        data="0x" + word(4).hex(),
        blockNumber="0x8",
    )
    found = await told(deposited(), claimed)
    assert [each.event for each in found] == [Deposited(ALICE, 5, 6), Claimed(1, ALICE, 2, 4)]


@pytest.mark.parametrize(
    "log",
    [
        deposited(address=ALICE),
        deposited(address="0x12"),
        deposited(topics=[]),
        deposited(topics=["0x" + "00" * 32]),
        deposited(data="0x"),
        deposited(data="0x" + "00" * 63),
        deposited(data=None),
        deposited(blockNumber=None),
        deposited(blockNumber=7),
        deposited(logIndex="x"),
        deposited(transactionHash=None),
        {},
        "0x",
        None,
    ],
    ids=range(14),
)
async def test_what_is_no_event_of_ours_is_refused(log: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        await told(deposited(), log)


async def test_an_answer_that_is_no_list_is_refused() -> None:
    for answer in (None, 5, {"logs": []}):
        node = Node()
        node.logs = answer
        with pytest.raises(UnexpectedAnswer):
            await source_of(node).logs(ChainBlock(1), ChainBlock(9))
