"""Pages that never change say so, are kept, and are the same for everybody."""

import asyncio
import json

import aiohttp
import pytest
import zstandard

from tests.node.api.ports import FakeIndex, FakeNode
from tests.node.api.sending import get
from winze.index import DatabaseFailed
from winze.node.api.pages import Pages
from winze.wire import MAX_PAGE_ROWS, Page, RowKind

IMMUTABLE = "public, max-age=31536000, immutable"
ZSTD = {"Accept-Encoding": "zstd"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def node(node: FakeNode) -> FakeNode:
    node.index.rows, node.index.final = 20, 10
    return node


async def test_a_page_holds_the_rows_that_were_asked_for(client: aiohttp.ClientSession) -> None:
    for kind in RowKind:
        url = f"/v1/sync/{kind.name.lower()}?first=3&count=4"
        status, headers, body = await get(client, url, **PLAIN)
        page = Page.decode(body, kind, 3)
        assert (status, len(page)) == (200, 4)
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in headers


async def test_a_page_of_final_rows_alone_is_kept_for_ever(client: aiohttp.ClientSession) -> None:
    for first, count, immutable in (
        (0, 10, True),
        (0, 11, False),
        (9, 1, True),
        (10, 1, False),
        (20, 1, False),
        (2**53 - 1, 1, False),
    ):
        _, headers, _ = await get(client, f"/v1/sync/memos?first={first}&count={count}", **PLAIN)
        assert headers["Cache-Control"] == (IMMUTABLE if immutable else "no-cache")


async def test_a_page_that_will_have_more_rows_is_not_kept(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    node.index.final = node.index.rows
    _, headers, body = await get(client, "/v1/sync/memos?first=18&count=4", **PLAIN)
    assert (len(Page.decode(body, RowKind.MEMOS, 18)), headers["Cache-Control"]) == (2, "no-cache")
    node.index.rows = node.index.final = 22
    _, headers, body = await get(client, "/v1/sync/memos?first=18&count=4", **PLAIN)
    assert (len(Page.decode(body, RowKind.MEMOS, 18)), headers["Cache-Control"]) == (4, IMMUTABLE)


async def test_a_page_comes_compressed_where_that_is_taken(
    client: aiohttp.ClientSession,
) -> None:
    url = "/v1/sync/headers?first=0&count=10"
    _, plain_headers, plain = await get(client, url, **PLAIN)
    _, headers, packed = await get(client, url, **ZSTD)
    assert headers["Content-Encoding"] == "zstd"
    assert headers["Vary"] == "Accept-Encoding"
    assert zstandard.decompress(packed) == plain
    assert headers["ETag"] != plain_headers["ETag"]


async def test_who_takes_zstd_says_so(client: aiohttp.ClientSession) -> None:
    for accepted, zstd in (
        ("zstd", True),
        ("gzip, ZSTD;q=0.5", True),
        ("br,zstd ; q=1.0", True),
        ("zstd;q=0", False),
        ("zstd;q=0.000", False),
        ("zstd;q=x", True),
        ("gzip", False),
        ("*", False),
        ("zstd2", False),
        ("", False),
    ):
        _, headers, _ = await get(client, "/v1/sync/memos", **{"Accept-Encoding": accepted})
        assert (headers.get("Content-Encoding") == "zstd") is zstd


@pytest.mark.parametrize("encoding", [PLAIN, ZSTD], ids=["plain", "zstd"])
async def test_a_page_that_the_client_has_is_not_sent_again(
    client: aiohttp.ClientSession, node: FakeNode, encoding: dict[str, str]
) -> None:
    url = "/v1/sync/memos?first=8&count=8"
    _, headers, body = await get(client, url, **encoding)
    tag = headers["ETag"]
    for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        answer = await get(client, url, **encoding, **{"If-None-Match": known})
        assert answer[0] == 304
        assert answer[2] == b""
        assert answer[1]["ETag"] == tag
        assert answer[1]["Vary"] == "Accept-Encoding"
    node.index.shift = 1
    status, headers, changed = await get(client, url, **encoding, **{"If-None-Match": tag})
    assert (status, headers["ETag"] != tag, changed != body) == (200, True, True)


async def test_a_tag_of_one_encoding_is_not_one_of_the_other(
    client: aiohttp.ClientSession,
) -> None:
    url = "/v1/sync/memos?first=0&count=8"
    _, headers, _ = await get(client, url, **PLAIN)
    answer = await get(client, url, **ZSTD, **{"If-None-Match": headers["ETag"]})
    assert answer[0] == 200


async def test_ranges_have_bounds(client: aiohttp.ClientSession) -> None:
    for query, status in (
        ("first=0", 200),
        ("count=1", 200),
        ("first=-1", 422),
        ("first=x", 422),
        (f"first={2**53}", 422),
        (f"first={'9' * 1500}", 422),
        ("count=0", 422),
        (f"count={2**31 - 1}", 200),
        (f"count={2**31}", 422),
    ):
        assert (await get(client, f"/v1/sync/deposits?{query}"))[0] == status


async def test_only_kinds_that_there_are_have_pages(client: aiohttp.ClientSession) -> None:
    for kind in ("MEMOS", "notes", "1", "memos%2f", "%00"):
        assert (await get(client, f"/v1/sync/{kind}"))[0] == 404


async def test_a_page_is_made_once_where_it_never_changes() -> None:
    index = FakeIndex(rows=20, final=10)
    pages = Pages(index, 1_000_000)
    first = await pages.page(RowKind.MEMOS, 0, 10, zstd=True)
    assert await pages.page(RowKind.MEMOS, 0, 10, zstd=True) is first
    assert index.reads == 1
    await pages.page(RowKind.MEMOS, 0, 11, zstd=True)
    await pages.page(RowKind.MEMOS, 0, 11, zstd=True)
    assert index.reads == 3


async def test_counts_beyond_a_page_are_one_page() -> None:
    most = MAX_PAGE_ROWS[RowKind.TRANSFERS]
    index = FakeIndex(rows=most + 1, final=most)
    pages = Pages(index, 10_000_000)
    first = await pages.page(RowKind.TRANSFERS, 0, most, zstd=True)
    assert await pages.page(RowKind.TRANSFERS, 0, most + 1, zstd=True) is first


async def test_what_is_kept_has_a_bound_and_the_longest_unused_goes_first() -> None:
    index = FakeIndex(rows=100, final=100)
    size = len(index.page(RowKind.MEMOS, 0, 1))
    pages = Pages(index, 3 * size)
    for first in range(3):
        await pages.page(RowKind.MEMOS, first, 1, zstd=False)
    assert pages.size == 3 * size
    await pages.page(RowKind.MEMOS, 0, 1, zstd=False)
    await pages.page(RowKind.MEMOS, 3, 1, zstd=False)
    assert pages.size == 3 * size
    reads = index.reads
    await pages.page(RowKind.MEMOS, 0, 1, zstd=False)
    assert index.reads == reads
    await pages.page(RowKind.MEMOS, 1, 1, zstd=False)
    assert index.reads == reads + 1


async def test_a_page_larger_than_all_that_may_be_kept_is_served() -> None:
    index = FakeIndex(rows=100, final=100)
    pages = Pages(index, 10)
    assert (await pages.page(RowKind.MEMOS, 0, 5, zstd=False)).final
    assert pages.size == 0


async def test_many_who_ask_at_once_count_once() -> None:
    index = FakeIndex(rows=100, final=100)
    pages = Pages(index, 10_000_000)
    found = await asyncio.gather(*(pages.page(RowKind.MEMOS, 0, 50, zstd=False) for _ in range(20)))
    assert pages.size == len(found[0].content)


async def test_a_database_that_refuses_is_no_secret_and_no_error_of_ours(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    node.index.problem = DatabaseFailed("disk /var/lib/winze is full")
    status, headers, body = await get(client, "/v1/sync/memos")
    assert (status, headers["Retry-After"]) == (503, "5")
    assert b"/var" not in body


async def test_extents_are_read_again_when_the_chain_went_back_meanwhile(
    client: aiohttp.ClientSession, node: FakeNode
) -> None:
    node.index.restless = 2
    status, _, body = await get(client, "/v1/sync")
    assert (status, json.loads(body)["generation"]) == (200, 2)
