"""Rows straight from the chain, without any node: the wallet keeps the index that a node serves.

Nothing that is asked for depends on whose wallet it is: all events of the network are read. The
first time that takes as long as a node's first start does; afterwards only what is new is read.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Engine

from winze.chain import DeepReorganisation, Follower, Header, LedgerMismatch, Source
from winze.contracts import ChainUnreachable, NetworkDescription, RpcError
from winze.index import DatabaseError, Index, SqlStore, migrate, open_database
from winze.wire import Page, RowKind

from .errors import NodeBehind, NodeLies, RowsUnreadable
from .exclusive import Exclusive
from .node_client import SyncState

_ATTEMPTS: Final = 3
"""How often the chain is read, each time from the next of its nodes, before that is given up."""


class DirectRows:
    """A `RowSource` that follows the chain itself. `close` it in the end.

    Processes that share a file read the chain one after the other; one that was killed goes on
    where it stopped.
    """

    place: Final = "the chain itself"

    def __init__(
        self,
        source: Source,
        network: NetworkDescription,
        path: Path | None,
        next_node: Callable[[], None] = lambda: None,
    ) -> None:
        """Nothing is opened or asked yet.

        Args:
            source: Who tells the network's events.
            network: Whose rows.
            path: The file, made if it is missing, for its owner alone. None keeps nothing beyond
                `close`.
            next_node: What to do when the chain's node has failed or lies: ask another one.
        """
        self._source, self._network, self._next_node = source, network, next_node
        self._stack = ExitStack()
        if path is None:
            folder = self._stack.enter_context(TemporaryDirectory(prefix="winze-"))
            path = Path(folder) / "direct.sqlite"
        self._path: Final = path
        self._exclusive = Exclusive(path.with_name(f"{path.name}.lock"))
        self._asking = asyncio.Lock()
        self._engine: Engine | None = None
        self._index: Index
        self._follower: Follower | None = None
        # What the follower left in the file: other processes may have gone on since.
        self._left: tuple[int, Header | None] = 0, None

    def __repr__(self) -> str:
        return f"DirectRows({self._path})"

    def close(self) -> None:
        """Close the file."""
        if self._engine is not None:
            self._engine.dispose()
        self._stack.close()

    async def sync_state(self) -> SyncState:
        """Follow the chain to its newest confirmed block: what there is of rows then.

        Raises:
            NodeLies: what the chain's nodes tell is not the contract's ledger.
            NodeBehind: they follow a chain on which this network was never deployed.
            RpcError: they cannot be asked.
            ChainChanged: the chain was reorganised again and again; asking again helps.
            RowsUnreadable: the file cannot be used.
        """
        with self._explained():
            async with self._asking:
                engine = await self._open()
                async with self._exclusive.held():
                    await self._follow(engine)
                    return await asyncio.to_thread(self._state)

    async def page(self, kind: RowKind, first: int, count: int) -> Page:
        """Up to `count` rows from row `first` on; as many as a page holds, and there are.

        Raises:
            RowsUnreadable: the file cannot be used.
        """
        with self._explained():
            async with self._asking:
                await self._open()
            return Page.decode(
                await asyncio.to_thread(self._index.page, kind, first, count), kind, first
            )

    async def _open(self) -> Engine:
        if self._engine is None:
            self._engine = await asyncio.to_thread(_opened, self._path)
            self._index = Index(self._engine, self._network.profile.confirmations)
        return self._engine

    async def _follow(self, engine: Engine) -> None:
        follower = await asyncio.to_thread(self._current_follower, engine)
        for _ in range(_ATTEMPTS - 1):
            try:
                await follower.sync()
            except ChainUnreachable:
                raise  # each of them was asked
            except (LedgerMismatch, RpcError):
                self._next_node()
            else:
                return
        await follower.sync()

    def _current_follower(self, engine: Engine) -> Follower:
        """The one that we have, or a new one where others went on without it."""
        if self._follower is None or self._left != self._stands():
            try:
                self._follower = Follower(
                    self._source,
                    self._network.deployment_block,
                    confirmations=self._network.profile.confirmations,
                    store=SqlStore(engine),
                )
            except LedgerMismatch as problem:
                raise self._unreadable(problem) from problem
        return self._follower

    def _state(self) -> SyncState:
        self._left = generation, cursor = self._stands()
        return SyncState(generation, cursor, self._index.extents())

    def _stands(self) -> tuple[int, Header | None]:
        return self._index.generation(), self._index.cursor()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except LedgerMismatch as problem:
            raise NodeLies(f"what it tells is not the contract's: {problem}") from problem
        except DeepReorganisation as problem:
            raise NodeBehind(str(problem)) from problem
        except DatabaseError as problem:
            raise self._unreadable(problem) from problem

    def _unreadable(self, problem: Exception) -> RowsUnreadable:
        return RowsUnreadable(
            f"{self._path} cannot be used: {problem}. It may be removed: the chain has all of it"
        )


def _opened(path: Path) -> Engine:
    engine = open_database(f"sqlite:///{path.absolute()}")
    migrate(engine)
    return engine
