"""One state of all rows: what the store keeps, and in memory what follows it.

It never changes; a synchronisation makes another one and puts it in its place when it agrees with
the contract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import takewhile
from typing import Any, Final, TypeVar

from winze.chain import Header
from winze.protocol import Field, MerkleTree, Period, Position
from winze.wire import (
    FINALITY,
    ROWS,
    BlockRows,
    ClaimRow,
    DepositRow,
    DistributionRow,
    HeaderRow,
    Page,
    PayoutRow,
    Row,
    RowKind,
)

from .raw import column, nullifiers
from .store import Earned, FoundClaim, Kept, Settled

_Row = TypeVar("_Row", bound=Row)

EMPTY: Final[Mapping[RowKind, bytes]] = dict.fromkeys(RowKind, b"")
"""No rows of any kind."""


@dataclass(frozen=True)
class Seen:
    """Rows that agree with the contract, from the first ones on."""

    place: str
    """Who told those in memory; empty before anybody did."""
    generation: int
    """That node's, when it did."""
    cursor: Header | None
    """The chain block up to which they go; None before anything was read."""
    kept: Kept
    """What stands in the store."""
    tail: Mapping[RowKind, bytes]
    """The rows that follow those, of each kind."""
    blocks: Sequence[BlockRows]
    """The blocks of the ledger that the tail holds: proved ones, then those that are not."""
    headers: Sequence[Field]
    """The headers of the tail's proved blocks."""
    tree: MerkleTree = field(repr=False)
    """The headers of all proved blocks."""

    @property
    def proved(self) -> int:
        """How many blocks are proved."""
        return len(self.tree)

    def rows(self, kind: RowKind) -> int:
        """How many rows of a kind there are."""
        return self.kept.rows[kind] + len(self.tail[kind]) // ROWS[kind].SIZE

    def block(self, index: int) -> BlockRows | None:
        """One of the tail's blocks."""
        place = index - self.kept.blocks
        return self.blocks[place] if 0 <= place < len(self.blocks) else None

    @cached_property
    def spends(self) -> Mapping[bytes, Position]:
        """Where the nullifiers of the tail stand."""
        return {
            nullifier: Position.at(block.index, slot)
            for block in self.blocks
            for slot, nullifier in enumerate(nullifiers(block))
        }

    @cached_property
    def words(self) -> Sequence[bytes]:
        """The words of the tail's deposits."""
        return column(DepositRow, "word", self.tail[RowKind.DEPOSITS])

    @cached_property
    def claims(self) -> Sequence[ClaimRow]:
        """The tail's claims."""
        return self.read(ClaimRow)

    @cached_property
    def distributions(self) -> Sequence[DistributionRow]:
        """What the tail says was minted."""
        return self.read(DistributionRow)

    @cached_property
    def payouts(self) -> Sequence[PayoutRow]:
        """What the tail says of payments that were refused."""
        return self.read(PayoutRow)

    @cached_property
    def earned(self) -> Mapping[Period, Earned]:
        """What the tail's claims earned in each period."""
        found: dict[Period, Earned] = {}
        for row in self.claims:
            before = found.get(row.period, Earned())
            found[row.period] = Earned(before.points + row.points, before.claims + 1)
        return found

    def claim(self, claim_id: Field) -> FoundClaim | None:
        """The tail's claim with this id; its place counts the tail's claims only."""
        for number, row in enumerate(self.claims):
            if row.claim_id == claim_id:
                before = [each for each in self.claims[:number] if each.period == row.period]
                return FoundClaim(row, len(before))
        return None

    def read(self, row: type[_Row]) -> list[_Row]:
        """The tail's rows of one kind.

        Raises:
            InvalidRow: one cannot be read.
        """
        found: list[Any] = list(Page(row.KIND, 0, self.tail[row.KIND]))
        return found

    def look_through(self) -> None:
        """Read what nothing else reads at once.

        Raises:
            InvalidRow: a row cannot be read.
            InvalidBlock: a block that is not proved could be none.
        """
        _ = self.claims, self.distributions, self.payouts
        for block in self.blocks[len(self.headers) :]:
            block.entries()

    # -- what becomes final ---------------------------------------------------------------------

    def settled(self, confirmations: int) -> Settled:
        """What of the tail is final now."""
        final = -1 if self.cursor is None else self.cursor.number - max(FINALITY, confirmations)
        old = partial(_until, final)
        blocks = list(takewhile(lambda each: each.header and old(each.header), self.blocks))
        return Settled(
            blocks,
            self.headers[: len(blocks)],
            list(takewhile(old, self.claims)),
            list(takewhile(old, self.distributions)),
            list(takewhile(old, self.payouts)),
            max(final, -1),
            0 if self.cursor is None else self.cursor.timestamp,
        )

    def standing_on(self, kept: Kept) -> "Seen":
        """The same rows, of which the store keeps more by now."""
        tail = {
            kind: body[(kept.rows[kind] - self.kept.rows[kind]) * ROWS[kind].SIZE :]
            for kind, body in self.tail.items()
        }
        more = kept.blocks - self.kept.blocks
        return replace(
            self, kept=kept, tail=tail, blocks=self.blocks[more:], headers=self.headers[more:]
        )


def _until(final: int, row: HeaderRow | ClaimRow | DistributionRow | PayoutRow) -> bool:
    return row.chain_block <= final
