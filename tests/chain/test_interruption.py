"""Reading that is disturbed at any moment: by the chain, by the node, by our own caller."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from tests.chain.acts import claim, deposit, prove, seal, spend
from tests.chain.fakes import DEPLOYED, Act, FakeChain, FakeSource
from tests.chain.pictures import follower_of, fresh_picture, ledger_picture, picture
from tests.chain.test_follower import eventful
from winze.chain import WINDOW, ChainChanged, Follower, Header, MemoryStore, Record
from winze.contracts import ChainUnreachable
from winze.protocol import Block, ChainBlock

LATER: tuple[tuple[Act, ...], ...] = (
    (deposit(21), spend(21)),
    (seal,),
    (prove, claim(21)),
    (prove, deposit(22)),
    (seal,),
    (spend(22),),
)
"""What happens after a first reading of the eventful chain."""

ELSEWHERE: tuple[tuple[Act, ...], ...] = (
    (deposit(31), claim(31)),
    (prove, seal),
    (spend(31),),
    (prove, deposit(21), seal),
    (deposit(32),),
    (),
    (prove,),
    (spend(32),),
)
"""What happens on the other side of a fork, which is longer."""


class Down(ChainUnreachable):
    """The node does not answer, for this test."""


async def begun() -> tuple[FakeChain, Follower, FakeSource, MemoryStore]:
    """A follower that has read the eventful chain, on which more has happened since."""
    chain, store = eventful(), MemoryStore()
    follower, source = follower_of(chain, store=store)
    await follower.sync()
    for acts in LATER:
        chain.mine(*acts)
    source.questions.clear()
    return chain, follower, source, store


async def questions() -> int:
    """How many questions the second reading takes."""
    _, follower, source, _ = await begun()
    await follower.sync()
    return len(source.questions)


QUESTIONS = asyncio.run(questions())


def once(moment: int, act: Callable[[], object]) -> Callable[[int], None]:
    """Do `act` before question `moment`."""

    def interrupt(number: int) -> None:
        if number == moment:
            act()

    return interrupt


def raise_(error: BaseException) -> Callable[[], object]:
    def act() -> None:
        raise error

    return act


def consistent(follower: Follower, source: FakeSource, store: MemoryStore) -> None:
    """See that ledger and store fit each other: a start from the store gives the same ledger."""
    again = ledger_picture(Follower(source, DEPLOYED, store=store).ledger)
    found = ledger_picture(follower.ledger)
    unknown = {"blocks", "headers"}  # entropies that were drawn, which no store holds
    assert {k: v for k, v in found.items() if k not in unknown} == {
        k: v for k, v in again.items() if k not in unknown
    }
    assert [block.seal for block in follower.ledger.blocks] == [b.seal for b in again["blocks"]]
    cursor = follower.cursor
    assert cursor is not None
    assert all(block.entropy is None or block.draw <= cursor.number for block in found["blocks"])


# -- the chain ------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 7, 13])
@pytest.mark.parametrize("moment", range(QUESTIONS))
async def test_a_reorganisation_at_any_moment_of_the_reading_is_followed(
    moment: int, depth: int
) -> None:
    chain, follower, source, store = await begun()
    before = {block.header for block in chain.blocks}
    source.interrupt = once(moment, lambda: chain.reorganise(depth, *ELSEWHERE[: max(depth, 2)]))
    await follower.sync()
    consistent(follower, source, store)
    seen = {record.header for record in follower.records()} | {follower.cursor}
    assert seen <= before or seen <= {block.header for block in chain.blocks}
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


async def test_a_reorganisation_between_two_windows_is_followed() -> None:
    chain = FakeChain()
    chain.mine_empty(WINDOW - 2)
    chain.mine(deposit(1))
    chain.mine(claim(1))
    chain.mine_empty(3)
    follower, source = follower_of(chain)

    def replace(_: int) -> None:
        if len(source.asked("logs")) == 2:
            source.interrupt = lambda _: None
            chain.reorganise(5, [claim(2)], [deposit(2)], [], [], [deposit(3)], [])

    source.interrupt = replace
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


@pytest.mark.parametrize(("changes", "enough"), [(4, True), (5, False)])
async def test_a_chain_that_keeps_changing_is_given_up_after_five_attempts(
    changes: int, *, enough: bool
) -> None:
    chain, follower, source, store = await begun()
    left = changes

    def change(_: int) -> None:
        nonlocal left
        if left and source.questions[-1][0] == "logs":
            left -= 1
            chain.reorganise(1, [deposit(100 + left)])

    source.interrupt = change
    if enough:
        await follower.sync()
    else:
        with pytest.raises(ChainChanged, match="were replaced while they were read"):
            await follower.sync()
        consistent(follower, source, store)
        await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


# -- the node, and our caller ---------------------------------------------------------------------


@pytest.mark.parametrize("error", [Down("no"), asyncio.CancelledError()])
@pytest.mark.parametrize("moment", range(QUESTIONS))
async def test_a_reading_that_ends_at_any_moment_leaves_everything_consistent(
    moment: int, error: BaseException
) -> None:
    chain, follower, source, store = await begun()
    source.interrupt = once(moment, raise_(error))
    with pytest.raises(type(error)):
        await follower.sync()
    consistent(follower, source, store)
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


@pytest.mark.parametrize("moment", range(QUESTIONS))
async def test_a_return_that_ends_at_any_moment_leaves_everything_consistent(moment: int) -> None:
    chain, follower, source, store = await begun()
    chain.reorganise(13, *ELSEWHERE)
    source.interrupt = once(moment, raise_(Down("no")))
    with pytest.raises(Down):
        await follower.sync()
    consistent(follower, source, store)
    assert picture(follower) != await fresh_picture(chain)
    await follower.sync()
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


async def test_a_long_reading_that_fails_goes_on_where_it_stopped() -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    chain.mine_empty(2 * WINDOW)
    follower, source = follower_of(chain)
    source.interrupt = lambda _: raise_(Down("no"))() if len(source.asked("logs")) == 3 else None
    with pytest.raises(Down):
        await follower.sync()
    assert follower.cursor is not None
    assert follower.cursor.number == DEPLOYED + 2 * WINDOW - 1
    assert follower.now == follower.cursor.timestamp
    source.interrupt = lambda _: None
    await follower.sync()
    assert source.asked("logs")[-1] == (DEPLOYED + 2 * WINDOW, chain.head)
    assert picture(follower) == await fresh_picture(chain)


class FailingStore(MemoryStore):
    """A store whose disk is full, once."""

    full = False

    def extend(
        self, records: Iterable[Record], cursor: Header, proved: Iterable[Block] = ()
    ) -> None:
        if self.full:
            self.full = False
            raise OSError("disk full")
        super().extend(records, cursor, proved)


async def test_a_store_that_fails_takes_the_ledger_with_it() -> None:
    chain, store = eventful(), FailingStore()
    follower, source = follower_of(chain, store=store)
    await follower.sync()
    before = picture(follower)
    for acts in LATER:
        chain.mine(*acts)
    store.full = True
    with pytest.raises(OSError, match="disk full"):
        await follower.sync()
    assert picture(follower) == before
    consistent(follower, source, store)
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


class SlowSource(FakeSource):
    """Lets others run before it answers."""

    async def head(self) -> ChainBlock:
        await asyncio.sleep(0)
        return await super().head()

    async def header(self, number: ChainBlock) -> Header:
        await asyncio.sleep(0)
        return await super().header(number)


async def test_readings_that_overlap_read_once() -> None:
    chain = eventful()
    source = SlowSource(chain)
    follower = Follower(source, DEPLOYED)
    await asyncio.gather(*(follower.sync() for _ in range(3)))
    assert source.asked("logs") == [(DEPLOYED, chain.head)]
    assert picture(follower) == await fresh_picture(chain)
