"""The ledger view: whatever nodes and chains do, what it shows is the contract's (protocol §4)."""

import asyncio
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.acts import deposit, prove, seal, spend
from tests.index.busy_chain import (
    ACCOUNTS,
    POINTS,
    BusyChain,
    Named,
    eventful,
    histories,
    named,
)
from tests.wallet.view.fakes import NETWORK, FakeNode, ViewChain, view_of
from winze.chain import Logged
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    MINEABLE,
    BlockIndex,
    Deposited,
    Field,
    Ledger,
    LedgerError,
    NotInLedger,
    Period,
    Position,
)
from winze.wallet import LedgerView, NoNode, RowStore
from winze.wallet.view.checks import BEHIND_BLOCKS, RECENT
from winze.wire import FINALITY, RowKind

SETTLED = FINALITY + 1
"""Empty chain blocks after which all that stands is final."""


def now_chain() -> BusyChain:
    """A chain on which everything has happened, some of it final."""
    chain = eventful()
    chain.mine_empty(SETTLED)
    chain.mine(deposit(7, ETHER, mine=True), spend(9), chain.claim(12))
    chain.mine(seal)
    chain.mine()
    chain.mine(prove)
    chain.mine(deposit(8))
    return chain


def honest(chain: BusyChain, place: str = "honest") -> FakeNode:
    """A node that waits for no confirmations, so that it tells what the models hold."""
    return FakeNode(chain, place, behind=0)


def assert_is(view: LedgerView, chain: BusyChain) -> None:
    """Everything that the view shows is what the models hold at the chain's head."""
    ledger = chain.pool.ledger
    assert view.cursor == chain.blocks[-1].header
    assert view.proved == ledger.proved
    for size in range(ledger.proved + 1):
        assert view.root_at(size) == ledger.root_at(size)
    for block in ledger.blocks[: ledger.proved]:
        assert (view.timestamp(block.index), view.header(block.index)) == (
            block.timestamp,
            block.header,
        )
        assert_places(view, ledger, block.index)
    for account in ACCOUNTS:
        assert view.withdrawable().get(account, 0) == chain.waiting.get(account, 0)
    assert_rewards(view, chain)


def assert_places(view: LedgerView, ledger: Ledger, index: BlockIndex) -> None:
    """Every leaf of a block is proved as the models prove it, under every root that holds it."""
    entries = ledger.blocks[index].entries
    for size in {int(index) + 1, ledger.proved}:
        for slot in range(len(entries.commitments)):
            at = Position.at(index, slot)
            assert view.note_membership(at, size) == ledger.note_membership(at, size)
        for each in entries.nullifiers:
            assert view.spend_position(each) == ledger.spend_position(each)
            assert view.spend_membership(each, size) == ledger.spend_membership(each, size)


def assert_rewards(view: LedgerView, chain: BusyChain) -> None:
    """Claims have their places, and what was minted is told."""
    for period, made in chain.claims.items():
        minted = 0
        for row in view.distributions(Period(period)):
            assert row.word == 0
            minted |= row.minted
        assert {(period, i) for i in range(8) if minted >> i & 1} == {
            each for each in chain.minted if each[0] == period
        }
        waiting = [number for i, number in enumerate(made) if not minted >> i & 1]
        assert view.unminted(Period(period)) == waiting
        for place, number in enumerate(made):
            found = view.claim(Field(number))
            assert found is not None
            assert (found.row.period, found.place) == (period, place)
        assert view.points(Period(period)) == sum(POINTS[number % len(POINTS)] for number in made)


async def test_everything_is_shown_as_the_models_hold_it() -> None:
    chain = now_chain()
    view = view_of(chain, honest(chain))
    await view.sync()
    assert_is(view, chain)
    assert view.proved == 3
    assert view.rows.seen.kept.blocks == 2


async def test_blocks_that_are_not_proved_are_shown_too() -> None:
    chain = now_chain()
    chain.mine(spend(11), seal, deposit(9))
    view = view_of(chain, honest(chain))
    await view.sync()
    nullifier = Field(1_000_000 + 4 * 11)
    place = chain.pool.ledger.spend_position(nullifier)
    assert place is not None
    assert place.block >= view.proved
    assert view.spend_position(nullifier) == place
    shown = [block.index for block in view.blocks(view.proved)]
    assert shown == [*range(view.proved, chain.pool.ledger.open_index + 1)]
    assert len(shown) > 1
    with pytest.raises(NotInLedger):
        view.note_membership(place)


