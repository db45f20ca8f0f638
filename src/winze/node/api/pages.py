"""Pages of bulk data, encoded, hashed and compressed once where they never change."""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import zstandard

from winze.wire import MAX_PAGE_ROWS, ROWS, RowKind

from .ports import SyncIndex

_LEVEL: Final = 3
"""Hashes do not compress and the rest does at any level."""


@dataclass(frozen=True)
class ServedPage:
    """A page as it goes out."""

    content: bytes
    """The page, compressed if that was asked for."""

    tag: str
    """What names just these bytes: the start of the page's SHA-256, and the encoding."""

    final: bool
    """Whether this page will never be another."""


class Pages:
    """Pages of an index; final ones are kept, the last used first, in bounded memory."""

    def __init__(self, index: SyncIndex, most: int) -> None:
        """Serve pages of `index`, and keep `most` bytes of them."""
        self._index, self._most = index, most
        self._kept: OrderedDict[tuple[RowKind, int, int, bool], ServedPage] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return self._size

    async def page(self, kind: RowKind, first: int, count: int, *, zstd: bool) -> ServedPage:
        """The page of up to `count` rows from row `first` on.

        Raises:
            DatabaseFailed: the index cannot be read just now.
        """
        key = kind, first, min(count, MAX_PAGE_ROWS[kind]), zstd
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        page = await asyncio.to_thread(self._make, *key)
        if page.final:
            self._keep(key, page)
        return page

    def _make(self, kind: RowKind, first: int, count: int, zstd: bool) -> ServedPage:  # noqa: FBT001 - a part of the key
        # asked before the page is read: final rows stay so, but for others that could be too late
        final = self._index.extents()[kind].final
        content = self._index.page(kind, first, count)
        tag = hashlib.sha256(content).hexdigest()[:32]
        whole = len(content) >= count * ROWS[kind].SIZE  # a shorter page will have more rows
        if zstd:
            content, tag = zstandard.compress(content, _LEVEL), f"{tag}-zstd"
        return ServedPage(content, tag, whole and first + count <= final)

    def _keep(self, key: tuple[RowKind, int, int, bool], page: ServedPage) -> None:
        if key not in self._kept:
            self._size += len(page.content)
        self._kept[key] = page
        while self._size > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped.content)
