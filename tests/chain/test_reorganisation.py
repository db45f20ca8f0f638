"""Following a chain through reorganisations: whatever it was, only what it is now counts."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.acts import claim, deposit, prove, redraw, seal, spend
from tests.chain.fakes import DEPLOYED, Act, FakeChain
from tests.chain.pictures import follower_of, fresh_picture, picture
from tests.chain.test_follower import eventful
from winze.chain import DeepReorganisation, Header
from winze.protocol import BlockIndex, draw_entropy

EVENTFUL = len(eventful().blocks) - DEPLOYED
ELSEWHERE: tuple[tuple[Act, ...], ...] = (
    (deposit(7), claim(7)),
    (prove, seal),
    (deposit(1),),
    (prove, spend(9)),
)
"""What happens on the other side of a fork."""

acts = st.one_of(
    st.integers(0, 5).map(deposit),
    st.integers(0, 5).map(spend),
    st.integers(0, 1).map(redraw),
    st.sampled_from([seal, seal, prove, prove, claim(1)]),
)
some_acts = st.lists(acts, max_size=4)
History = Sequence[tuple[int, Sequence[Sequence[Act]]]]
"""How many blocks go, and what comes in their place, again and again."""

moves = st.one_of(
    st.tuples(st.just(0), st.lists(some_acts, min_size=1, max_size=4)),
    st.tuples(st.integers(1, 8), st.lists(some_acts, max_size=10)),
)


@pytest.mark.parametrize("length", [0, 1, 4])
@pytest.mark.parametrize("depth", range(1, EVENTFUL + 1))
async def test_at_every_depth_the_ledger_becomes_that_of_the_new_chain(
    depth: int, length: int
) -> None:
    chain = eventful()
    follower, _ = follower_of(chain)
    await follower.sync()
    chain.reorganise(depth, *ELSEWHERE[:length])
    await follower.sync()
    assert_equal(picture(follower), await fresh_picture(chain))
    chain.mine(deposit(8), seal)
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


@settings(max_examples=60)
@given(history=st.lists(moves, max_size=8), confirmations=st.integers(0, 2))
def test_after_any_history_the_ledger_is_that_of_a_fresh_follower(
    history: History, confirmations: int
) -> None:
    asyncio.run(follow(history, confirmations))


@pytest.mark.long
@settings(max_examples=400)
@given(history=st.lists(moves, max_size=20), confirmations=st.integers(0, 3))
def test_after_many_long_histories_too(history: History, confirmations: int) -> None:
    asyncio.run(follow(history, confirmations))


async def follow(history: History, confirmations: int) -> None:
    chain = FakeChain()
    follower, _ = follower_of(chain, confirmations)
    for depth, blocks in history:
        chain.reorganise(min(depth, len(chain.blocks) - DEPLOYED), *blocks)
        if follower.cursor is not None:  # a fork wins by being longer
            chain.mine_empty(follower.cursor.number + confirmations - chain.head)
        await follower.sync()
        assert_equal(picture(follower), await fresh_picture(chain, confirmations))


def assert_equal(found: dict[str, object], fresh: dict[str, object]) -> None:
    """See that both are the same; who was thrown back to before the deployment may know it."""
    if fresh["cursor"] is None and isinstance(found["cursor"], Header):
        assert found["cursor"].number == DEPLOYED - 1
        fresh["cursor"] = found["cursor"]
    assert found == fresh


async def test_a_block_whose_draw_was_replaced_has_other_entropy() -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    chain.mine(seal)
    chain.mine()
    follower, _ = follower_of(chain)
    await follower.sync()
    before = follower.ledger.blocks[0].entropy
    chain.reorganise(1, [])
    await follower.sync()
    assert follower.ledger.blocks[0].entropy != before
    drawn = chain.blocks[follower.ledger.blocks[0].draw].header.hash
    assert follower.ledger.blocks[0].entropy == draw_entropy(drawn, BlockIndex(0))


async def test_a_draw_that_the_chain_no_longer_has_leaves_no_entropy() -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    chain.mine(seal)
    chain.mine()
    follower, _ = follower_of(chain)
    await follower.sync()
    chain.reorganise(1)
    await follower.sync()
    assert [block.entropy for block in follower.ledger.blocks] == [None]


async def test_only_what_follows_the_last_common_event_is_read_again() -> None:
    chain = FakeChain()
    common = chain.mine(deposit(1)).header.number
    chain.mine()
    chain.mine(deposit(2))
    follower, source = follower_of(chain)
    await follower.sync()
    chain.reorganise(2, [deposit(3)], [])
    await follower.sync()
    assert source.asked("logs") == [(DEPLOYED, common + 2), (common + 1, common + 2)]


async def test_each_block_with_events_is_looked_for_once() -> None:
    chain = FakeChain()
    chain.mine(*(deposit(number) for number in range(5)))
    follower, source = follower_of(chain)
    await follower.sync()
    questions = len(source.questions)
    chain.reorganise(1)
    await follower.sync()
    looked = [question for question in source.questions[questions:] if question[0] == "header"]
    assert looked == [("header", DEPLOYED), ("header", DEPLOYED), ("header", DEPLOYED - 1)]


async def test_a_chain_that_is_only_behind_is_followed_too() -> None:
    chain = eventful()
    follower, _ = follower_of(chain)
    await follower.sync()
    last = chain.blocks.pop()
    await follower.sync()
    assert len(follower.ledger.open) == 0
    chain.blocks.append(last)
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


@pytest.mark.parametrize(("left", "deep"), [(DEPLOYED, False), (DEPLOYED - 1, True)])
async def test_a_chain_without_the_block_before_the_deployment_is_another_chain(
    left: int, *, deep: bool
) -> None:
    chain = eventful()
    follower, _ = follower_of(chain)
    await follower.sync()
    before = picture(follower)
    chain.reorganise(len(chain.blocks) - left)
    if not deep:
        await follower.sync()
        assert follower.cursor == chain.blocks[-1].header
        assert follower.ledger.open_index == len(list(follower.records())) == 0
        return
    for _ in range(2):
        with pytest.raises(DeepReorganisation, match=f"no block {DEPLOYED - 1} "):
            await follower.sync()
        assert picture(follower) == before
