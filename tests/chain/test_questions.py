"""What a node learns from being asked: where we read, and nothing about who reads."""

from typing import Any

from web3 import AsyncWeb3
from web3.providers.async_base import AsyncJSONBaseProvider

from tests.wallet.worlds import network
from winze.chain import RpcSource
from winze.contracts import compiled
from winze.protocol import BlockIndex, ChainBlock

NETWORK = network()
WHERE = {"address", "fromBlock", "toBlock"}
"""What events may be asked for by: never by topic, which is what somebody's events hold."""


class Listening(AsyncJSONBaseProvider):
    """A node that writes down what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, Any]] = []

    async def make_request(self, method: Any, params: Any) -> Any:
        self.asked.append((method, params))
        answers: dict[str, object] = {
            "eth_blockNumber": "0x9",
            "eth_getBlockByNumber": {"number": "0x5", "hash": "0x" + 64 * "a", "timestamp": "0x1"},
            "eth_getLogs": [],
            "eth_call": "0x" + 64 * "0",
        }
        return {"jsonrpc": "2.0", "id": 1, "result": answers[method]}


async def test_a_follower_asks_for_nothing_that_is_anybodys() -> None:
    """All that any follower asks on the way to these blocks, and so the same for everybody."""
    node = Listening()
    w3: Any = AsyncWeb3(node, middleware=[])
    source = RpcSource(w3, NETWORK)
    index, first, last = BlockIndex(3), ChainBlock(5), ChainBlock(7)
    await source.head()
    await source.header(first)
    await source.logs(first, last)
    await source.root(last)
    await source.sealed(index, last)

    (asked,) = [params for method, params in node.asked if method == "eth_getLogs"]
    assert set(asked[0]) == WHERE
    assert set(asked[0]["address"]) == {NETWORK.pool, NETWORK.rewards}
    assert [each for each in node.asked if each[0] != "eth_getLogs"] == [
        ("eth_blockNumber", []),
        ("eth_getBlockByNumber", ["0x5", False]),
        ("eth_call", [by_nobody("root"), "0x7"]),
        ("eth_call", [by_nobody("sealed", index), "0x7"]),
    ]


def by_nobody(function: str, *values: object) -> dict[str, str]:
    """A question to the pool that names no sender."""
    data = compiled("pool").abi.function(function, len(values)).encode(*values)
    return {"to": NETWORK.pool, "data": "0x" + data.hex(), "value": "0x0"}


def test_executed_transfers_cannot_be_looked_for_by_what_they_publish() -> None:
    """No field is indexed, so whoever looks for one has to read them all."""
    (event,) = [each for each in compiled("pool").interface if each.get("name") == "Transferred"]
    assert [field["name"] for field in event["inputs"] if field["indexed"]] == []
