"""Following a chain into a ledger, through every reorganisation.

The follower reads the events of our contracts up to the newest chain block that has enough
confirmations, and keeps the ledger that they describe. Before it reads on, it looks whether the
block where it stopped is still the chain's; where it is not, it goes back to the last one that is.
When it has read, it holds the ledger against the contract; what does not agree is forgotten again.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Final

from winze.contracts import RpcError
from winze.protocol import (
    Block,
    BlockIndex,
    ChainBlock,
    Ledger,
    LedgerError,
    ProtocolError,
    Timestamp,
    draw_entropy,
)

from .errors import ChainChanged, DeepReorganisation, LedgerMismatch
from .replay import apply, replay
from .source import Header, Logged, Source, headers
from .store import MemoryStore, Record, Store

WINDOW: Final = 2_000
"""How many chain blocks are asked for at once at most; what public nodes commonly allow."""

MANY: Final = 2_000
"""Events of one answer from which on fewer chain blocks are asked for; public nodes tell 10,000 at
most, and reading them takes the loop's time."""

PIECE: Final = 128
"""Events that are taken over in one go, to the end of their chain block: a few hundredths of a
second of hashing, in which nothing else runs."""

_ATTEMPTS: Final = 5
"""How often a reading is begun again because the chain changed under it."""

LOOKS: Final = 2
_PAUSE: Final = 0.1
"""How often what is new is read and compared, so many seconds apart, before it counts as wrong."""


