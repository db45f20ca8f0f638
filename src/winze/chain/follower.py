"""Following a chain into a ledger, through every reorganisation.

The follower reads the events of our contracts up to the newest chain block that has enough
confirmations, and keeps the ledger that they describe. Before it reads on, it looks whether the
block where it stopped is still the chain's; where it is not, it goes back to the last one that is.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from winze.protocol import (
    BlockIndex,
    ChainBlock,
    Field,
    Ledger,
    LedgerError,
    ProtocolError,
    Timestamp,
    draw_entropy,
)

from .errors import ChainChanged, DeepReorganisation, LedgerMismatch
from .replay import apply
from .source import Header, Logged, Source, headers
from .store import Checkpoint, MemoryStore, Record, Store

WINDOW: Final = 2_000
"""How many chain blocks are asked for at once; what public nodes commonly allow."""

_ATTEMPTS: Final = 5
"""How often a reading is begun again because the chain changed under it."""


class Follower:
    """The ledger of one network, as far as the chain is confirmed.

    `ledger` is the same object for ever; it changes only inside `sync`.
    """

    def __init__(
        self,
        source: Source,
        deployed_at: ChainBlock,
        *,
        confirmations: int = 0,
        store: Store | None = None,
    ) -> None:
        """Nothing is read from the chain yet; a store's records are replayed.

        Args:
            source: The chain.
            deployed_at: The chain block of the network's deployment; nothing of ours is older.
            confirmations: Chain blocks on top of one before its events count.
            store: What was read earlier; by default nothing was.

        Raises:
            LedgerMismatch: the store's records contradict each other.
        """
        self._source = source
        self._first = deployed_at
        self._confirmations = confirmations
        self._store = store or MemoryStore()
        self._now: Header | None = None
        self._agreed: Field | None = None
        self.ledger: Final = Ledger()
        self._rebuild(BlockIndex(0))

    @property
    def cursor(self) -> Checkpoint | None:
        """The last chain block whose events are in the ledger, or None before the first."""
        return self._store.cursor()

    @property
    def now(self) -> Timestamp:
        """The chain's time at the cursor, in unix seconds.

        Raises:
            LedgerError: nothing was read yet.
        """
        if self._now is None:
            raise LedgerError("the chain was not read yet; call sync first")
        return self._now.timestamp

    def records(self) -> Iterable[Record]:
        """Every event of our contracts that was read, in the order of the chain."""
        return self._store.records()

    async def sync(self) -> None:
        """Bring the ledger up to the newest confirmed chain block.

        It may be cancelled or fail at any point: what was taken over stays consistent, and the
        next call goes on from there.

        Raises:
            ChainChanged: the chain was reorganised again and again while it was read.
            DeepReorganisation: the chain no longer has the network's deployment.
            LedgerMismatch: the events do not give the contract's own ledger.
            RpcError: the node could not be asked.
        """
        for attempt in range(_ATTEMPTS):
            try:
                return await self._sync()
            except ChainChanged:
                if attempt == _ATTEMPTS - 1:
                    raise
        return None

    async def _sync(self) -> None:
        await self._return_to_chain()
        target = ChainBlock(max(await self._source.head() - self._confirmations, 0))
        cursor = self.cursor
        first = self._first if cursor is None else cursor.number + 1
        for start in range(first, target + 1, WINDOW):
            await self._read(ChainBlock(start), ChainBlock(min(start + WINDOW - 1, target)))
        if self.cursor is None:
            return
        self._now = await self._source.header(self.cursor.number)
        if self._now.hash != self.cursor.hash:
            raise ChainChanged(f"chain block {self.cursor.number} was replaced while it was read")
        await self._compare_roots(self.cursor)
        await self._draw(self.cursor)

    async def _return_to_chain(self) -> None:
        """Go back to the last chain block of ours that the chain still has."""
        cursor = self.cursor
        if cursor is None or await self._is_on_chain(cursor):
            return
        records = list(self._store.records())
        while records and not await self._is_on_chain(records[-1].checkpoint):
            records.pop()
        # Between the last record and the cursor nothing of ours happened, so the record's own block
        # is a good place to go on from; without any record, the deployment is.
        self._rewind(records[-1].checkpoint if records else await self._before_deployment())

    async def _before_deployment(self) -> Checkpoint:
        number = ChainBlock(max(self._first - 1, 0))
        try:
            header = await self._source.header(number)
        except ChainChanged as gone:
            raise DeepReorganisation(
                f"the chain has no block {number} any more, before which this network was deployed"
            ) from gone
        return Checkpoint(number, header.hash)

    async def _is_on_chain(self, checkpoint: Checkpoint) -> bool:
        try:
            header = await self._source.header(checkpoint.number)
        except ChainChanged:
            return False
        return header.hash == checkpoint.hash

    def _rewind(self, cursor: Checkpoint) -> None:
        """Forget what came after `cursor`."""
        dropped = [
            record.touches
            for record in self._store.records()
            if record.checkpoint.number > cursor.number and record.touches is not None
        ]
        self._store.rewind(cursor)
        if dropped:
            self._rebuild(min(dropped))

    def _rebuild(self, lowest: BlockIndex) -> None:
        """Make the ledger from block `lowest` on again, from the store."""
        self.ledger.truncate(lowest)
        for record in self._store.records():
            if record.touches is not None and record.touches >= lowest:
                apply(self.ledger, record.logged.event)

    async def _read(self, first: ChainBlock, last: ChainBlock) -> None:
        """Take over the events of these chain blocks, all or none."""
        end = await self._source.header(last)
        logged = await self._source.logs(first, last)
        found = await headers(self._source, [*(each.block for each in logged), last])
        # The same end before and after, and every log from a block of that chain: then what was
        # read is one chain's, not a mixture of two.
        if found[last].hash != end.hash or any(
            found[each.block].hash != each.block_hash for each in logged
        ):
            raise ChainChanged(f"chain blocks {first} to {last} were replaced while they were read")
        self._take_over(logged, found, Checkpoint(last, end.hash))

    def _take_over(
        self,
        logged: Sequence[Logged],
        found: Mapping[ChainBlock, Header],
        cursor: Checkpoint,
    ) -> None:
        # No event can change a proved block, so this is as far back as a failure reaches.
        proved = BlockIndex(self.ledger.proved)
        try:
            records = [
                Record(each, found[each.block].timestamp, apply(self.ledger, each.event))
                for each in logged
            ]
        except ProtocolError as wrong:
            self._rebuild(proved)
            raise LedgerMismatch(f"up to chain block {cursor.number}: {wrong}") from wrong
        except BaseException:
            self._rebuild(proved)
            raise
        self._store.extend(records, cursor)

    async def _compare_roots(self, at: Checkpoint) -> None:
        """Hold the ledger against the contract, which is what everybody else goes by."""
        if self._agreed == self.ledger.root:
            return
        root = await self._source.root(at.number)
        if root != self.ledger.root:
            if not await self._is_on_chain(at):
                raise ChainChanged(f"chain block {at.number} was replaced while it was read")
            raise LedgerMismatch(
                f"at chain block {at.number} the pool's root is {root} and the ledger's is "
                f"{self.ledger.root}: the node leaves events out or invents some; ask another"
            )
        self._agreed = root

    async def _draw(self, at: Checkpoint) -> None:
        """Give every sealed block the entropy of its draw, where the chain has got so far.

        Asked for again each time: the drawn chain block can be replaced as long as it is young.
        """
        waiting = self.ledger.blocks[self.ledger.proved :]
        drawn = [block for block in waiting if block.draw <= at.number]
        found = await headers(self._source, [block.draw for block in drawn])
        for block in drawn:
            entropy = draw_entropy(found[block.draw].hash, block.index)
            self.ledger.fix_entropy(block.index, entropy)
