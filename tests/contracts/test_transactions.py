"""The single moves of sending: gas, signature, way out, and what became of it."""

from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncJSONBaseProvider

from tests.chains import bare_chain
from tests.contracts.refuse import deploy_refuse
from winze.contracts import (
    ChainUnreachable,
    ContractCall,
    FeePolicy,
    Fees,
    FeesTooHigh,
    InsufficientFunds,
    OutOfGas,
    Receipt,
    RpcError,
    TransactionReverted,
    UnexpectedAnswer,
    broadcast,
    current_fees,
    gas_limit,
    gas_market,
    is_known,
    nonce_of,
    receipt_of,
    sign,
    why_it_failed,
)
from winze.contracts.transactions import TRANSACTION_GAS_LIMIT
from winze.devnet import funded_account
from winze.protocol import ChainBlock, EthAddress, Wei

PAYEE = EthAddress("0x" + "0c" * 20)
KEY = funded_account(1)
ADDRESS = EthAddress(KEY.address)
PAYING = ContractCall("paying", PAYEE, b"", Wei(1))
FEES = Fees(most=10**10, tip=10**9)


class Scripted(AsyncJSONBaseProvider):
    """A node that answers each method as a test wants."""

    def __init__(self, **answers: Any) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[str] = []

    async def make_request(self, method: Any, params: Any) -> Any:
        self.asked.append(method)
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(params)
        if isinstance(answer, dict) and "error" in answer:
            return {"jsonrpc": "2.0", "id": 1, **answer}
        return {"jsonrpc": "2.0", "id": 1, "result": answer}


def node(**answers: Any) -> Any:
    """A connection to such a node."""
    return AsyncWeb3(Scripted(**answers), middleware=[])


def error(message: str) -> dict[str, Any]:
    return {"error": {"code": -32000, "message": message}}


GONE = ChainUnreachable("nobody answers")


