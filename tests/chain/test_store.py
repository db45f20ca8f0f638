"""What a follower remembers."""

import pytest

from winze.chain import Header, Logged, MemoryStore, Record
from winze.protocol import BlockIndex, ChainBlock, Redrawn, Timestamp


def header(number: int) -> Header:
    return Header(ChainBlock(number), bytes([number]) * 32, Timestamp(1000 + number))


def record(block: int, place: int = 0) -> Record:
    at = header(block)
    logged = Logged(Redrawn(place, block), at.number, at.hash, bytes(32))
    return Record(logged, at.timestamp, BlockIndex(place))


def filled() -> MemoryStore:
    """Two records in block 10, one in 12, two in 13; read up to 15."""
    store = MemoryStore()
    store.extend([record(10), record(10, 1)], header(11))
    store.extend([record(12), record(13), record(13, 1)], header(15))
    return store


def test_a_new_store_holds_nothing() -> None:
    store = MemoryStore()
    assert (store.cursor(), list(store.records())) == (None, [])


def test_records_come_in_the_order_in_which_they_were_added() -> None:
    store = filled()
    assert [r.logged.block for r in store.records()] == [10, 10, 12, 13, 13]
    assert store.cursor() == header(15)


def test_the_cursor_moves_without_records_too() -> None:
    store = filled()
    store.extend([], header(20))
    assert store.cursor() == header(20)
    assert len(list(store.records())) == 5


@pytest.mark.parametrize(
    ("to", "left"), [(9, 0), (10, 2), (11, 2), (12, 3), (13, 5), (14, 5), (15, 5)]
)
def test_a_rewind_forgets_what_stands_above_the_cursor_and_nothing_else(to: int, left: int) -> None:
    store = filled()
    kept = list(store.records())[:left]
    store.rewind(header(to))
    assert list(store.records()) == kept
    assert store.cursor() == header(to)
    store.extend([record(16)], header(16))
    assert list(store.records()) == [*kept, record(16)]


@pytest.mark.parametrize(("above", "count"), [(9, 5), (10, 3), (11, 3), (12, 2), (13, 0)])
def test_later_records_can_be_asked_for_alone(above: int, count: int) -> None:
    store = filled()
    whole = list(store.records())
    assert list(store.records(above=ChainBlock(above))) == whole[len(whole) - count :]


@pytest.mark.parametrize(("touching", "places"), [(0, (0, 1, 2, 3, 4)), (1, (1, 4)), (2, ())])
def test_records_that_concern_a_block_or_later_ones_can_be_asked_for_alone(
    touching: int, places: tuple[int, ...]
) -> None:
    store = filled()
    whole = list(store.records())
    assert list(store.records(touching=BlockIndex(touching))) == [whole[i] for i in places]
    store.rewind(header(10))
    assert list(store.records(touching=BlockIndex(1))) == [whole[1]]
    store.rewind(header(9))
    assert list(store.records(touching=BlockIndex(1))) == []
    store.extend([record(14, 1), record(14)], header(15))
    assert list(store.records(touching=BlockIndex(1))) == [record(14, 1)]


def test_both_can_be_asked_for_together() -> None:
    found = filled().records(above=ChainBlock(10), touching=BlockIndex(1))
    assert list(found) == [record(13, 1)]


def test_places_come_once_and_the_newest_first() -> None:
    store = filled()
    assert list(store.places()) == [header(13), header(12), header(10)]
    store.rewind(header(12))
    assert list(store.places()) == [header(12), header(10)]


def test_a_rewind_to_nothing_forgets_everything() -> None:
    store = filled()
    store.rewind(None)
    assert (store.cursor(), list(store.records())) == (None, [])


def test_records_that_are_being_read_stay_as_they_were() -> None:
    store = filled()
    reading = iter(store.records())
    next(reading)
    store.rewind(None)
    assert len(list(reading)) == 4


def test_a_records_header_is_that_of_its_chain_block() -> None:
    assert record(12).header == header(12)
