"""Bulk data: what every wallet reads in full, so that no node learns what it looks for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from winze.wire import MAX_PAGE_ROWS, ROWS, Extent, RowKind

from ..answers import answers, described, json_answer, problems
from ..caching import IMMUTABLE, REVALIDATE, ZSTD, not_modified, quoted, takes_zstd
from ..pages import Pages, ServedPage
from ..ports import Ports, SyncIndex
from ..problems import Problem
from .status import header_form

_KINDS: Final = {kind.name.lower(): kind for kind in RowKind}
_BINARY: Final = "application/octet-stream"
_PAGE: Final = {"type": "string", "format": "binary"}
_PART: Final = 64 * 1024

_Kind = Annotated[
    str,
    Path(description="What the rows tell", json_schema_extra={"enum": list(_KINDS)}, max_length=32),
]
_First = Annotated[int, Query(ge=0, lt=1 << 53, description="The number of the first row")]
_Count = Annotated[
    int,
    Query(ge=1, lt=1 << 31, description="How many rows at most; a page's own limit holds too"),
]


def sync_router(ports: Ports, pages: Pages) -> APIRouter:
    """Bulk data, under `/v1`."""
    router = APIRouter(tags=["sync"])

    @router.get(
        "/sync",
        summary="What there is of bulk data",
        response_class=Response,
        responses=answers("Sync", "Rows by kind, and the chain block they stand for"),
    )
    async def extents() -> Response:
        """Ask again when everything is read: if `generation` grew, the chain took something back.

        Then what came after the final rows has to be read again.
        """
        return json_answer(await asyncio.to_thread(_extents, ports.index))

    @router.get(
        "/sync/{kind}",
        summary="A page of bulk data",
        response_class=Response,
        responses={
            200: described("Head and rows: see the protocol of pages", _BINARY, _PAGE),
            304: {"description": "It is what the client has"},
            **problems(),
        },
    )
    async def page(
        request: Request, kind: _Kind, first: _First = 0, count: _Count = (1 << 31) - 1
    ) -> Response:
        """Pages of final rows alone never change, and say so; others are to be asked for again.

        Compressed with zstd where `Accept-Encoding` names it. Begin pages at multiples of their
        size, as everybody does, and caches will have them.
        """
        if kind not in _KINDS:
            raise Problem(404, f"there is no such kind of rows; there are {', '.join(_KINDS)}")
        zstd = takes_zstd(request)
        return _answer(request, await pages.page(_KINDS[kind], first, count, zstd=zstd), zstd)

    return router


def _answer(request: Request, page: ServedPage, zstd: bool) -> Response:  # noqa: FBT001 - a plain fact
    headers = {
        "ETag": quoted(page.tag),
        "Cache-Control": IMMUTABLE if page.final else REVALIDATE,
        "Vary": "Accept-Encoding",
    }
    if unchanged := not_modified(request, headers):
        return unchanged
    if zstd:
        headers["Content-Encoding"] = ZSTD
    headers["Content-Length"] = str(len(page.content))
    return StreamingResponse(_parts(page.content), 200, headers, _BINARY)


async def _parts(content: bytes) -> AsyncIterator[bytes]:
    """In parts, of which each waits for the one before: what is not sent yet takes no memory."""
    for start in range(0, len(content), _PART):
        yield content[start : start + _PART]


def _extents(index: SyncIndex) -> dict[str, Any]:
    """All of one moment: between two equal generations, rows are only added.

    Rows that are added between the two questions are not in the answer, or not told by its cursor:
    both are asked for again anyway.
    """
    while True:
        generation = index.generation()
        cursor, found = index.cursor(), index.extents()
        if index.generation() == generation:
            break
    form: dict[str, Any] = {
        "generation": generation,
        "kinds": {name: _extent_form(kind, found[kind]) for name, kind in _KINDS.items()},
    }
    return form if cursor is None else form | {"cursor": header_form(cursor)}


def _extent_form(kind: RowKind, extent: Extent) -> dict[str, int]:
    return {
        "rows": extent.rows,
        "final": extent.final,
        "row_size": ROWS[kind].SIZE,
        "page_rows": MAX_PAGE_ROWS[kind],
    }
