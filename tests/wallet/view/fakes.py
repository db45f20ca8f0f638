"""Nodes that tell rows of a chain in memory: an honest one, and one that changes what it tells."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.chain.fakes import GENESIS, FakeChain, FakeSource
from tests.index.expected import expected_rows
from tests.wallet.worlds import network
from winze.chain import Header, Record
from winze.protocol import DAY, ChainBlock, Claimed, Period, Points, Timestamp
from winze.wallet import LedgerView, NodeUnreachable, RowStore, SyncState
from winze.wire import FINALITY, Extent, Page, RowKind

if TYPE_CHECKING:
    from collections.abc import Callable

NETWORK = replace(network(), genesis=Timestamp(GENESIS - GENESIS % DAY))
"""A network that was there when fake chains begin."""
CONFIRMATIONS: Final = NETWORK.profile.confirmations

Told = dict[RowKind, list[bytes]]


class ViewChain(FakeSource):
    """A fake chain that also tells points."""

    async def points(self, period: Period, at: ChainBlock) -> Points:
        self._ask("points", period, at)
        events = [each.event for block in self.chain.blocks[: at + 1] for each in block.logged]
        claims = [each for each in events if isinstance(each, Claimed) and each.period == period]
        return Points(sum(each.points for each in claims))


class FakeNode:
    """Tells the rows of a chain; it reads on when it is asked how far it is."""

    def __init__(
        self, chain: FakeChain, place: str = "honest", behind: int = CONFIRMATIONS
    ) -> None:
        self.chain, self.place = chain, place
        self.generation = 0
        self.cursor: Header | None = None
        self.rows: Told = {kind: [] for kind in RowKind}
        self.final: dict[RowKind, int] = {}
        self.lie: Callable[[Told], object] = lambda _: None
        """Changes what it tells."""
        self.asked: list[tuple[object, ...]] = []
        self.stopped = False
        """Whether it reads no further."""
        self.gone = False
        """Whether it answers nothing."""
        self.behind = behind

    def read(self) -> None:
        """Read the chain on."""
        last = self.chain.head - self.behind
        if self.cursor is not None and self.chain.blocks[self.cursor.number :][:1]:
            here = self.chain.blocks[self.cursor.number].header
            self.generation += here != self.cursor
        elif self.cursor is not None:
            self.generation += 1
        self.cursor = self.chain.blocks[last].header
        found = expected_rows(records(self.chain, last))
        self.rows = {kind: [row.encode() for row, _ in each] for kind, each in found.items()}
        self.final = {
            kind: sum(at <= last - FINALITY for _, at in each) for kind, each in found.items()
        }
        self.lie(self.rows)

    async def sync_state(self) -> SyncState:
        self._ask("sync_state")
        if not self.stopped:
            self.read()
        extents = {
            kind: Extent(len(rows), min(self.final[kind], len(rows)))
            for kind, rows in self.rows.items()
        }
        return SyncState(self.generation, self.cursor, extents)

    async def page(self, kind: RowKind, first: int, count: int) -> Page:
        self._ask("page", kind, first, count)
        return Page(kind, first, b"".join(self.rows[kind][first : first + count]))

    def _ask(self, *question: object) -> None:
        if self.gone:
            raise NodeUnreachable(f"nobody at {self.place}")
        self.asked.append(question)


def records(chain: FakeChain, last: int) -> list[Record]:
    """What happened on a chain up to one of its blocks."""
    return [
        Record(each, block.header.timestamp, None)
        for block in chain.blocks[: last + 1]
        for each in block.logged
    ]


def view_of(
    chain: FakeChain, *nodes: FakeNode, path: Path | None = None, source: ViewChain | None = None
) -> LedgerView:
    """A view of what these nodes tell; of what an honest one does where none is named."""
    told = nodes or (FakeNode(chain),)
    return LedgerView(NETWORK, told, source or ViewChain(chain), RowStore(path))
