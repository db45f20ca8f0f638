"""The proxy does the harm that it is told to do, and no other."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.chains import Chain, Deployed, bare_chain, deployed_chain
from tests.node.faults import harm, lies
from tests.node.faults.proxy import Asked, Fault, RpcProxy
from winze.chain import Follower, LedgerMismatch, RpcSource
from winze.contracts import (
    ChainUnreachable,
    ContractCall,
    RpcError,
    Sender,
    Web3,
    connected,
    request,
)
from winze.devnet import CHAIN_ID, funded_account
from winze.protocol import ETHER, ChainBlock, EthAddress, Field, Wei, WinzeError

pytestmark = pytest.mark.chain

STRANGER = EthAddress.from_bytes(b"\x09" * 20)
PAYING = ContractCall("paying", STRANGER, b"", Wei(5))
SEND = harm.SEND


@dataclass
class Pair:
    """A chain, and a connection to it through a proxy."""

    chain: Chain
    proxy: RpcProxy
    w3: Web3

    async def head(self) -> int:
        return int(await request(self.w3, "", "eth_blockNumber"), 16)

    async def raw(self) -> str:
        """A signed payment that nobody has sent yet."""
        key = funded_account(1)
        nonce = await self.chain.nonce(EthAddress(key.address))
        fields: dict[str, Any] = {"type": 2, "chainId": CHAIN_ID, "nonce": nonce}
        fields |= {"to": str(STRANGER), "value": 5, "gas": 21_000}
        fields |= {"maxFeePerGas": 10**10, "maxPriorityFeePerGas": 1}
        return "0x" + bytes(key.sign_transaction(fields).raw_transaction).hex()

    async def paid(self) -> int:
        return int(await request(self.chain.w3, "", "eth_getBalance", STRANGER, "latest"), 16)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        chain = await stack.enter_async_context(bare_chain())
        proxy = await stack.enter_async_context(RpcProxy(chain.url, tmp_path / "asked.jsonl"))
        yield Pair(chain, proxy, await stack.enter_async_context(connected(proxy.url)))


async def test_what_is_asked_is_passed_on_counted_and_written_down(
    pair: Pair, tmp_path: Path
) -> None:
    assert await pair.head() == await pair.chain.clock.height()
    assert pair.proxy.count == {"eth_blockNumber": 1}
    lines = (tmp_path / "asked.jsonl").read_text().splitlines()
    expected = {"method": "eth_blockNumber", "params": [], "outcome": "result"}
    assert [json.loads(line) for line in lines] == [expected]


async def test_several_requests_in_one_message_are_all_answered(pair: Pair) -> None:
    message = {"jsonrpc": "2.0", "method": "eth_chainId", "params": []}
    async with ClientSession() as session:
        asked = [{**message, "id": 7}, {**message, "id": 8}]
        async with session.post(pair.proxy.url, json=asked) as response:
            answers = await response.json()
    assert [answer["id"] for answer in answers] == [7, 8]


async def test_while_it_is_down_nobody_answers_and_afterwards_the_same_address_does(
    pair: Pair,
) -> None:
    await pair.head()
    async with pair.proxy.down():
        with pytest.raises(ChainUnreachable):
            await pair.head()
    assert await pair.head()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (harm.status(429), ChainUnreachable),
        (harm.status(500), ChainUnreachable),
        (harm.lose, ChainUnreachable),
        (harm.error(), RpcError),
    ],
    ids=["429", "500", "lost", "limit"],
)
async def test_a_fault_lasts_as_long_as_it_is_suffered(
    pair: Pair, fault: Fault, expected: type[Exception]
) -> None:
    with pair.proxy.suffering(fault), pytest.raises(expected):
        await pair.head()
    assert await pair.head()


async def test_only_the_chosen_methods_suffer_and_only_so_often(pair: Pair) -> None:
    # Not one that a connection asks again after.
    fault = harm.only(harm.first(2, harm.error(-32000, "no")), "eth_blockNumber")
    with pair.proxy.suffering(fault):
        await request(pair.w3, "", "eth_chainId")
        for _ in range(2):
            with pytest.raises(RpcError):
                await pair.head()
        assert await pair.head()


@pytest.mark.parametrize("share", [0.0, 1.0])
async def test_a_share_of_the_requests_suffers(pair: Pair, share: float) -> None:
    refused = 0
    with pair.proxy.suffering(harm.sometimes(Random(1), share, harm.error())):  # noqa: S311
        for _ in range(3):
            try:
                await pair.head()
            except RpcError:
                refused += 1
    assert refused == 3 * share


async def test_a_request_that_hangs_ends_with_its_client(pair: Pair) -> None:
    with pair.proxy.suffering(harm.hang), pytest.raises(TimeoutError):
        await asyncio.wait_for(pair.head(), 0.2)
    assert await pair.head()


async def test_a_slow_answer_is_the_right_one(pair: Pair) -> None:
    with pair.proxy.suffering(harm.slow(0.1)):
        assert await pair.head() == await pair.chain.clock.height()


async def test_a_dropped_transaction_has_its_hash_and_no_effect(pair: Pair) -> None:
    raw = await pair.raw()
    with pair.proxy.suffering(harm.drop_transaction):
        told = await request(pair.w3, "", SEND, raw)
    assert await pair.paid() == 0
    assert await request(pair.chain.w3, "", SEND, raw) == told
    assert await pair.paid() == 5


async def test_a_lost_answer_leaves_the_transaction_on_the_chain(pair: Pair) -> None:
    losing = harm.only(harm.lose_the_answer, SEND)
    with pair.proxy.suffering(losing), pytest.raises(ChainUnreachable):
        await request(pair.w3, "", SEND, await pair.raw())
    assert await pair.paid() == 5


async def test_a_transaction_sent_twice_happens_once(pair: Pair) -> None:
    with pair.proxy.suffering(harm.send_twice), pytest.raises(RpcError):
        await request(pair.w3, "", SEND, await pair.raw())
    assert pair.proxy.count[SEND] == 1
    assert await pair.paid() == 5


async def test_hooks_run_on_both_sides_of_what_the_chain_does(pair: Pair) -> None:
    seen: list[int] = []

    async def look(_: Asked) -> None:
        seen.append(await pair.paid())

    async def look_after(asked: Asked) -> None:
        await pair.chain.clock.mine()
        await look(asked)

    with pair.proxy.suffering(harm.before(SEND, look), harm.after(SEND, look_after)):
        await request(pair.w3, "", SEND, await pair.raw())
    assert seen == [0, 5]


async def test_a_stale_head_is_stale_for_everything_that_names_the_latest_block(
    pair: Pair,
) -> None:
    await pair.chain.sender(1).send(PAYING)
    with pair.proxy.suffering(lies.stale_head(1)):
        assert await pair.head() == await pair.chain.clock.height() - 1
        assert int(await request(pair.w3, "", "eth_getBalance", STRANGER, "latest"), 16) == 0


async def test_an_old_head_is_old_and_nothing_else(pair: Pair) -> None:
    await pair.chain.sender(1).send(PAYING)
    with pair.proxy.suffering(lies.old_head(1)):
        assert await pair.head() == 1
        assert int(await request(pair.w3, "", "eth_getBalance", STRANGER, "latest"), 16) == 5


async def test_receipts_are_those_of_other_transactions(pair: Pair) -> None:
    sender = Sender(pair.chain.w3, funded_account(1))
    sent = [(await sender.send(PAYING)).transaction for _ in range(2)]
    with pair.proxy.suffering(lies.swapped_receipts()):
        found = [await request(pair.w3, "", "eth_getTransactionReceipt", each) for each in sent]
    assert [each["transactionHash"] for each in found] == [sent[0], sent[0]]


async def test_blocks_have_foreign_hashes_and_the_chain_a_foreign_id(pair: Pair) -> None:
    true = await request(pair.w3, "", "eth_getBlockByNumber", *["0x1", False])
    with pair.proxy.suffering(lies.foreign_hashes(), lies.foreign_chain_id()):
        told = await request(pair.w3, "", "eth_getBlockByNumber", *["0x1", False])
        assert await request(pair.w3, "", "eth_chainId") == "0x1"
    assert told["hash"] != true["hash"]
    assert told["number"] == true["number"]


async def test_nonsense_is_no_answer(pair: Pair) -> None:
    refused = 0
    with pair.proxy.suffering(lies.nonsense(Random(1))):  # noqa: S311 - a story
        for _ in range(20):
            try:
                await pair.head()
            except (ValueError, TypeError, WinzeError):
                refused += 1
    assert 10 < refused < 20
    assert await pair.head()


async def _deposit(chain: Deployed, inner: int) -> None:
    await chain.sender(1).send(chain.pool.deposit(Field(inner), Wei(ETHER), mine=True))


@pytest.mark.parametrize("lie", ["without_logs", "with_logs_twice", "wrong_states"])
async def test_a_follower_notices_every_lie_about_the_ledger_and_recovers(lie: str) -> None:
    async with deployed_chain() as chain, RpcProxy(chain.url) as proxy, connected(proxy.url) as w3:
        faults = {
            "without_logs": lies.without_logs(),
            "with_logs_twice": lies.with_logs_twice(),
            "wrong_states": lies.wrong_states(chain.network.pool),
        }
        follower = Follower(RpcSource(w3, chain.network), ChainBlock(0))
        await _deposit(chain, 7)
        with proxy.suffering(faults[lie]), pytest.raises(LedgerMismatch):
            await follower.sync()
        await follower.sync()
        assert len(follower.ledger.open) == 1
