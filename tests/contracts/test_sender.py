"""Sending: nonces in order, nothing that would revert, higher fees for what is stuck."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncJSONBaseProvider

from tests.chains import QUICK, Chain, bare_chain, eventually
from tests.contracts.refuse import Refuse, deploy_refuse
from winze.contracts import (
    GWEI,
    ChainUnreachable,
    ContractCall,
    FeePolicy,
    FeesTooHigh,
    InsufficientFunds,
    InvalidCall,
    NoContract,
    OutOfGas,
    Pace,
    Receipt,
    RpcError,
    Sender,
    TransactionReverted,
    TransactionStuck,
    UnexpectedAnswer,
    Web3,
    connected,
    eth_balance,
    request,
    run,
)
from winze.contracts.fees import current_fees
from winze.contracts.reverts import NO_REASON
from winze.contracts.rpc import estimate_gas
from winze.devnet import funded_account
from winze.protocol import EthAddress, Wei

pytestmark = pytest.mark.chain

ETHER = Wei(10**18)


def payment(to: EthAddress, value: Wei = ETHER) -> ContractCall:
    return ContractCall("paying", to, b"", value)


async def balance(chain: Chain, account: EthAddress) -> int:
    return int(await request(chain.w3, "", "eth_getBalance", account, "latest"), 16)


async def test_a_payment_arrives_and_its_receipt_says_what_it_cost() -> None:
    stranger = EthAddress("0x00000000000000000000000000000000000ABcd1".lower())
    async with bare_chain() as chain:
        sender = chain.sender(1)
        before = await balance(chain, sender.address)
        receipt = await sender.send(payment(stranger))
        assert await balance(chain, stranger) == ETHER
        assert await balance(chain, sender.address) == before - ETHER - receipt.fee
        assert receipt.gas_used == 21_000
        assert receipt.block == await chain.clock.height()


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("with_reason", (), "refuse: never"),
        ("without_reason", (), NO_REASON),
        ("overflow", ((1 << 256) - 1,), NO_REASON),
    ],
)
async def test_what_would_revert_is_not_sent(
    name: str, values: tuple[int, ...], reason: str
) -> None:
    async with bare_chain() as chain:
        refuse, sender = await deploy_refuse(chain), chain.sender(1)
        with pytest.raises(TransactionReverted) as refused:
            await sender.send(refuse.call(name, *values))
        assert (refused.value.reason, refused.value.transaction) == (reason, None)
        assert str(refused.value).startswith(f"refuse.{name} reverted: ")
        assert await chain.nonce(sender.address) == 0


async def test_a_simulation_tells_the_answer_and_sends_nothing() -> None:
    async with bare_chain() as chain:
        refuse, sender = await deploy_refuse(chain), chain.sender(1)
        answer = await sender.simulate(refuse.call("overflow", 41))
        assert int.from_bytes(answer) == 42
        assert await chain.nonce(sender.address) == 0


async def test_what_takes_all_gas_is_told_so_and_not_sent() -> None:
    async with bare_chain() as chain:
        refuse, sender = await deploy_refuse(chain), chain.sender(1)
        with pytest.raises(OutOfGas):
            await sender.send(refuse.call("burn"))
        assert await chain.nonce(sender.address) == 0


async def test_a_revert_in_a_block_is_explained_and_names_the_transaction() -> None:
    async with bare_chain() as chain:
        refuse = await deploy_refuse(chain)
        await chain.hold()
        first, second = chain.sender(1), chain.sender(2)
        sent = [await sender.submit(refuse.call("once")) for sender in (first, second)]
        await chain.clock.mine()
        assert isinstance(await sent[0].receipt(), Receipt)
        with pytest.raises(TransactionReverted) as refused:
            await sent[1].receipt()
        assert refused.value.transaction == sent[1].transactions[0]
        assert "changed what it stood on" in refused.value.reason


async def test_a_revert_in_a_later_block_has_the_contracts_reason() -> None:
    async with bare_chain() as chain:
        refuse = await deploy_refuse(chain)
        await chain.hold()
        first, second = chain.sender(1), chain.sender(2)
        late = await second.submit(refuse.call("once"))
        await request(chain.w3, "", "anvil_dropTransaction", late.transactions[0])
        early = await first.submit(refuse.call("once"))
        await chain.clock.mine()
        await early.receipt()
        await late.broadcast(next(iter(late._versions.values())))
        await chain.clock.mine()
        with pytest.raises(TransactionReverted) as refused:
            await late.receipt()
        assert refused.value.reason == "refuse: used"
        assert refused.value.transaction == late.transactions[0]


async def test_many_calls_at_once_get_nonces_in_the_order_of_submission() -> None:
    async with bare_chain() as chain:
        await chain.hold()
        sender = chain.sender(1)
        others = [EthAddress.from_bytes(bytes(19) + bytes([200 + i])) for i in range(8)]
        sent = await asyncio.gather(*(sender.submit(payment(to)) for to in others))
        assert [each.nonce for each in sent] == list(range(8))
        await chain.clock.mine()
        await asyncio.gather(*(each.receipt() for each in sent))
        assert [await balance(chain, to) for to in others] == [ETHER] * 8


async def test_a_refused_call_leaves_no_gap_in_the_nonces() -> None:
    async with bare_chain() as chain:
        refuse, sender = await deploy_refuse(chain), chain.sender(1)
        calls = [payment(refuse.address, Wei(0)), refuse.call("once"), refuse.call("once")]
        outcomes = await asyncio.gather(*map(sender.send, calls), return_exceptions=True)
        assert isinstance(outcomes[0], TransactionReverted)  # it has no default function
        assert isinstance(outcomes[1], Receipt)
        # The second one was simulated before the first was in a block, or after.
        assert isinstance(outcomes[2], TransactionReverted)
        used = outcomes[2].transaction is not None
        assert await chain.nonce(sender.address) == 1 + used


async def test_a_stuck_transaction_is_replaced_by_a_dearer_one() -> None:
    async with bare_chain() as chain:
        await chain.hold()
        sender = chain.sender(1, replace(QUICK, patience=0.2))
        sent = await sender.submit(payment(chain.sender(2).address))
        waiting = asyncio.create_task(sent.receipt())

        async def replaced() -> bool:
            return len(sent.transactions) > 1

        assert await eventually(replaced)
        first, second = (sent._versions[each] for each in sent.transactions[:2])
        assert second.most * 100 >= first.most * 110
        assert second.tip * 100 >= first.tip * 110
        await chain.clock.mine()
        receipt = await waiting
        assert receipt.transaction in sent.transactions[1:]
        assert await chain.nonce(sender.address) == 1


async def test_a_transaction_in_no_block_is_given_up_with_all_its_hashes() -> None:
    async with bare_chain() as chain:
        await chain.hold()
        sender = chain.sender(1, Pace(poll=0.02, patience=0.1, limit=0.5))
        with pytest.raises(TransactionStuck) as stuck:
            async with asyncio.timeout(30):
                await sender.send(payment(chain.sender(2).address))
        assert len(stuck.value.transactions) > 1
        assert all(each in str(stuck.value) for each in stuck.value.transactions)


async def test_fees_are_not_raised_above_the_ceiling() -> None:
    async with bare_chain() as chain:
        await chain.hold()
        pace = Pace(poll=0.02, patience=0.05, limit=0.5)
        policy = FeePolicy(ceiling=4 * GWEI)
        sender = Sender(chain.w3, funded_account(1), policy, pace)
        sent = await sender.submit(payment(chain.sender(2).address))
        with pytest.raises(TransactionStuck):
            await sent.receipt()
        assert all(fees.most <= policy.ceiling for fees in sent._versions.values())


async def test_a_chain_that_asks_too_much_is_refused_and_one_that_asks_just_so_much_not() -> None:
    async with bare_chain() as chain:
        to = chain.sender(2).address
        head = await chain.w3.eth.get_block("latest")
        tip = int(await request(chain.w3, "", "eth_maxPriorityFeePerGas"), 16)
        asked = head["baseFeePerGas"] + tip
        dear = Sender(chain.w3, funded_account(1), FeePolicy(ceiling=asked - 1), QUICK)
        with pytest.raises(FeesTooHigh) as refused:
            await dear.send(payment(to))
        assert (refused.value.asked, refused.value.ceiling) == (asked, asked - 1)
        just = Sender(chain.w3, funded_account(1), FeePolicy(ceiling=asked), QUICK)
        await just.send(payment(to))


async def test_a_sender_without_funds_is_told_so() -> None:
    async with bare_chain() as chain:
        poor = Sender(chain.w3, Account.from_key(b"\x01" * 32), pace=QUICK)
        with pytest.raises(InsufficientFunds):
            await poor.send(payment(chain.sender(2).address))


async def test_the_reserve_is_added_to_the_gas_limit() -> None:
    async with bare_chain() as chain:
        limits = []
        for reserve in (0, 100_000):
            sent = await chain.sender(1).submit(
                replace(payment(chain.sender(2).address), reserve=reserve)
            )
            found = await request(chain.w3, "", "eth_getTransactionByHash", sent.transactions[0])
            limits.append(int(found["gas"], 16))
        assert limits[1] - limits[0] == 100_000
        assert limits[0] >= 21_000


async def test_fees_are_those_of_eip_1559() -> None:
    async with bare_chain() as chain:
        receipt = await chain.sender(1).send(payment(chain.sender(2).address))
        found = await request(chain.w3, "", "eth_getTransactionByHash", receipt.transaction)
        assert found["type"] == "0x2"
        block = await chain.w3.eth.get_block(receipt.block)
        tip = int(found["maxPriorityFeePerGas"], 16)
        assert receipt.gas_price == block["baseFeePerGas"] + tip


async def test_the_key_is_in_no_picture_of_the_sender() -> None:
    async with bare_chain() as chain:
        key = funded_account(1)
        sender = Sender(chain.w3, key)
        assert repr(sender) == f"Sender({key.address})"
        assert key.key.hex() not in f"{sender!r} {sender}"


async def test_a_chain_that_nobody_answers_for_is_unreachable() -> None:
    async with bare_chain() as chain:
        url = chain.url
    async with connected(url) as w3:
        with pytest.raises(ChainUnreachable, match="no chain answers"):
            await Sender(w3, funded_account(1)).send(payment(EthAddress.zero()))


@asynccontextmanager
async def saying(body: bytes) -> AsyncIterator[Web3]:
    """A connection to a server that answers every request with `body`."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, connected(f"http://127.0.0.1:{port}") as w3:
        yield w3


