"""Where rows come from, and what the chain itself is asked to hold them against."""

from typing import Protocol

from winze.chain import Source
from winze.protocol import ChainBlock, Period, Points
from winze.wire import Page, RowKind

from ..node_client import SyncState


class RowSource(Protocol):
    """A node, or whoever else has all rows."""

    @property
    def place(self) -> str:
        """How messages call it; nothing secret."""

    async def sync_state(self) -> SyncState:
        """How far it is."""

    async def page(self, kind: RowKind, first: int, count: int) -> Page:
        """Up to `count` rows from row `first` on; as many as a page holds, and there are."""


class Contract(Source, Protocol):
    """The chain, which decides what is true; `RpcSource` is one."""

    async def points(self, period: Period, at: ChainBlock) -> Points:
        """All that was earned in `period` up to chain block `at`."""
