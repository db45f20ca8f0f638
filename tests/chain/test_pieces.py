"""A long reading is taken over in pieces: each whole, and no one else waits for long."""

import asyncio
from collections.abc import Iterable

import pytest

from tests.chain.acts import claim, deposit
from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource
from tests.chain.pictures import fresh_picture, picture
from winze.chain import MANY, PIECE, WINDOW, Follower, Header, MemoryStore, Record
from winze.protocol import Block


class WatchedStore(MemoryStore):
    """Writes down each piece: how many records, and the cursor after them."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[tuple[int, int]] = []

    def extend(
        self, records: Iterable[Record], cursor: Header, proved: Iterable[Block] = ()
    ) -> None:
        some = list(records)
        self.pieces.append((len(some), cursor.number - DEPLOYED))
        super().extend(some, cursor, proved)


def claims(first: int, count: int) -> list[object]:
    return [claim(number) for number in range(first, first + count)]


async def followed(chain: FakeChain) -> tuple[WatchedStore, FakeSource]:
    store, source = WatchedStore(), FakeSource(chain)
    follower = Follower(source, DEPLOYED, store=store)
    await follower.sync()
    assert picture(follower) == await fresh_picture(chain)
    return store, source


@pytest.mark.parametrize(
    ("counts", "pieces"),
    [
        ([], [(0, 2)]),
        ([PIECE - 1], [(PIECE - 1, 0), (0, 3)]),
        ([PIECE], [(PIECE, 0), (0, 3)]),
        ([PIECE + 1], [(PIECE + 1, 0), (0, 3)]),
        ([PIECE - 1, 1, 1], [(PIECE, 1), (1, 2), (0, 5)]),
        ([PIECE - 1, 2, 1], [(PIECE + 1, 1), (1, 2), (0, 5)]),
        ([PIECE, PIECE, 1], [(PIECE, 0), (PIECE, 1), (1, 2), (0, 5)]),
    ],
)
async def test_a_piece_ends_with_the_chain_block_that_makes_it_large_enough(
    counts: list[int], pieces: list[tuple[int, int]]
) -> None:
    chain = FakeChain()
    for place, count in enumerate(counts):
        chain.mine(*claims(1000 * place, count))  # type: ignore[arg-type]
    chain.mine_empty(3)
    store, _ = await followed(chain)
    assert store.pieces == pieces


async def test_where_the_last_event_ends_the_reading_no_empty_piece_follows() -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    store, _ = await followed(chain)
    assert store.pieces == [(1, 0)]


async def test_others_run_between_two_pieces() -> None:
    chain = FakeChain()
    for place in range(4):
        chain.mine(*claims(1000 * place, PIECE))  # type: ignore[arg-type]
    store = WatchedStore()
    follower = Follower(FakeSource(chain), DEPLOYED, store=store)
    seen: set[int] = set()

    async def watch() -> None:
        while len(seen) < 4:
            seen.add(len(store.pieces))
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    await follower.sync()
    watching.cancel()
    assert len(seen) >= 3


@pytest.mark.parametrize(("count", "second"), [(MANY, WINDOW), (MANY + 1, WINDOW // 2)])
async def test_fewer_blocks_are_asked_for_after_an_answer_of_too_many_events(
    count: int, second: int
) -> None:
    chain = FakeChain()
    chain.mine(*claims(0, count))  # type: ignore[arg-type]
    chain.mine_empty(3 * WINDOW)
    _, source = await followed(chain)
    sizes = [last - first + 1 for first, last in source.asked("logs")]  # type: ignore[operator]
    assert sizes[:2] == [WINDOW, second]
    assert sizes[2] == WINDOW  # nothing came, so it may be more again


@pytest.mark.parametrize(("count", "third"), [(MANY // 4 - 1, WINDOW), (MANY // 4, WINDOW // 2)])
async def test_more_blocks_are_asked_for_again_once_few_events_come(count: int, third: int) -> None:
    chain = FakeChain()
    chain.mine(*claims(0, MANY + 1))  # type: ignore[arg-type]
    chain.mine_empty(WINDOW - 1)
    chain.mine(*claims(5000, count))  # type: ignore[arg-type]
    chain.mine_empty(3 * WINDOW)
    _, source = await followed(chain)
    sizes = [last - first + 1 for first, last in source.asked("logs")]  # type: ignore[operator]
    assert sizes[:3] == [WINDOW, WINDOW // 2, third]


async def test_a_single_block_is_asked_for_however_many_events_it_holds() -> None:
    chain = FakeChain()
    for place in range(3):
        chain.mine(*claims(5000 * place, MANY + 1))  # type: ignore[arg-type]
    store, source = WatchedStore(), FakeSource(chain)
    follower = Follower(source, DEPLOYED, store=store)
    follower._window = 1
    await follower.sync()
    assert source.asked("logs") == [(DEPLOYED + place, DEPLOYED + place) for place in range(3)]
