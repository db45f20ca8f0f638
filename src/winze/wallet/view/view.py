"""The ledger as a wallet sees it: rows from a node, believed as far as the contract confirms them.

Several nodes may be named. Whatever one of them tells is held against the chain before anybody sees
it; where it does not agree, the next one is asked. Final rows are kept in a file.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from winze.chain import Header
from winze.contracts import NetworkDescription
from winze.protocol import (
    EthAddress,
    Field,
    LeafKind,
    Membership,
    NotInLedger,
    Period,
    Points,
    Position,
    Timestamp,
    Wei,
)
from winze.wire import BlockRows, DistributionRow
from winze.workers import Workers

from .progress import Report, silent
from .reading import Rows
from .sources import Contract, RowSource
from .store import FoundClaim, RowStore
from .syncing import Synchroniser


class LedgerView:
    """The present state of the ledger and of all claims, as nodes tell and the chain confirms it.

    What can be asked between two synchronisations is of one state, in which everything agrees.
    """

    def __init__(
        self,
        network: NetworkDescription,
        sources: Sequence[RowSource],
        chain: Contract,
        store: RowStore,
        workers: Workers | None = None,
    ) -> None:
        """What the store keeps is there at once; `sync` brings the rest.

        Args:
            network: Whose ledger.
            sources: Who is asked for rows: the next one where the one before fails.
            chain: Who is asked what is true.
            store: Where final rows are kept.
            workers: Who checks many blocks; `close` stops them.

        Raises:
            RowsUnreadable: the store is damaged, or of another network.
        """
        store.bind(f"{network.chain_id}:{network.pool}")
        self.network: Final = network
        self.workers: Final = workers or Workers()
        self._store = store
        self._synchroniser = Synchroniser(network, sources, chain, store, self.workers)
        self._syncing = asyncio.Lock()
        self._rows = Rows(store, self._synchroniser.seen)

    async def close(self) -> None:
        """Stop the workers. The store stays open."""
        await self.workers.close()

    async def sync(self, report: Report = silent) -> None:
        """Bring everything up to what a node tells and the contract confirms.

        It may fail or be cancelled at any point: all is as it was before then.

        Raises:
            NoNode: nobody who was asked has that; what is wrong with each stands in it.
            RpcError: the chain cannot be asked.
            RowsUnreadable: the file of rows cannot be used.
        """
        async with self._syncing:
            await self._synchroniser.sync(report)
            self._show()

    async def distrust(self, report: Report = silent) -> bool:
        """Read everything again from another node than the last one; whether one could be found.

        For whoever finds out, by its own secrets, that rows are wrong which no contract can check.
        """
        async with self._syncing:
            replaced = await self._synchroniser.replace(report)
            self._show()
            return replaced

    def _show(self) -> None:
        if self._rows.seen is not self._synchroniser.seen:
            self._rows = Rows(self._store, self._synchroniser.seen)

    @property
    def rows(self) -> Rows:
        """The present state, for whoever asks it more than one question: it never changes."""
        return self._rows

    # -- where it stands ------------------------------------------------------------------------

    @property
    def cursor(self) -> Header | None:
        """The chain block up to which everything was read; None before the first `sync`."""
        return self._rows.seen.cursor

    @property
    def now(self) -> Timestamp:
        """The chain's time there, in unix seconds.

        Raises:
            LedgerError: nothing was read yet.
        """
        return self._rows.cursor.timestamp

    @property
    def place(self) -> str:
        """Which node told it; empty before the first `sync`."""
        return self._rows.seen.place

    # -- the ledger -----------------------------------------------------------------------------

    @property
    def proved(self) -> int:
        """How many blocks, from the first on, are proved."""
        return self._rows.seen.proved

    def root_at(self, size: int) -> Field:
        """The root of the first `size` blocks.

        Raises:
            LedgerError: not so many blocks are proved.
        """
        return self._rows.seen.tree.root(size)

    def timestamp(self, index: int) -> Timestamp:
        """The time of a proved block.

        Raises:
            NotInLedger: it is not proved.
        """
        return self._rows.header(index).timestamp

    def header(self, index: int) -> Field:
        """The leaf that stands for a proved block (protocol §4).

        Raises:
            NotInLedger: it is not proved.
        """
        return self._rows.seen.tree.leaf(index)

    def note_membership(self, position: Position, size: int | None = None) -> Membership:
        """The place of the note at `position` under the root of `size` blocks, or the present one.

        Raises:
            LedgerError: not so many blocks are proved.
            NotInLedger: that root does not hold the note.
        """
        return self._rows.membership(LeafKind.NOTE, position, size)

    def spend_membership(self, nullifier: Field, size: int | None = None) -> Membership:
        """The place of `nullifier` under the root of `size` blocks, or the present one.

        Raises:
            LedgerError: not so many blocks are proved.
            NotInLedger: that root does not hold the nullifier.
        """
        position = self.spend_position(nullifier)
        if position is None:
            raise NotInLedger(f"nullifier {int(nullifier)} was never published")
        return self._rows.membership(LeafKind.SPEND, position, size)

    def spend_position(self, nullifier: int) -> Position | None:
        """Where `nullifier` stands, proved or not; None where it was never published."""
        return self._rows.spend_position(nullifier)

    def blocks(self, first: int = 0) -> Iterator[BlockRows]:
        """All blocks that hold something, from block `first` on, proved or not."""
        return self._rows.blocks(first, self._rows.end)

    # -- all else -------------------------------------------------------------------------------

    def anonymity(self, value: Wei) -> int:
        """How many mining deposits of `value` there were."""
        return self._rows.deposits(value)

    def claim(self, claim_id: Field) -> FoundClaim | None:
        """The claim with this id; None where none counted."""
        return self._rows.claim(claim_id)

    def points(self, period: Period) -> Points:
        """All that was earned in a period."""
        return Points(self._rows.earned(period).points)

    def unminted(self, period: Period) -> Sequence[Field]:
        """The ids of a period's claims whose shares were not minted, in the order of the chain."""
        return self._rows.unminted(period)

    def distributions(self, period: Period) -> Sequence[DistributionRow]:
        """What was minted for a period."""
        return self._rows.distributions(period)

    def withdrawable(self) -> Mapping[EthAddress, Wei]:
        """What waits for whom, of all accounts that were ever paid in vain."""
        return self._rows.withdrawable()