class Follower:
    """The ledger of one network, as far as the chain is confirmed.

    `ledger` is the same object for ever; it changes only inside `sync`, piece by piece and from one
    chain block to a later one. While a piece is being stored, the ledger is ahead of the cursor.
    """

    def __init__(
        self,
        source: Source,
        deployed_at: ChainBlock,
        *,
        confirmations: int = 0,
        store: Store | None = None,
        looks: int = LOOKS,
    ) -> None:
        """Nothing is read from the chain yet; a store's records are replayed.

        That takes seconds where there are very many: make it in a thread then.

        Args:
            source: The chain.
            deployed_at: The chain block of the network's deployment; nothing of ours is older.
            confirmations: Chain blocks on top of one before its events count.
            store: What was read earlier; by default nothing was.
            looks: How often what is new is read before events and contract count as different: some
                nodes show a block a moment before its events, which is no lie.

        Raises:
            LedgerMismatch: the store's records contradict each other.
        """
        self._source = source
        self._first = deployed_at
        self._confirmations = confirmations
        self._store = store or MemoryStore()
        self._looks = looks
        # Where ledger and contract last agreed, as far as this follower has looked.
        self._agreed: Header | None = None
        # Where the store was left. Whoever left it may have been killed before it had looked.
        self._begun = self._store.cursor()
        # What the contract keeps of the blocks that are not proved, as far as we looked.
        self._kept: dict[BlockIndex, bytes] = {}
        # Hashes of the drawn chain blocks that decide about unproved blocks, by their numbers.
        self._drawn: dict[ChainBlock, bytes] = {}
        self._syncing = asyncio.Lock()
        self._window = WINDOW
        self.ledger: Final = Ledger()
        self._rebuild(BlockIndex(0))

    @property
    def cursor(self) -> Header | None:
        """The last chain block whose events are in the ledger, or None before the first."""
        return self._store.cursor()

    @property
    def now(self) -> Timestamp:
        """The chain's time at the cursor, in unix seconds.

        Raises:
            LedgerError: nothing was read yet.
        """
        if self.cursor is None:
            raise LedgerError("the chain was not read yet; call sync first")
        return self.cursor.timestamp

    def records(self) -> Iterable[Record]:
        """Every event of our contracts that was read, in the order of the chain."""
        return self._store.records()

    async def sync(self) -> None:
        """Bring the ledger up to the newest confirmed chain block.

        It may be cancelled or fail at any point: what was taken over stays consistent, and the
        next call goes on from there. Calls that overlap wait for each other.

        Raises:
            ChainChanged: the chain was reorganised again and again while it was read.
            DeepReorganisation: the chain no longer has the network's deployment.
            LedgerMismatch: the events do not give the contract's own ledger. Nothing is kept but
                what both agree about, so that another node's answers can mend it.
            RpcError: the node could not be asked.
        """
        async with self._syncing:
            for _ in range(self._looks - 1):
                with suppress(LedgerMismatch):
                    return await self._read_what_stays()
                await asyncio.sleep(_PAUSE)
            return await self._read_what_stays()

    async def _read_what_stays(self) -> None:
        """Read as often as it takes for the chain not to change meanwhile."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(ChainChanged):
                return await self._sync()
        return await self._sync()

    async def _sync(self) -> None:
        await self._return_to_chain()
        try:
            await self._read_on()
        except LedgerMismatch:
            await self._mend()
            raise

    async def _mend(self) -> None:
        """Forget what ledger and contract disagree about.

        That is what was read since both agreed. What the store held before is kept where both agree
        about it, or the node cannot say; otherwise everything is read again.
        """
        await self._rewind(self._agreed or self._begun)
        if self._agreed is None and self.cursor is not None:
            try:
                await self._compare(self.cursor)
            except LedgerMismatch:
                await self._rewind(None)
            except (ChainChanged, RpcError):
                return

    async def _read_on(self) -> None:
        target = ChainBlock(max(await self._source.head() - self._confirmations, 0))
        cursor = self.cursor
        first = self._first if cursor is None else cursor.number + 1
        while first <= target:
            last = min(first + self._window - 1, target)
            await self._read(ChainBlock(first), ChainBlock(last))
            first = last + 1
        if self.cursor is not None:
            await self._compare(self.cursor)
            await self._draw(self.cursor)

    async def _return_to_chain(self) -> None:
        """Go back to the last chain block of ours that the chain still has."""
        cursor = self.cursor
        if cursor is not None and not await self._is_on_chain(cursor):
            await self._rewind(await self._last_common())

    async def _last_common(self) -> Header:
        """The last chain block that holds a record and is still there; else the deployment's.

        Between that record and the cursor nothing of ours happened, so this is a good place to go
        on from.
        """
        for place in self._store.places():
            if await self._is_on_chain(place):
                return place
        number = ChainBlock(max(self._first - 1, 0))
        try:
            return await self._source.header(number)
        except ChainChanged as gone:
            raise DeepReorganisation(
                f"the chain has no block {number} any more, before which this network was deployed"
            ) from gone

    async def _is_on_chain(self, header: Header) -> bool:
        try:
            return await self._source.header(header.number) == header
        except ChainChanged:
            return False

    async def _rewind(self, cursor: Header | None) -> None:
        """Forget what came after `cursor`; everything where it is None."""
        last = -1 if cursor is None else cursor.number
        above = None if cursor is None else cursor.number
        gone = (record.touches for record in self._store.records(above=above))
        touched = [block.index for block in self._unproved() if block.draw > last]
        touched += [index for index in gone if index is not None]
        try:
            await _to_its_end(lambda: self._store.rewind(cursor))
        finally:
            if self.cursor == cursor:
                self._forget(last)
                if touched:
                    self._rebuild(min(touched))

    def _forget(self, last: int) -> None:
        """Forget what is known of chain blocks above `last` and is in no store."""
        if self._agreed is not None and self._agreed.number > last:
            self._agreed = self.cursor
        if self._begun is not None and self._begun.number > last:
            self._begun = self.cursor
        self._kept = {}
        self._drawn = {number: drawn for number, drawn in self._drawn.items() if number <= last}

    def _rebuild(self, lowest: BlockIndex) -> None:
        """Make the ledger from block `lowest` on again, from the store."""
        self.ledger.truncate(lowest)
        try:
            records = self._store.records(touching=lowest)
            replay(self.ledger, (record.logged.event for record in records))
        except ProtocolError as wrong:
            raise LedgerMismatch(f"what the store holds is no ledger: {wrong}") from wrong
        self._fix_entropies()

    def _fix_entropies(self) -> None:
        for block in self._unproved():
            if block.draw in self._drawn:
                entropy = draw_entropy(self._drawn[block.draw], block.index)
                self.ledger.fix_entropy(block.index, entropy)

    def _unproved(self) -> Sequence[Block]:
        """The sealed blocks that are not proved."""
        return self.ledger.blocks[self.ledger.proved :]

    async def _read(self, first: ChainBlock, last: ChainBlock) -> None:
        """Take over the events of these chain blocks, all or none."""
        start = self.cursor
        end = await self._source.header(last)
        logged = await self._source.logs(first, last)
        # The same end before and after, the block where we stopped earlier still there, and every
        # log from a block of that chain: then what was read is one chain's, not a mixture of two.
        seen = [(each.block, each.block_hash) for each in logged] + [(last, end.hash)]
        if start is not None:
            seen.append((start.number, start.hash))
        found = await headers(self._source, (number for number, _ in seen))
        if any(found[number].hash != expected for number, expected in seen):
            raise ChainChanged(f"chain blocks {first} to {last} were replaced while they were read")
        if logged and not first <= logged[0].block <= logged[-1].block <= last:
            raise LedgerMismatch(f"asked for chain blocks {first} to {last}, the node tells others")
        for piece in _pieces(logged):
            await self._take_over(piece, found, found[piece[-1].block])
        if self.cursor != end:
            await self._take_over([], found, end)
        self._adapt(len(logged))

    def _adapt(self, events: int) -> None:
        """Ask for fewer chain blocks at once where many events come, and for more again later."""
        if events > MANY:
            self._window = max(self._window // 2, 1)
        elif events < MANY // 4:
            self._window = min(self._window * 2, WINDOW)

    async def _take_over(
        self, logged: Sequence[Logged], found: Mapping[ChainBlock, Header], cursor: Header
    ) -> None:
        """Take over these events, all or none, and move the cursor to `cursor`."""
        # No event can change a proved block, so this is as far back as a failure reaches.
        proved = BlockIndex(self.ledger.proved)
        try:
            records = [
                Record(each, found[each.block].timestamp, apply(self.ledger, each.event))
                for each in logged
            ]
            blocks = self.ledger.blocks[proved : self.ledger.proved]
            await _to_its_end(lambda: self._store.extend(records, cursor, blocks))
        except ProtocolError as wrong:
            self._rebuild(proved)
            raise LedgerMismatch(f"up to chain block {cursor.number}: {wrong}") from wrong
        except BaseException:
            if self.cursor != cursor:
                self._rebuild(proved)
            raise

    async def _compare(self, at: Header) -> None:
        """Hold the ledger against the contract, which is what everybody else goes by.

        Its root stands for all blocks that are proved, what it keeps of a block for the others.
        """
        if self._agreed == at:
            return
        words = {block.index: block.seal for block in self._unproved()}
        words[self.ledger.open_index] = self.ledger.open.digest
        news = [index for index, kept in words.items() if self._kept.get(index) != kept]
        root = await self._source.root(at.number)
        theirs = await asyncio.gather(*(self._source.sealed(index, at.number) for index in news))
        wrong = [str(i) for i, kept in zip(news, theirs, strict=True) if kept != words[i]]
        if root != self.ledger.root or wrong:
            if not await self._is_on_chain(at):
                raise ChainChanged(f"chain block {at.number} was replaced while it was read")
            raise LedgerMismatch(
                f"at chain block {at.number} the pool's root is {root:#x}, its events give "
                f"{self.ledger.root:#x}; unproved blocks that differ: "
                f"{', '.join(wrong) or 'none'}. "
                f"The node leaves events out or invents some; ask another"
            )
        self._agreed, self._kept = at, words

    async def _draw(self, at: Header) -> None:
        """Give every sealed block the entropy of its draw, where the chain has got so far.

        Asked for again each time: the drawn chain block can be replaced as long as it is young.
        """
        draws = [block.draw for block in self._unproved() if block.draw <= at.number]
        if not draws:
            return
        found = await headers(self._source, draws)
        if not await self._is_on_chain(at):
            raise ChainChanged(f"chain block {at.number} was replaced while draws were read")
        self._drawn = {number: header.hash for number, header in found.items()}
        self._fix_entropies()


def _pieces(logged: Sequence[Logged]) -> Iterator[list[Logged]]:
    """The events in pieces of about `PIECE`, each of whole chain blocks."""
    piece: list[Logged] = []
    for _, group in groupby(logged, lambda each: each.block):
        piece.extend(group)
        if len(piece) >= PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


async def _to_its_end(work: Callable[[], None]) -> None:
    """Do `work` in a thread, and to its end: who is cancelled meanwhile waits for it all the same.

    Otherwise the store would change after we had looked at what it holds.
    """
    doing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        while not doing.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([doing])
        raise