async def test_what_is_not_there_is_said_as_a_ledger_says_it() -> None:
    chain = now_chain()
    view = view_of(chain, honest(chain))
    with pytest.raises(LedgerError, match="call sync first"):
        _ = view.now
    await view.sync()
    with pytest.raises(NotInLedger, match="never published"):
        view.spend_membership(Field(5))
    with pytest.raises(LedgerError, match="3 blocks are proved; a root of 4 is not known"):
        view.note_membership(Position(0), 4)
    with pytest.raises(NotInLedger, match="no leaf stands"):
        view.note_membership(Position.at(BlockIndex(0), 63))
    with pytest.raises(NotInLedger, match="does not hold"):
        view.note_membership(Position.at(BlockIndex(1), 0), 1)
    with pytest.raises(NotInLedger, match="not proved"):
        view.timestamp(3)
    assert view.claim(Field(999)) is None
    assert view.spend_position(Field(999)) is None


async def test_the_anonymity_set_counts_mining_deposits_of_an_amount_kept_or_not() -> None:
    chain = now_chain()
    view = view_of(chain, honest(chain))
    await view.sync()
    words = [each.word for block in chain.blocks for each in _deposits(block.logged)]
    assert words.count(MINEABLE + ETHER) == 3
    for value in DENOMINATIONS:
        assert view.anonymity(value) == words.count(MINEABLE + value)


def _deposits(logged: Sequence[Logged]) -> list[Deposited]:
    return [each.event for each in logged if isinstance(each.event, Deposited)]


async def test_a_second_synchronisation_asks_for_what_is_new_only() -> None:
    chain = now_chain()
    node = honest(chain)
    view = view_of(chain, node)
    await view.sync()
    node.asked.clear()
    await view.sync()
    assert node.asked == [("sync_state",)]
    chain.mine(deposit(20))
    deposits = view.rows.seen.rows(RowKind.DEPOSITS)
    node.asked.clear()
    await view.sync()
    assert [each for each in node.asked if each[0] == "page"] == [
        ("page", RowKind.DEPOSITS, deposits, 1)
    ]
    assert_is(view, chain)


async def test_what_is_final_is_never_asked_for_again(tmp_path: Path) -> None:
    chain = now_chain()
    path = tmp_path / "rows"
    first = view_of(chain, honest(chain), path=path)
    await first.sync()
    kept = first.rows.seen.kept
    node = honest(chain, "another")
    again = view_of(chain, node, path=path)
    assert again.proved == 2
    await again.sync()
    assert_is(again, chain)
    pages = [each[1:] for each in node.asked if each[0] == "page"]
    assert pages
    assert all(begin >= kept.rows[kind] for kind, begin, _ in pages)


async def test_a_reorganisation_is_followed() -> None:
    chain = now_chain()
    view = view_of(chain, honest(chain))
    await view.sync()
    chain.reorganise(6, [deposit(30)], [], [chain.claim(13)], [], [], [], [seal])
    await view.sync()
    assert_is(view, chain)


async def test_a_node_that_has_not_followed_a_reorganisation_is_passed_over() -> None:
    chain = now_chain()
    slow, quick = honest(chain, "slow"), honest(chain, "quick")
    view = view_of(chain, slow, quick)
    await view.sync()
    assert view.place == "slow"
    slow.stopped = True
    chain.reorganise(2, [deposit(30)], [], [])
    await view.sync()
    assert view.place == "quick"
    assert_is(view, chain)


async def test_where_even_final_rows_are_no_more_everything_is_read_again(tmp_path: Path) -> None:
    chain = now_chain()
    view = view_of(chain, honest(chain), path=tmp_path / "rows")
    await view.sync()
    epoch = view.rows.seen.kept.epoch
    deep = len(chain.blocks) - 6
    chain.reorganise(deep, [deposit(1, 5), seal], [], [prove], *[[]] * (deep + 4), [deposit(2)])
    await view.sync()
    assert_is(view, chain)
    assert view.rows.seen.kept.epoch != epoch
    await view.sync()
    assert_is(view_again := view, chain)
    assert view_again.rows.seen.kept.blocks == 1


async def test_the_next_node_is_asked_and_stays_the_first() -> None:
    chain = now_chain()
    gone, there = honest(chain, "gone"), honest(chain, "there")
    gone.gone = True
    view = view_of(chain, gone, there)
    await view.sync()
    assert view.place == "there"
    gone.gone = False
    await view.sync()
    assert not gone.asked


