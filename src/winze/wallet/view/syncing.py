"""Bringing rows up to date: from the first node whose rows the contract confirms.

Nothing that is visible changes before all of a new state agrees; what does not agree is forgotten,
and the next node is asked.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from winze.chain import ChainChanged, Header
from winze.contracts import NetworkDescription
from winze.protocol import DEPTH, Field, MerkleTree, ProtocolError
from winze.wire import BLOCK_KINDS, BlockRows, RowKind, WireError, check_blocks, split
from winze.workers import Workers

from ..errors import NodeBehind, NodeLies, NodeMisbehaves, NodeRefused, NodeUnreachable, NoNode
from ..node_client import SyncState
from .checks import Checks
from .fetching import fetch
from .progress import Progress, Report, Task
from .reading import Rows
from .seen import EMPTY, Seen
from .sources import Contract, RowSource
from .store import Kept, RowStore

_NOTHING: Final = Kept("", dict.fromkeys(RowKind, 0), -1, 0)
"""What a state stands on that is read from the very first row."""

_ATTEMPTS: Final = 3
"""How often a reading is begun again because chain or node changed under it."""

_PIECE: Final = 16
"""Blocks that are checked in one go: an eighth of a second of hashing."""

_MANY: Final = 64
"""Blocks from which on processes of their own are worth being started."""

_CONTRADICTIONS: Final = NodeLies, WireError, ProtocolError
"""Rows that do not fit each other, the contract, or what was kept."""

_PROBLEMS: Final = (
    *(NodeBehind, NodeMisbehaves, NodeRefused, NodeUnreachable, ChainChanged),
    *_CONTRADICTIONS,
)
"""What makes us ask the next node."""


class Synchroniser:
    """Makes one state of rows after the other; `seen` is the last one."""

    def __init__(
        self,
        network: NetworkDescription,
        sources: Sequence[RowSource],
        chain: Contract,
        store: RowStore,
        workers: Workers,
    ) -> None:
        self._sources, self._store, self._workers = list(sources), store, workers
        self._confirmations = network.profile.confirmations
        self._checks = Checks(network, chain)
        self._settled = "", MerkleTree(DEPTH)
        self.seen = self._standing(self._load())

    async def sync(self, report: Report) -> None:
        """Make the next state.

        Raises:
            NoNode: no node has one that the contract confirms.
            RpcError: the chain cannot be asked.
        """
        said = await self._try_all(self._sources, report, anew=False)
        contradicted = said and any(isinstance(each, _CONTRADICTIONS) for each in said.values())
        if contradicted and self.seen.kept.final >= 0:
            # Perhaps what was kept is wrong. It is replaced only by what the contract confirms.
            said = await self._try_all(self._sources, report, anew=True)
        if said is not None:
            raise NoNode({place: str(problem) for place, problem in said.items()})

    async def replace(self, report: Report) -> bool:
        """Read everything again, from another node than the last; whether one could be found."""
        others = [each for each in self._sources if each.place != self.seen.place]
        return await self._try_all(others, report, anew=True) is None

    async def _try_all(
        self, sources: Sequence[RowSource], report: Report, *, anew: bool
    ) -> Mapping[str, Exception] | None:
        """What is wrong with each source; None where one of them was right."""
        said: dict[str, Exception] = {}
        for source in sources:
            try:
                await self._from(source, report, anew=anew)
            except _PROBLEMS as problem:
                said[source.place] = problem
            else:
                # Who was right is asked first the next time.
                self._sources.sort(key=lambda each: each is not source)
                return None
        return said

    async def _from(self, source: RowSource, report: Report, *, anew: bool) -> None:
        for _ in range(_ATTEMPTS - 1):
            with suppress(ChainChanged):
                await self._once(source, report, anew=anew)
                return
        await self._once(source, report, anew=anew)

    async def _once(self, source: RowSource, report: Report, *, anew: bool) -> None:
        told = await source.sync_state()
        if told.cursor is None:
            raise NodeBehind("it has read nothing of the chain yet")
        await self._checks.place(told.cursor)
        kept = _NOTHING if anew else await asyncio.to_thread(self._load)
        if not anew and await self._is_old(told.cursor):
            return
        base = self._goes_on(source, told, kept)
        if base is not None:
            with suppress(*_CONTRADICTIONS):  # all but final rows are read again then
                await self._take(source, told, base, report)
                return
        await self._take(source, told, self._standing(kept), report)

    async def _is_old(self, cursor: Header) -> bool:
        """Whether we have seen later rows, of this same chain."""
        ours = self.seen.cursor
        if ours is None or cursor.number >= ours.number:
            return False
        return await self._checks.is_on_chain(ours)

    def _goes_on(self, source: RowSource, told: SyncState, kept: Kept) -> Seen | None:
        """Our own state, where what this node tells is known to go on from it."""
        seen = self.seen
        same = (seen.place, seen.generation, seen.kept) == (source.place, told.generation, kept)
        longer = all(told.extents[kind].rows >= seen.rows(kind) for kind in RowKind)
        return seen if same and longer and seen.cursor is not None else None

    async def _take(self, source: RowSource, told: SyncState, base: Seen, report: Report) -> None:
        """Read what follows `base`, hold it against the contract, make it visible, keep it."""
        wanted = {kind: range(base.rows(kind), told.extents[kind].rows) for kind in RowKind}
        short = [kind.name for kind in RowKind if told.extents[kind].rows < base.rows(kind)]
        if short:
            raise NodeLies(f"it has fewer rows of {', '.join(short)} than are final")
        if told.cursor == base.cursor and not any(wanted.values()):
            return
        if len(wanted[RowKind.HEADERS]) >= _MANY:
            self._workers.start()
        news = await fetch(source, wanted, report)
        if any(wanted.values()) and (await source.sync_state()).generation != told.generation:
            raise ChainChanged("the node followed a reorganisation while it was read")
        seen = await self._checked(source, told, base, news, report)
        await self._checks.agree(
            Rows(self._store, seen), None if base.cursor is None else base.cursor.number
        )
        self.seen = seen
        await asyncio.to_thread(self._keep)

    async def _checked(
        self,
        source: RowSource,
        told: SyncState,
        base: Seen,
        news: Mapping[RowKind, bytes],
        report: Report,
    ) -> Seen:
        """The state after `base`, its blocks checked one by one.

        Raises:
            WireError, ProtocolError: the rows contradict each other.
        """
        tail = {kind: base.tail[kind] + news[kind] for kind in RowKind}
        bodies = {kind: tail[kind] for kind in BLOCK_KINDS}
        blocks = await asyncio.to_thread(split, base.kept.blocks, bodies)
        proved = [block for block in blocks if block.header_row]
        known = dict(zip(base.blocks, base.headers, strict=False))
        headers = await self._headers([each for each in proved if each not in known], report)
        known |= headers
        tree = (self._settled[1] if base.kept.epoch else MerkleTree(DEPTH)).copy()
        for block in proved:
            tree.append(known[block])
        seen = Seen(
            place=source.place,
            generation=told.generation,
            cursor=told.cursor,
            kept=base.kept,
            tail=tail,
            blocks=blocks,
            headers=[known[block] for block in proved],
            tree=tree,
        )
        await asyncio.to_thread(seen.look_through)
        return seen

    async def _headers(
        self, blocks: Sequence[BlockRows], report: Report
    ) -> Mapping[BlockRows, Field]:
        pieces = [(blocks[at : at + _PIECE],) for at in range(0, len(blocks), _PIECE)]
        if len(blocks) >= _MANY:

            def tell(done: int) -> None:
                report(Progress(Task.VERIFYING, min(done * _PIECE, len(blocks)), len(blocks)))

            found = await self._workers.map(check_blocks, pieces, tell)
        else:
            found = [await asyncio.to_thread(check_blocks, *piece) for piece in pieces]
        return dict(zip(blocks, (header for piece in found for header in piece), strict=True))

    # -- the store ------------------------------------------------------------------------------

    def _load(self) -> Kept:
        """What the store keeps now; its headers are put into the tree of those."""
        kept = self._store.kept()
        epoch, tree = self._settled
        if epoch != kept.epoch:
            tree = MerkleTree(DEPTH)
        for header in self._store.headers(len(tree)):
            tree.append(header)
        self._settled = kept.epoch, tree
        return kept

    def _standing(self, kept: Kept) -> Seen:
        """What the store keeps, and nothing more."""
        tree = self._settled[1].copy() if kept.epoch else MerkleTree(DEPTH)
        return Seen("", 0, None, kept, EMPTY, [], [], tree)

    def _keep(self) -> None:
        """Put into the store what is final; where another process was faster, leave it to that."""
        settled = self.seen.settled(self._confirmations)
        anew = not self.seen.kept.epoch
        if not anew and not settled.any:
            return
        base = self._store.kept() if anew else self.seen.kept
        if self._store.keep(base, settled, anew=anew):
            self.seen = self.seen.standing_on(self._load())
