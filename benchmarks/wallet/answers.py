"""What a synthetic chain answers a wallet, in a file, so that another process need not make it."""

import pickle
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from benchmarks.node.synthetic import SyntheticSource, header
from winze.chain import Header, Logged
from winze.protocol import BlockIndex, ChainBlock, Claimed, Field, Period, Points

_LATELY: Final = 2_000
"""Chain blocks whose events a wallet may ask for."""


@dataclass(frozen=True)
class Answers:
    """A chain after its last block, in which every block of the ledger is proved."""

    newest: ChainBlock
    last_root: int
    lately: Sequence[Logged]
    earned: Counter[int]

    @classmethod
    def of(cls, source: SyntheticSource, newest: ChainBlock) -> Self:
        """What this chain answers."""
        events = [record.logged for record in source.records]
        earned: Counter[int] = Counter()
        for each in events:
            if isinstance(each.event, Claimed):
                earned[each.event.period] += each.event.points
        first = bisect_left(events, newest - _LATELY, key=lambda each: each.block)
        return cls(newest, int(source.ledger.root), events[first:], earned)

    def save(self, path: Path) -> None:
        """Write them down."""
        path.write_bytes(pickle.dumps(self))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read them again."""
        found: Self = pickle.loads(path.read_bytes())  # noqa: S301 - what we have just written
        return found

    async def head(self) -> ChainBlock:
        """See `winze.chain.Source`, here and below."""
        return self.newest

    async def header(self, number: ChainBlock) -> Header:
        """The chain's block with this number."""
        return header(number)

    async def headers(self, numbers: Sequence[ChainBlock]) -> Sequence[Header]:
        """Several of them."""
        return [header(number) for number in numbers]

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        """The events of these blocks."""
        return [each for each in self.lately if first <= each.block <= last]

    async def root(self, at: ChainBlock) -> Field:
        """The ledger's root; the last one is known alone."""
        assert at == self.newest, "a synthetic chain shows its last state only"
        return Field(self.last_root)

    async def sealed(self, index: BlockIndex, at: ChainBlock) -> bytes:
        """What is kept of a block: nothing, for all are proved and none is open."""
        del index, at
        return bytes(32)

    async def points(self, period: Period, at: ChainBlock) -> Points:
        """What was earned in a period."""
        del at
        return Points(self.earned[period])