async def test_where_no_node_is_left_each_is_named_and_nothing_changes() -> None:
    chain = now_chain()
    node, other = honest(chain, "one"), honest(chain, "two")
    view = view_of(chain, node, other)
    await view.sync()
    shown = view.rows
    node.gone = True
    other.lie = lambda rows: rows[RowKind.CLAIMS].pop()
    with pytest.raises(NoNode, match="one: nobody at one; two: ") as refused:
        await view.sync()
    assert set(refused.value.said) == {"one", "two"}
    assert view.rows is shown


@pytest.mark.parametrize(("blocks", "fine"), [(BEHIND_BLOCKS, True), (BEHIND_BLOCKS + 60, False)])
async def test_a_node_that_stands_still_is_passed_over(blocks: int, fine: bool) -> None:  # noqa: FBT001
    chain = now_chain()
    node = honest(chain)
    node.read()
    node.stopped = True
    chain.mine_empty(blocks + NETWORK.profile.confirmations)
    view = view_of(chain, node)
    if fine:
        await view.sync()
    else:
        with pytest.raises(NoNode, match="seconds behind"):
            await view.sync()


async def test_a_node_that_is_a_little_behind_the_last_takes_nothing_back() -> None:
    chain = now_chain()
    quick, slow = honest(chain, "quick"), honest(chain, "slow")
    slow.read()
    slow.stopped = True
    chain.mine(deposit(40))
    view = view_of(chain, quick, slow)
    await view.sync()
    quick.gone = True
    await view.sync()
    assert view.cursor == chain.blocks[-1].header


async def test_a_chain_that_changes_while_it_is_read_is_read_again() -> None:
    chain = now_chain()
    node, source = honest(chain), ViewChain(chain)
    view = view_of(chain, node, source=source)

    def step_in(number: int) -> None:
        if number == 3:
            source.interrupt = lambda _: None
            chain.reorganise(2, [deposit(50)], [deposit(51)], [])

    source.interrupt = step_in
    await view.sync()
    assert_is(view, chain)


async def test_a_synchronisation_that_is_interrupted_leaves_everything_as_it_was() -> None:
    chain = now_chain()
    source = ViewChain(chain)
    view = view_of(chain, honest(chain), source=source)
    await view.sync()
    shown, stop = view.rows, -1
    chain.mine(deposit(60))

    class Stop(Exception):
        pass

    def step_in(number: int) -> None:
        if number == stop:
            raise Stop

    source.interrupt = step_in
    interrupted = 0
    for later in range(50):
        stop = len(source.questions) + later
        try:
            await view.sync()
        except Stop:
            assert view.rows is shown
            interrupted += 1
        else:
            break
    assert interrupted > 4
    assert_is(view, chain)


async def test_only_what_happened_lately_is_read_from_the_chain_itself() -> None:
    chain = now_chain()
    source = ViewChain(chain)
    view = view_of(chain, honest(chain), source=source)
    await view.sync()
    ((first, last),) = source.asked("logs")
    assert (first, last) == (max(chain.head - RECENT + 1, 1), chain.head)
    chain.mine(deposit(70))
    await view.sync()
    assert source.asked("logs")[1:] == [(chain.head, chain.head)]


async def test_another_networks_rows_are_not_taken_for_ours(tmp_path: Path) -> None:
    store = RowStore(tmp_path / "rows")
    store.bind("1:0x00")
    chain = now_chain()
    with pytest.raises(Exception, match="another network's"):
        LedgerView(NETWORK, [honest(chain)], ViewChain(chain), store)


Pauses = list[str]
History = list[tuple[int, list[list[Named]]]]
pauses = st.lists(st.sampled_from(["go on", "restart", "settle", "change"]), max_size=8)


@settings(max_examples=20, deadline=None)
@given(history=histories, between=pauses)
def test_whatever_happens_the_view_is_the_contracts(history: History, between: Pauses) -> None:
    asyncio.run(play(history, between))


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(history=histories, between=pauses)
def test_whatever_else_happens_too(history: History, between: Pauses) -> None:
    asyncio.run(play(history, between))


async def play(history: History, between: Pauses) -> None:
    """Go through a history with restarts, changes of the node, and rows that become final."""
    chain = BusyChain()
    nodes = [honest(chain, "one"), honest(chain, "two")]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        view = view_of(chain, *nodes, path=path)
        for step, pause in zip_longest(history, between):
            depth, blocks = step or (0, [])
            chain.reorganise(min(depth, len(chain.blocks) - 6))
            for acts in blocks:
                chain.mine(*(named(chain, act) for act in acts))
            if pause == "settle":
                chain.mine_empty(SETTLED)
            if pause == "restart":
                view = view_of(chain, *nodes, path=path)
            if pause == "change":
                nodes[0].gone = not nodes[0].gone
            await view.sync()
            assert_is(view, chain)
