"""Holding rows against the chain: what makes it needless to trust whoever told them.

* The root of all headers is the contract's, so no entry and no time of a proved block can be other.
* What the contract keeps of each block that is not proved is what the rows give.
* What happened lately is read from the chain's own events, too, and is the same: so a wallet that
  looks often goes by no node's word at all.
* The points of each period add up to the contract's.

All questions are the same for every wallet that saw the chain last at the same time.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from winze.chain import ChainChanged, Header, Logged
from winze.contracts import NetworkDescription
from winze.protocol import (
    EMPTY_DIGEST,
    BlockIndex,
    ChainBlock,
    Claimed,
    Deposited,
    Distributed,
    EthAddress,
    Period,
    Proved,
    Redrawn,
    Sealed,
    Timestamp,
    Transferred,
    Unpaid,
    Withdrawn,
    period_at,
    seal_word,
)
from winze.wire import (
    ClaimRow,
    DepositRow,
    DistributionRow,
    HeaderRow,
    MemoRow,
    Page,
    PayoutRow,
    Row,
    RowKind,
    TransferRow,
)

from ..errors import NodeBehind, NodeLies
from .raw import column
from .reading import Rows
from .sources import Contract

RECENT: Final = 1_000
"""How many chain blocks back the chain's own events are read: what one question to a public node
may span; three hours and more of Ethereum."""

BEHIND_BLOCKS: Final = 32
"""Chain blocks, beside those that the network waits for, that a node may be behind."""

BEHIND_SECONDS: Final = 600
"""Seconds that it may be behind: a node that has less than either of both left is stuck."""

PERIODS: Final = 32
"""Periods whose points are asked for at once: the newest, where there are more."""

_LOOKS: Final = 3
_PAUSE: Final = 0.1
"""How often rows and chain are compared, so many seconds apart, before they count as different."""


class Checks:
    """Holds one state of rows after the other against one chain."""

    def __init__(self, network: NetworkDescription, chain: Contract) -> None:
        self._network, self._chain = network, chain
        # What is known of blocks that are sealed and not proved: time and draw.
        self._seals: dict[int, tuple[int, int]] = {}
        # What agreed before, so that only what is new is asked for.
        self._words: dict[int, bytes] = {}
        self._points: dict[Period, int] = {}
        # The chain block from which on all events were compared.
        self._since = 0

    async def place(self, cursor: Header) -> None:
        """Make sure that a node's last chain block is the chain's, and among its last ones.

        Raises:
            NodeBehind: it is not.
            RpcError: the chain cannot be asked.
        """
        head = await self._chain.head()
        if cursor.number > head:
            raise NodeBehind(
                f"it tells of chain block {cursor.number}; the chain has {head} so far"
            )
        if not await self.is_on_chain(cursor):
            raise NodeBehind(f"its chain block {cursor.number} is not the chain's")
        if head - cursor.number - self._network.profile.confirmations > BEHIND_BLOCKS:
            now = (await self._chain.header(head)).timestamp
            if now - cursor.timestamp > BEHIND_SECONDS:
                raise NodeBehind(
                    f"it stands at chain block {cursor.number} of {head}, "
                    f"{now - cursor.timestamp} seconds behind"
                )

    async def is_on_chain(self, header: Header) -> bool:
        """Whether the chain (still) has this block."""
        try:
            return await self._chain.header(header.number) == header
        except ChainChanged:
            return False

    async def agree(self, rows: Rows, compared: ChainBlock | None) -> None:
        """Make sure that rows and contract agree at the rows' chain block.

        Args:
            rows: What a node tells.
            compared: The chain block up to which these very rows agreed before, if they did.

        Raises:
            NodeLies: they do not.
            ChainChanged: the chain was reorganised meanwhile.
            RpcError: the chain cannot be asked.
        """
        for look in range(1, _LOOKS + 1):
            try:
                return await self._agree(rows, compared)
            except NodeLies:
                if not await self.is_on_chain(rows.cursor):
                    at = rows.cursor.number
                    raise ChainChanged(f"chain block {at} was replaced meanwhile") from None
                # Some chains show a block a moment before its events: that is nobody's lie.
                if look == _LOOKS:
                    raise
                await asyncio.sleep(_PAUSE)
        raise AssertionError(_LOOKS)  # pragma: no cover - the last look raises

    async def _agree(self, rows: Rows, compared: ChainBlock | None) -> None:
        at = rows.cursor.number
        await self._events(rows, at, compared)
        await self._root(rows, at)
        await self._unproved(rows, at)
        await self._earned(rows, at)

    async def _root(self, rows: Rows, at: ChainBlock) -> None:
        theirs, ours = await self._chain.root(at), rows.seen.tree.root()
        if theirs != ours:
            raise NodeLies(
                f"at chain block {at} the contract's root is {int(theirs):#x}, its "
                f"{rows.seen.proved} blocks give {int(ours):#x}"
            )

    async def _unproved(self, rows: Rows, at: ChainBlock) -> None:
        """Blocks that are not proved: sealed ones, then perhaps the open one."""
        first, end = rows.seen.proved, rows.end
        asked = [*range(first, end), max(first, end)]
        news = [i for i in asked if i >= end - 1 or self._words.get(i) != self._sealed(rows, i)]
        found = await asyncio.gather(*(self._chain.sealed(BlockIndex(i), at) for i in news))
        words = dict(zip(news, found, strict=True))
        if words[asked[-1]] != EMPTY_DIGEST:
            raise NodeLies(f"the contract has entries in block {asked[-1]}, which it does not tell")
        for index in news[:-1]:
            if words[index] not in self._allowed(rows, index, words[index]):
                raise NodeLies(f"the contract keeps something else of block {index}")
        self._words = {i: word for i, word in (self._words | words).items() if i >= first}

    def _allowed(self, rows: Rows, index: int, theirs: bytes) -> set[bytes | None]:
        """What the contract may keep of a block that is not proved."""
        block = rows.block(index)
        allowed = {self._sealed(rows, index)}
        if index == rows.end - 1:
            allowed.add(block.entries().digest)
        last = max(row.chain_block for row, _ in block.rows())
        if None in allowed and last < self._since and theirs != EMPTY_DIGEST:
            # Sealed before we looked: its time and draw stand in no row, so nothing can be said.
            allowed.add(theirs)
        return allowed

    def _sealed(self, rows: Rows, index: int) -> bytes | None:
        """What the contract keeps of a block if it is sealed, as far as is known."""
        known = self._seals.get(index)
        if known is None:
            return None
        return seal_word(rows.block(index).entries().digest, *known, index)

    async def _earned(self, rows: Rows, at: ChainBlock) -> None:
        told = sorted(rows.seen.earned, reverse=True)[:PERIODS]
        periods = sorted({*told, *self._newest(rows)})
        ours = {period: rows.earned(period).points for period in periods}
        news = [each for each in periods if self._points.get(each) != ours[each]]
        found = await asyncio.gather(*(self._chain.points(period, at) for period in news))
        for period, theirs in zip(news, found, strict=True):
            if theirs != ours[period]:
                raise NodeLies(
                    f"{theirs} points were earned in period {period}, it tells of {ours[period]}"
                )
        self._points |= {period: ours[period] for period in news}

    def _newest(self, rows: Rows) -> Iterator[Period]:
        """Periods of which no row need be there: since some were last kept, or the newest ones."""
        genesis, length = self._network.genesis, self._network.profile.period
        now, kept = rows.cursor.timestamp, rows.seen.kept.time
        if now < genesis:
            return
        last = period_at(now, genesis, length)
        first = max(last - PERIODS + 1, 0)
        if kept >= genesis:
            # The one before, too: what is kept ends a little before that time.
            first = max(first, period_at(Timestamp(kept), genesis, length) - 1)
        yield from map(Period, range(first, last + 1))

    # -- what happened lately -------------------------------------------------------------------

    async def _events(self, rows: Rows, at: ChainBlock, compared: ChainBlock | None) -> None:
        """Compare the rows of the last chain blocks with the chain's events."""
        if compared is None:
            self._seals, self._words, self._points, self._since = {}, {}, {}, 0
        floor = rows.seen.kept.final if compared is None else compared
        first = max(self._network.deployment_block, at - RECENT + 1, floor + 1, 0)
        if first > at:
            return
        if compared is None or first > compared + 1:
            self._since = first
        logged = await self._chain.logs(ChainBlock(first), at)
        await asyncio.to_thread(_compare, rows, logged, first)
        for each in logged:
            match each.event:
                case Sealed() as event:
                    self._seals[event.index] = event.timestamp, event.draw
                case Redrawn() as event if event.index in self._seals:
                    self._seals[event.index] = self._seals[event.index][0], event.draw


