"""A node that leaves events out, invents some, or errs about the pool: nothing is kept of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.chain.acts import claim
from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource
from tests.chain.pictures import follower_of, fresh_picture, picture
from tests.chain.test_follower import eventful
from tests.chain.test_interruption import LATER, begun, raise_
from tests.protocol.histories import ALICE
from winze.chain import Follower, LedgerMismatch, Logged, MemoryStore
from winze.contracts import RpcError
from winze.protocol import FIELD_ORDER, Claimed, Deposited, Proved, Sealed, Transferred

Lie = Callable[[Sequence[Logged]], Sequence[Logged]]


class Killed(BaseException):
    """The process ends here, for this test."""


def nothing(_logged: Sequence[Logged]) -> Sequence[Logged]:
    return []


def without(place: int) -> Lie:
    return lambda logged: [*logged[:place], *logged[place + 1 :]]


def twice(place: int) -> Lie:
    return lambda logged: [*logged[: place + 1], *logged[place:]]


def altered(kind: type, **changes: object) -> Lie:
    """The first event of a kind is told with other contents."""

    def tell(logged: Sequence[Logged]) -> Sequence[Logged]:
        place = next(i for i, each in enumerate(logged) if isinstance(each.event, kind))
        event = replace(logged[place].event, **changes)  # type: ignore[type-var]
        return [*logged[:place], replace(logged[place], event=event), *logged[place + 1 :]]

    return tell


def swapped(first: type, second: type) -> Lie:
    """An event of one kind and the next one of another change places."""

    def tell(logged: Sequence[Logged]) -> Sequence[Logged]:
        told = list(logged)
        here = next(i for i, each in enumerate(told) if isinstance(each.event, first))
        there = next(i for i in range(here, len(told)) if isinstance(told[i].event, second))
        events = told[here].event, told[there].event
        told[here] = replace(told[here], event=events[1])
        told[there] = replace(told[there], event=events[0])
        return told

    return tell


def news() -> list[Logged]:
    """The events of the second reading."""
    chain = eventful()
    last = chain.head
    for acts in LATER:
        chain.mine(*acts)
    return [each for block in chain.blocks[last + 1 :] for each in block.logged]


NEWS = news()
OF_THE_LEDGER = [place for place, each in enumerate(NEWS) if not isinstance(each.event, Claimed)]


async def refused(chain: FakeChain, follower: Follower, source: FakeSource) -> None:
    """See a reading refused as often as it is tried, nothing changed by it, and then mended."""
    before = picture(follower)
    for _ in range(2):
        with pytest.raises(LedgerMismatch):
            await follower.sync()
        assert picture(follower) == before
    source.speak_the_truth()
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


@pytest.mark.parametrize("place", OF_THE_LEDGER)
@pytest.mark.parametrize("lie", [without, twice])
async def test_an_event_that_is_left_out_or_told_twice_is_noticed(
    lie: Callable[[int], Lie], place: int
) -> None:
    chain, follower, source, _ = await begun()
    source.told = lie(place)
    await refused(chain, follower, source)


@pytest.mark.parametrize(
    "lie",
    [
        altered(Deposited, inner=77),
        altered(Deposited, word=5),
        altered(Deposited, word=0),
        altered(Deposited, inner=FIELD_ORDER),
        altered(Transferred, out1=1),
        altered(Transferred, nullifier2=1),
        altered(Sealed, index=9),
        altered(Sealed, digest=bytes(32)),
        altered(Sealed, timestamp=1),
        altered(Sealed, draw=1),
        altered(Proved, index=0),
        altered(Proved, block_root=1),
        altered(Proved, root=1),
        altered(Proved, entropy=1),
        swapped(Deposited, Transferred),
        swapped(Deposited, Sealed),
    ],
    ids=range(16),
)
async def test_an_event_that_is_told_otherwise_is_noticed(lie: Lie) -> None:
    chain, follower, source, _ = await begun()
    source.told = lie
    await refused(chain, follower, source)


async def test_a_node_that_hides_everything_that_happened_is_noticed() -> None:
    chain, follower, source, _ = await begun()
    source.told = nothing
    await refused(chain, follower, source)


@pytest.mark.parametrize("wrong", [1, 2])
async def test_what_is_shown_a_moment_too_early_is_looked_at_again_and_once_only(
    wrong: int,
) -> None:
    chain, store = eventful(), MemoryStore()
    follower, source = follower_of(chain, store=store, looks=2)
    source.told = nothing

    def look(_: int) -> None:
        if len(source.asked("logs")) > wrong:
            source.told = lambda logged: logged

    source.interrupt = look
    if wrong == 1:
        await follower.sync()
        assert picture(follower) == await fresh_picture(chain)
    else:
        with pytest.raises(LedgerMismatch):
            await follower.sync()
        assert (list(store.records()), follower.cursor) == ([], None)


@pytest.mark.parametrize("place", [0, -1])
async def test_an_event_of_a_block_that_was_not_asked_for_is_noticed(place: int) -> None:
    """Even one that the chain has, and that concerns no block of the ledger."""
    chain, follower, source, _ = await begun()
    before = chain.blocks[-len(LATER) - 1]
    other = before if place == 0 else chain.blocks[-1]
    stray = Logged(Claimed(99, ALICE, 0, 1), other.header.number, other.header.hash, bytes(32))
    if place == 0:
        source.told = lambda logged: [stray, *logged]
    else:
        chain.mine()
        chain.mine()
        follower._confirmations = 3
        source.told = lambda logged: [*logged, stray]
    with pytest.raises(LedgerMismatch, match="the node tells others"):
        await follower.sync()
    source.speak_the_truth()
    follower._confirmations = 0
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


async def test_a_first_reading_that_is_refused_leaves_nothing() -> None:
    chain = eventful()
    follower, source = follower_of(chain)
    source.told = without(0)
    await refused(chain, follower, source)


@pytest.mark.parametrize("wrong", ["root", 4, 5])
async def test_a_pool_that_differs_from_its_events_is_named_and_noticed(wrong: str | int) -> None:
    chain, follower, source, _ = await begun()
    if isinstance(wrong, int):
        source.wrong_seal = wrong
    else:
        source.wrong_root = 1
    expected = f"differ: {wrong if isinstance(wrong, int) else 'none'}"
    with pytest.raises(LedgerMismatch, match=expected):
        await follower.sync()
    await refused(chain, follower, source)


async def test_what_was_read_before_a_failure_is_forgotten_with_the_lie() -> None:
    chain, follower, source, _ = await begun()
    agreed = picture(follower)
    source.told = without(OF_THE_LEDGER[-1])

    def fail(_: int) -> None:
        if source.questions[-1][0] == "root":
            raise_(RpcError("no"))()

    source.interrupt = fail
    with pytest.raises(RpcError):
        await follower.sync()
    assert picture(follower) != agreed  # taken over, and not compared yet
    source.interrupt = lambda _: None
    with pytest.raises(LedgerMismatch):
        await follower.sync()
    assert picture(follower) == agreed
    await refused(chain, follower, source)


async def test_a_lie_that_comes_with_a_reorganisation_goes_with_it() -> None:
    chain, follower, source, _ = await begun()
    await follower.sync()
    chain.reorganise(3, [claim(5)], [claim(6)], [claim(7)], [])
    source.told = nothing
    source.wrong_root = 1
    for _ in range(2):
        with pytest.raises(LedgerMismatch):
            await follower.sync()
    source.speak_the_truth()
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


@pytest.mark.parametrize("question", ["root", "sealed"])
async def test_an_answer_that_differs_because_the_chain_changed_is_no_lie(question: str) -> None:
    chain, follower, source, _ = await begun()

    def change(_: int) -> None:
        if source.questions[-1][0] == question:
            source.interrupt = lambda _: None
            chain.reorganise(6, *LATER[:2])

    source.interrupt = change
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)


async def test_what_the_pool_keeps_of_a_block_is_asked_for_when_it_is_new() -> None:
    chain = FakeChain()
    follower, source = follower_of(chain)
    chain.mine(*eventful().blocks[DEPLOYED].acts)
    await follower.sync()
    assert source.asked("sealed") == [(0, DEPLOYED)]
    chain.mine(claim(1))
    await follower.sync()
    assert source.asked("sealed") == [(0, DEPLOYED)]
    assert source.asked("root") == [(DEPLOYED,), (DEPLOYED + 1,)]


# -- after a start --------------------------------------------------------------------------------


async def test_a_lie_that_was_stored_before_it_was_noticed_is_forgotten_after_a_start() -> None:
    chain, store = eventful(), MemoryStore()
    follower, source = follower_of(chain, store=store)
    source.told = lambda logged: logged[:-1]
    source.interrupt = lambda _: raise_(Killed())() if source.questions[-1][0] == "root" else None
    with pytest.raises(Killed):
        await follower.sync()
    stored = list(store.records())
    assert stored
    again, honest = follower_of(chain, store=store)
    with pytest.raises(LedgerMismatch):
        await again.sync()
    assert (list(store.records()), again.cursor) == ([], None)
    await again.sync()
    assert picture(again) == await fresh_picture(chain)
    assert len(honest.asked("logs")) == 1


@pytest.mark.parametrize("more", [False, True])
async def test_a_node_that_lies_after_a_start_costs_nothing_that_was_right(*, more: bool) -> None:
    chain, store = eventful(), MemoryStore()
    follower, _ = follower_of(chain, store=store)
    await follower.sync()
    before = picture(follower)
    for acts in LATER if more else ():
        chain.mine(*acts)
    again, source = follower_of(chain, store=store)
    if more:
        source.told = nothing
    else:
        source.wrong_root = 1
        source.interrupt = lambda _: speak() if len(source.asked("root")) == 2 else None

        def speak() -> None:
            source.wrong_root = 0

    with pytest.raises(LedgerMismatch):
        await again.sync()
    kept = picture(again)
    assert (kept["records"], kept["cursor"]) == (before["records"], before["cursor"])
    source.speak_the_truth()
    await again.sync()
    assert picture(again) == await fresh_picture(chain)


async def test_a_node_that_has_forgotten_the_past_costs_nothing_either() -> None:
    chain, store = eventful(), MemoryStore()
    follower, _ = follower_of(chain, store=store)
    await follower.sync()
    past = follower.cursor
    for acts in LATER:
        chain.mine(*acts)
    again, source = follower_of(chain, store=store)
    source.told = nothing
    asked = ("root", past.number) if past else ()
    source.interrupt = lambda _: (
        raise_(RpcError("pruned"))() if source.questions[-1] == asked else None
    )
    with pytest.raises(LedgerMismatch):
        await again.sync()
    assert again.cursor == past
    source.speak_the_truth()
    await again.sync()
    assert picture(again) == await fresh_picture(chain)