# -- gas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimate", "reserve", "limit"),
    [
        (100_000, 0, 120_000),
        (100_001, 0, 120_001),
        (100_000, 7, 120_007),
        (TRANSACTION_GAS_LIMIT * 100 // 120, 0, TRANSACTION_GAS_LIMIT - 1),
        (TRANSACTION_GAS_LIMIT * 100 // 120 + 1, 0, TRANSACTION_GAS_LIMIT),
        (TRANSACTION_GAS_LIMIT, 500_000, TRANSACTION_GAS_LIMIT),
    ],
)
async def test_the_limit_is_the_estimate_and_a_fifth_and_the_reserve_up_to_what_chains_allow(
    estimate: int, reserve: int, limit: int
) -> None:
    w3 = node(eth_estimateGas=hex(estimate))
    found = await gas_limit(w3, replace(PAYING, reserve=reserve), ADDRESS)
    assert abs(found - limit) <= 1
    assert found <= TRANSACTION_GAS_LIMIT
    assert found >= min(estimate + reserve, TRANSACTION_GAS_LIMIT)


async def test_what_takes_more_gas_than_chains_allow_is_refused() -> None:
    w3 = node(eth_estimateGas=hex(TRANSACTION_GAS_LIMIT + 1))
    with pytest.raises(OutOfGas, match=str(TRANSACTION_GAS_LIMIT)):
        await gas_limit(w3, PAYING, ADDRESS)


# -- signing ------------------------------------------------------------------------------------


def test_a_signed_transaction_is_the_keys_and_says_what_was_asked() -> None:
    transaction, raw = sign(KEY, PAYING, chain_id=5, nonce=7, gas=21_000, fees=FEES)
    assert Account.recover_transaction(raw) == KEY.address
    again = sign(KEY, PAYING, chain_id=5, nonce=7, gas=21_000, fees=FEES)
    assert again == (transaction, raw)
    others = [
        sign(KEY, PAYING, chain_id=6, nonce=7, gas=21_000, fees=FEES),
        sign(KEY, PAYING, chain_id=5, nonce=8, gas=21_000, fees=FEES),
        sign(KEY, PAYING, chain_id=5, nonce=7, gas=21_000, fees=replace(FEES, tip=1)),
    ]
    assert len({transaction, *(each for each, _ in others)}) == 4


@pytest.mark.chain
async def test_a_signed_transaction_goes_out_once_however_often_it_is_sent() -> None:
    async with bare_chain() as chain:
        transaction, raw = sign(KEY, PAYING, chain_id=31_337, nonce=0, gas=21_000, fees=FEES)
        assert not await is_known(chain.w3, "paying", transaction)
        assert await receipt_of(chain.w3, "paying", transaction) is None
        await chain.hold()
        for _ in range(2):
            await broadcast(chain.w3, "paying", transaction, raw)
        assert await is_known(chain.w3, "paying", transaction)
        assert await receipt_of(chain.w3, "paying", transaction) is None
        assert await nonce_of(chain.w3, ADDRESS, "latest") == 0
        assert await nonce_of(chain.w3, ADDRESS, "pending") == 1
        await chain.clock.mine()
        await broadcast(chain.w3, "paying", transaction, raw)
        found = await receipt_of(chain.w3, "paying", transaction)
        assert found is not None
        assert Receipt.read(found).transaction == transaction
        assert await nonce_of(chain.w3, ADDRESS, "latest") == 1
        assert await nonce_of(chain.w3, ADDRESS, ChainBlock(await chain.clock.height() - 1)) == 0


# -- on its way ---------------------------------------------------------------------------------


async def test_a_node_that_cannot_be_reached_may_have_got_it() -> None:
    await broadcast(node(eth_sendRawTransaction=GONE), "paying", "0x00", b"")


@pytest.mark.parametrize("message", ["nonce too low", "already known"])
async def test_a_refusal_of_what_the_node_knows_already_is_none(message: str) -> None:
    w3 = node(eth_sendRawTransaction=error(message), eth_getTransactionByHash={"hash": "0x00"})
    await broadcast(w3, "paying", "0x00", b"")


@pytest.mark.parametrize("known", [None, GONE, error("no")])
async def test_any_other_refusal_is_told(known: object) -> None:
    w3 = node(eth_sendRawTransaction=error("nonce too low"), eth_getTransactionByHash=known)
    with pytest.raises(RpcError, match="nonce too low"):
        await broadcast(w3, "paying", "0x00", b"")


async def test_a_lack_of_funds_is_told_as_such() -> None:
    w3 = node(
        eth_sendRawTransaction=error("insufficient funds for gas * price + value"),
        eth_getTransactionByHash=None,
    )
    with pytest.raises(InsufficientFunds):
        await broadcast(w3, "paying", "0x00", b"")


# -- what became of it --------------------------------------------------------------------------


def receipt(block: int) -> Receipt:
    return Receipt("0xab", block, bytes(32), 1, Wei(1), None, ())  # type: ignore[arg-type]


@pytest.mark.chain
async def test_why_it_failed_is_what_the_contract_says_on_the_state_before_its_block() -> None:
    async with bare_chain() as chain:
        refuse = await deploy_refuse(chain)
        fresh = await chain.clock.height()
        await chain.force(refuse.call("once"), sender=2)
        used = await chain.clock.height()
        for name, block, reason in (
            ("once", used + 1, "refuse: used"),
            ("with_reason", used + 1, "refuse: never"),
            ("once", fresh + 1, "changed what it stood on"),
        ):
            found = await why_it_failed(chain.w3, refuse.call(name), ADDRESS, receipt(block))
            assert reason in found.reason
            assert found.transaction == "0xab"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (error("out of gas"), OutOfGas, "out of gas"),
        (error("missing trie node"), TransactionReverted, "cannot tell why"),
        (GONE, TransactionReverted, "cannot tell why"),
        ("0x", TransactionReverted, "changed what it stood on"),
    ],
)
async def test_why_it_failed_is_told_as_far_as_the_node_knows(
    answer: object, kind: type, reason: str
) -> None:
    found = await why_it_failed(node(eth_call=answer), PAYING, ADDRESS, receipt(7))
    assert type(found) is kind
    assert reason in found.reason
    assert found.transaction == "0xab"


# -- the market ---------------------------------------------------------------------------------


def market(base: int, tip: object) -> Any:
    block = {"number": "0x1", "baseFeePerGas": hex(base)}
    return node(eth_getBlockByNumber=block, eth_maxPriorityFeePerGas=tip)


async def test_the_market_is_the_newest_base_fee_and_the_usual_tip() -> None:
    found = await gas_market(market(8, hex(3)))
    assert (found.base, found.tip) == (8, 3)


@pytest.mark.parametrize("tip", [None, "soon", []])
async def test_a_tip_that_is_no_number_is_told(tip: object) -> None:
    with pytest.raises(UnexpectedAnswer):
        await gas_market(market(8, tip))


@pytest.mark.parametrize(
    ("base", "tip", "ceiling", "fees"),
    [
        (8, 3, 100, Fees(19, 3)),
        (8, 3, 18, Fees(18, 3)),
        (8, 3, 11, Fees(11, 3)),
        (8, 1, 100, Fees(18, 2)),
    ],
)
async def test_fees_leave_room_for_a_rising_base_fee_below_the_ceiling(
    base: int, tip: int, ceiling: int, fees: Fees
) -> None:
    policy = FeePolicy(ceiling=ceiling, least_tip=2)
    assert await current_fees(market(base, hex(tip)), policy) == fees


async def test_fees_above_the_ceiling_are_refused() -> None:
    with pytest.raises(FeesTooHigh):
        await current_fees(market(8, hex(3)), FeePolicy(ceiling=10, least_tip=2))