_MAKES: Final[dict[type, type[Row]]] = {
    Proved: HeaderRow,
    Deposited: DepositRow,
    Transferred: TransferRow,
    Claimed: ClaimRow,
    Distributed: DistributionRow,
    Unpaid: PayoutRow,
    Withdrawn: PayoutRow,
}
"""The row that an event makes."""

_NAMES: Final[dict[type[Row], tuple[str, ...]]] = {
    HeaderRow: ("chain_block", "block_root", "entropy"),
    DepositRow: ("chain_block", "transaction", "depositor", "word", "inner"),
    TransferRow: (
        *("chain_block", "transaction", "recipient", "amount"),
        *("nullifier1", "nullifier2", "out1", "out2"),
    ),
    ClaimRow: ("chain_block", "transaction", "claim_id", "recipient", "period", "points"),
    DistributionRow: ("chain_block", "transaction", "period", "word", "minted"),
    PayoutRow: ("chain_block", "transaction", "account", "to", "amount"),
}
"""What event and row both say; the rest follows, or is held against the root."""


def _compare(rows: Rows, logged: Sequence[Logged], first: int) -> None:
    """Hold the rows from chain block `first` on against the chain's events.

    Raises:
        NodeLies: they differ.
        InvalidRow: one cannot be read.
    """
    made = [(_MAKES[type(each.event)], each) for each in logged if type(each.event) in _MAKES]
    for row, names in _NAMES.items():
        expected = [_told(each, names) for kind, each in made if kind is row]
        found = _since(row, rows.seen.tail[row.KIND], first)
        if [tuple(getattr(each, name) for name in names) for each in found] != expected:
            raise NodeLies(
                f"its rows of {row.KIND.name} since chain block {first} are not what happened"
            )
    memos = [each.event.memos for each in logged if isinstance(each.event, Transferred)]
    if memos and column(MemoRow, "memos", rows.seen.tail[RowKind.MEMOS])[-len(memos) :] != memos:
        raise NodeLies(f"its memos since chain block {first} are not what was sent")


def _told(logged: Logged, names: Sequence[str]) -> tuple[object, ...]:
    """What the row that this event makes should say under these names."""
    said = {
        "to": EthAddress.zero(),  # of a payment that was refused
        **vars(logged.event),
        "chain_block": logged.block,
        "transaction": logged.transaction,
    }
    return tuple(said[name] for name in names)


def _since(row: type[Row], body: bytes, first: int) -> list[Row]:
    """The last rows, from the one on that follows all those of earlier chain blocks."""
    numbers = column(row, "chain_block", body)
    old = next(
        (i for i in reversed(range(len(numbers))) if int.from_bytes(numbers[i], "big") < first), -1
    )
    return list(Page(row.KIND, 0, body[(old + 1) * row.SIZE :]))
