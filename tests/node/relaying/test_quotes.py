"""Fees: the formula, the ladder, and that a quote holds as long as it promised, no longer."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from tests.node.databases import opened
from tests.node.relaying.requests import NOW, RELAYER
from winze.contracts import GWEI, FeePolicy, GasMarket
from winze.node.database import reading
from winze.node.errors import NotReady
from winze.node.relaying import QuoteBoard, QuotePolicy
from winze.node.relaying.tables import quotes
from winze.protocol import Seconds, Timestamp
from winze.wire import Quote, rung

POLICY = QuotePolicy(lifetime=Seconds(600))
CHEAP = GasMarket(base=GWEI, tip=GWEI)
DEAR = GasMarket(base=40 * GWEI, tip=GWEI)


@pytest.fixture
def board(engine: Engine) -> QuoteBoard:
    return QuoteBoard(engine, RELAYER, POLICY)


async def at(board: QuoteBoard, moment: int, market: GasMarket = CHEAP) -> Quote:
    """What is quoted at a moment."""
    await board.refresh(market, FeePolicy(), Timestamp(moment))
    return await board.current()


def round_gas(margin: int) -> QuotePolicy:
    """A policy with which round prices of gas cost round amounts."""
    return QuotePolicy(margin_percent=margin, transfer_gas=100, claim_gas=1000)


async def test_before_the_first_price_there_is_no_quote(board: QuoteBoard) -> None:
    with pytest.raises(NotReady):
        await board.current()
    assert board.holding() == []
    assert board.least(claims=False) is None


@pytest.mark.parametrize(
    ("policy", "market", "fees", "price"),
    [
        (POLICY, GasMarket(8 * GWEI, GWEI), FeePolicy(), 11 * GWEI),
        (POLICY, GasMarket(8 * GWEI + 3, GWEI), FeePolicy(), 11 * GWEI + 3),
        (POLICY, GasMarket(8 * GWEI, 5), FeePolicy(least_tip=7), 10 * GWEI + 7),
        (POLICY, GasMarket(0, 0), FeePolicy(least_tip=0), GWEI // 100),
        (QuotePolicy(least_price=50 * GWEI), CHEAP, FeePolicy(), 50 * GWEI),
        (QuotePolicy(margin_percent=0), GasMarket(8 * GWEI, GWEI), FeePolicy(), 11 * GWEI),
        (QuotePolicy(margin_percent=300), GasMarket(8 * GWEI, GWEI), FeePolicy(), 11 * GWEI),
        # One wei per gas below these, another rung would do.
        (round_gas(0), GasMarket(8 * GWEI + 4, 0), FeePolicy(least_tip=0), 10 * GWEI + 5),
        (round_gas(300), GasMarket(2 * GWEI + 4, 0), FeePolicy(least_tip=0), 5 * GWEI // 2 + 5),
    ],
)
async def test_the_fee_is_the_next_rung_above_gas_times_price_and_margin(
    engine: Engine, policy: QuotePolicy, market: GasMarket, fees: FeePolicy, price: int
) -> None:
    board = QuoteBoard(engine, RELAYER, policy)
    await board.refresh(market, fees, NOW)
    quote = await board.current()
    for fee, gas in ((quote.transfer, policy.transfer_gas), (quote.claim, policy.claim_gas)):
        hundredfold = gas * price * (100 + policy.margin_percent)
        assert fee * 100 >= hundredfold
        assert fee == rung(-(-hundredfold // 100))
    assert (quote.relayer, quote.valid_until) == (RELAYER, NOW + policy.lifetime)


async def test_a_quote_stands_for_half_its_life_and_then_a_new_one_is_made(
    board: QuoteBoard,
) -> None:
    first = await at(board, NOW)
    assert await at(board, NOW + 300) == first
    second = await at(board, NOW + 301)
    assert second.valid_until == NOW + 901
    assert board.holding() == [first, second]


async def test_every_quote_holds_to_its_last_second_and_not_beyond(board: QuoteBoard) -> None:
    first = await at(board, NOW)
    second = await at(board, NOW + 1, DEAR)
    assert second.transfer > first.transfer
    await at(board, NOW + 600, DEAR)
    assert board.least(claims=False) == first.transfer
    assert board.least(claims=True) == first.claim
    await at(board, NOW + 601, DEAR)
    assert board.least(claims=False) == second.transfer
    assert board.least(claims=True) == second.claim


async def test_where_gas_gets_cheaper_the_lower_fee_is_enough_at_once(board: QuoteBoard) -> None:
    await at(board, NOW, DEAR)
    cheap = await at(board, NOW + 1, CHEAP)
    assert board.least(claims=False) == cheap.transfer


async def test_what_was_promised_holds_through_a_restart(tmp_path: Path, board: QuoteBoard) -> None:
    first = await at(board, NOW)
    again = QuoteBoard(opened(tmp_path), RELAYER, POLICY)
    with pytest.raises(NotReady):  # nobody knows the time yet
        await again.current()
    dear = await at(again, NOW + 600, DEAR)
    assert again.holding() == [first, dear]
    assert again.least(claims=False) == first.transfer
    await at(again, NOW + 601, DEAR)
    assert again.least(claims=False) == dear.transfer


async def test_without_a_new_price_a_quote_ends_all_the_same(
    tmp_path: Path, board: QuoteBoard
) -> None:
    await at(board, NOW)
    again = QuoteBoard(opened(tmp_path), RELAYER, POLICY)
    assert again.least(claims=False) is None


@pytest.mark.parametrize("back", [1, 400, 100_000])
async def test_a_clock_that_is_set_back_gets_a_quote_of_its_own_time(
    board: QuoteBoard, back: int
) -> None:
    await at(board, NOW)
    quote = await at(board, NOW - back)
    assert quote.valid_until == NOW - back + 600
    assert await at(board, NOW - back + 300) == quote


async def test_quotes_that_are_over_are_forgotten_on_disk_too(
    engine: Engine, board: QuoteBoard
) -> None:
    for step in range(10):
        await at(board, NOW + 601 * step)
    with reading(engine) as database:
        assert database.scalar(select(func.count()).select_from(quotes)) == 1
