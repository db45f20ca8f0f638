"""Pages: the head says which rows follow, and anything else is refused."""

import pytest

from winze.protocol import MEMOS_BYTES, Position
from winze.wire import MAX_PAGE_ROWS, ROWS, InvalidPage, MemoRow, Page, RowKind

KIND = RowKind.MEMOS
ROWS_OF_A_PAGE = [MemoRow(Position(number), bytes([number]) * MEMOS_BYTES) for number in range(3)]


def page() -> Page:
    return Page.of(KIND, 7, ROWS_OF_A_PAGE)


def test_a_page_is_a_head_and_its_rows() -> None:
    encoded = page().encode()
    head = b"WNZ1" + b"\x03" + b"\x00\xa8" + bytes(7) + b"\x07" + bytes(3) + b"\x03" + bytes(5)
    assert encoded == head + b"".join(row.encode() for row in ROWS_OF_A_PAGE)
    assert len(head) == 24


def test_a_page_is_read_back_as_it_was_written() -> None:
    found = Page.decode(page().encode(), KIND, 7)
    assert found == page()
    assert (len(found), list(found)) == (3, ROWS_OF_A_PAGE)


def test_rows_may_be_handed_in_encoded() -> None:
    assert Page.of(KIND, 7, [row.encode() for row in ROWS_OF_A_PAGE]) == page()


def test_a_page_may_be_empty() -> None:
    empty = Page.of(KIND, 7, [])
    found = Page.decode(empty.encode(), KIND, 7)
    assert (len(found), list(found)) == (0, [])


@pytest.mark.parametrize(("kind", "first"), [(KIND, 8), (RowKind.DEPOSITS, 7)])
def test_another_page_than_was_asked_for_is_refused(kind: RowKind, first: int) -> None:
    with pytest.raises(InvalidPage, match=f"{kind.name} from row {first} on"):
        Page.decode(page().encode(), kind, first)


@pytest.mark.parametrize("place", range(24))
def test_a_damaged_head_is_refused(place: int) -> None:
    damaged = bytearray(page().encode())
    damaged[place] ^= 1
    with pytest.raises(InvalidPage):
        Page.decode(bytes(damaged), KIND, 7)


@pytest.mark.parametrize("size", [0, 1, 23, 24, 24 + 168, 24 + 3 * 168 - 1])
def test_a_page_that_is_cut_off_is_refused(size: int) -> None:
    with pytest.raises(InvalidPage):
        Page.decode(page().encode()[:size], KIND, 7)


def test_a_page_that_goes_on_is_refused() -> None:
    for more in (1, 168):
        with pytest.raises(InvalidPage):
            Page.decode(page().encode() + bytes(more), KIND, 7)


@pytest.mark.parametrize("kind", RowKind)
def test_a_page_has_a_megabyte_of_rows_at_most(kind: RowKind) -> None:
    most, size = MAX_PAGE_ROWS[kind], ROWS[kind].SIZE
    assert most * size <= 1 << 20 < 2 * most * size
    assert most & (most - 1) == 0  # pages of other sizes begin where these do
    assert len(Page.decode(Page(kind, 0, bytes(most * size)).encode(), kind, 0)) == most
    with pytest.raises(InvalidPage, match=f"{most} rows at most, not {most + 1}"):
        Page.decode(Page(kind, 0, bytes((most + 1) * size)).encode(), kind, 0)