async def test_what_answers_without_speaking_json_rpc_is_no_chain() -> None:
    async with saying(b"hello") as w3:
        with pytest.raises(ChainUnreachable):
            await request(w3, "asking", "eth_chainId")


async def test_a_test_networks_longer_block_headers_are_read() -> None:
    header = {"number": "0x7", "timestamp": "0x5", "extraData": "0x" + "ab" * 97}
    async with saying(json.dumps({"jsonrpc": "2.0", "id": 1, "result": header}).encode()) as w3:
        assert (await w3.eth.get_block("latest"))["timestamp"] == 5


async def test_a_block_that_cannot_be_read_is_the_nodes_fault() -> None:
    w3: Any = AsyncWeb3(Odd({"number": "0x7", "timestamp": "soon"}), middleware=[])
    with pytest.raises(RpcError, match="reading the base fee: the node's answer cannot be read"):
        await current_fees(w3, FeePolicy())


class Odd(AsyncJSONBaseProvider):
    """A node that answers every question with the same nonsense."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self._answer = answer

    async def make_request(self, method: Any, params: Any) -> Any:  # noqa: ARG002 - a provider's
        return {"jsonrpc": "2.0", "id": 1, "result": self._answer}


@pytest.mark.parametrize("answer", [None, 7, "0xzz", "what", {}])
async def test_an_answer_that_makes_no_sense_is_told(answer: object) -> None:
    w3: Any = AsyncWeb3(Odd(answer), middleware=[])
    somebody = EthAddress.from_bytes(b"\x07" * 20)
    for asking in (
        run(w3, payment(somebody)),
        estimate_gas(w3, payment(somebody), somebody),
        eth_balance(w3, somebody),
    ):
        with pytest.raises(UnexpectedAnswer, match="the node answers"):
            await asking


async def test_a_chain_without_base_fees_is_told() -> None:
    w3: Any = AsyncWeb3(Odd({"number": "0x1"}), middleware=[])
    with pytest.raises(RpcError, match="EIP-1559"):
        await current_fees(w3, FeePolicy())


async def test_a_wait_that_was_called_off_leaves_no_gap_in_the_nonces() -> None:
    async with bare_chain() as chain:
        await chain.hold()
        sender = chain.sender(1)
        lost = await sender.submit(payment(chain.sender(2).address))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await lost.receipt()
        await request(chain.w3, "", "anvil_dropTransaction", lost.transactions[0])
        assert await sender.next_nonce() == 0


async def test_an_unknown_method_is_the_nodes_refusal() -> None:
    async with bare_chain() as chain:
        with pytest.raises(RpcError, match="asking: the node says") as refused:
            await request(chain.w3, "asking", "eth_absent")
        assert not isinstance(refused.value, ChainUnreachable)


async def test_a_question_to_an_address_without_code_names_it() -> None:
    async with bare_chain() as chain:
        nowhere = EthAddress.from_bytes(b"\x07" * 20)
        with pytest.raises(NoContract, match=str(nowhere)):
            await Refuse(chain.w3, nowhere)._one("count", at="latest")


async def test_a_call_that_the_abi_has_no_room_for_is_refused_before_anything_is_asked() -> None:
    async with bare_chain() as chain:
        refuse = Refuse(chain.w3, EthAddress.zero())
        with pytest.raises(InvalidCall, match="overflow"):
            refuse.call("overflow", -1)
