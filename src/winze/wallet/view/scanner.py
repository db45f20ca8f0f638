"""Finding what of the ledger is one wallet's, from its seed alone (protocol §2, §5, §10).

Deposits carry no memo: their `inner` is one of those that the seed gives. Private outputs carry a
memo that only the seed's viewing key opens, and are believed only if the note that it describes is
the one in the ledger. All of it happens here: no node learns what was looked for.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from winze.protocol import (
    DENOMINATIONS,
    BlockIndex,
    EthAddress,
    Field,
    Period,
    Points,
    Position,
    Seed,
    Timestamp,
    issuance,
    lock_period,
    maturity,
    memos_for,
    minted_numbers,
    period_at,
)
from winze.wire import BlockRows, MemoRow

from ..holdings import Happened, Holdings, OwnClaim, OwnNote
from .found import NOTHING, Found, Memos, memos_of
from .inners import GAP_LIMIT, OwnInners
from .progress import Progress, Report, Task, silent
from .reading import Rows
from .scan_file import ScanFile
from .store import FoundClaim
from .view import LedgerView

_PIECE: Final = 2_000
"""Transfers whose memos are tried in one go: an eighth of a second."""

_SLAB: Final = 512
"""Blocks that are in memory at the same time: ten megabytes."""

_MANY: Final = 256
"""Blocks from which on processes of their own are worth being started."""

_NOBODY: Final = EthAddress.zero()


class Scanner:
    """Makes `Holdings` of one wallet on one network; what was scanned once is not scanned again."""

    def __init__(
        self,
        view: LedgerView,
        seed: Seed,
        depositor: EthAddress,
        cache: Path | None = None,
        accounts: int = GAP_LIMIT,
    ) -> None:
        """Nothing is scanned yet.

        Args:
            view: The ledger.
            seed: Whose notes.
            depositor: The connected wallet's address.
            cache: A file in which is kept, sealed, what was found in blocks that are final.
            accounts: How many mining accounts are looked at, at least.
        """
        self._view, self._seed, self._depositor = view, seed, depositor
        self._file = ScanFile(cache, seed)
        self._inners = OwnInners(seed)
        self._accounts = accounts
        self._epoch, self._final = "", Found()
        self._loaded = False
        self._accepted: set[Position] = set()
        self._opened: Mapping[bytes, Memos] = {}
        self._times: dict[tuple[int, Field], Timestamp] = {}
        self._scanning = asyncio.Lock()
        self._seen = Found()
        self._last: tuple[Rows, frozenset[tuple[int, int]], Holdings] | None = None

    async def scan(
        self, expected: Collection[tuple[int, int]] = (), report: Report = silent
    ) -> Holdings:
        """What the view shows of this wallet now.

        A transfer of ours always carries a memo that we can open. Where one does not, its node
        has changed it: everything is read again from another node, if there is one.

        Args:
            expected: Accounts and numbers of deposits that the journal knows of: they count
                whoever made them and whatever their amount.
            report: Told how many memos were tried.

        Raises:
            LedgerError: the view was never synchronised.
        """
        async with self._scanning:
            wanted = frozenset(expected)
            if self._last is not None and self._last[:2] == (self._view.rows, wanted):
                return self._last[2]
            rows, found = await self._trusted(report)
            holdings = await asyncio.to_thread(self._holdings, rows, found, wanted)
            self._seen, self._last = found, (rows, wanted, holdings)
            return holdings

    def next_deposit(self, index: int) -> int:
        """The number after that of an account's last deposit that the last scan saw.

        It counts whoever made them: with an `inner` used twice, a commitment would stand twice.
        """
        own = (each for each in self._seen.notes.values() if each.account.index == index)
        return max((each.number + 1 for each in own if each.number is not None), default=0)

    async def _trusted(self, report: Report) -> tuple[Rows, Found]:
        while True:
            rows = self._view.rows
            found = await self._find(rows, report)
            doubts = found.unexplained - self._accepted
            if not doubts:
                return rows, found
            self._accepted |= doubts
            await self._view.distrust(report)

    # -- the ledger -----------------------------------------------------------------------------

    async def _find(self, rows: Rows, report: Report) -> Found:
        """Everything in these rows that is ours; what is final is kept for the next time."""
        kept = rows.seen.kept
        await asyncio.to_thread(self._begin, kept.epoch)
        if self._final.blocks < kept.blocks:
            await self._read_final(rows, report)
        found = self._final.copy()
        opened: dict[bytes, Memos] = {}
        for block in rows.blocks(found.blocks, rows.end):
            sealed = memos_of(block)
            missing = [each for each in sealed if each not in self._opened]
            fresh = await asyncio.to_thread(memos_for, missing, self._seed.viewing)
            opened |= {each: self._opened.get(each, NOTHING) for each in sealed}
            opened |= {missing[place]: memos for place, memos in fresh.items()}
            ours = {i: opened[each] for i, each in enumerate(sealed) if opened[each] != NOTHING}
            await asyncio.to_thread(found.read, block, ours, self._inners)
        self._opened = opened
        return found

    def _begin(self, epoch: str) -> None:
        if not self._loaded:
            self._epoch, self._final = self._file.load(self._inners)
            self._inners.begin(self._accounts)
            self._loaded = True
        if self._epoch != epoch:
            self._epoch, self._final = epoch, Found()

    async def _read_final(self, rows: Rows, report: Report) -> None:
        end, done = rows.seen.kept.blocks, self._final.blocks
        many = end - done >= _MANY
        if many:
            self._view.workers.start()
        for start in range(done, end, _SLAB):
            blocks = await asyncio.to_thread(list, rows.blocks(start, min(start + _SLAB, end)))
            opened = await self._open(blocks, many=many)
            found = self._final.copy()
            await asyncio.to_thread(self._read_all, found, blocks, opened)
            self._final = found
            report(Progress(Task.SCANNING, start + len(blocks) - done, end - done))
        if many:
            await self._view.workers.close()
        await asyncio.to_thread(self._file.save, self._epoch, self._final, self._inners)

    async def _open(self, blocks: Sequence[BlockRows], *, many: bool) -> Mapping[int, Memos]:
        """Those memos of all these blocks' transfers that open, by the transfers' place."""
        sealed = [each for block in blocks for each in memos_of(block)]
        pieces = [sealed[at : at + _PIECE] for at in range(0, len(sealed), _PIECE)]
        jobs = [(piece, self._seed.viewing) for piece in pieces]
        if many:
            found = await self._view.workers.map(memos_for, jobs)
        else:
            found = [await asyncio.to_thread(memos_for, *job) for job in jobs]
        return {
            number * _PIECE + place: memos
            for number, opened in enumerate(found)
            for place, memos in opened.items()
        }

    def _read_all(
        self, found: Found, blocks: Sequence[BlockRows], opened: Mapping[int, Memos]
    ) -> None:
        first = 0
        for block in blocks:
            count = len(block.memos) // MemoRow.SIZE
            ours = {i: opened[first + i] for i in range(count) if first + i in opened}
            found.read(block, ours, self._inners)
            first += count

    # -- what it comes to -----------------------------------------------------------------------

    def _holdings(
        self, rows: Rows, found: Found, expected: Collection[tuple[int, int]]
    ) -> Holdings:
        spent = {own.position for spend in found.spends.values() for own in spend.inputs}
        counted = [
            own
            for own in found.notes.values()
            if own.position in spent or self._counts(own, expected)
        ]
        counted.sort(key=lambda own: own.position)
        spends = [found.spends[position] for position in sorted(found.spends)]
        blocks = {own.position.block for own in counted} | {each.block for each in spends}
        proved = [index for index in sorted(blocks) if index < rows.seen.proved]
        times = {index: self._time(rows, index) for index in proved}
        claims = dict(self._claims(rows, found))
        length = self._view.network.profile.period
        return Holdings(
            now=rows.cursor.timestamp,
            proved=rows.seen.proved,
            times=times,
            maturities={
                own.position: self._maturity(rows, own, times[own.position.block])
                for own in counted
                if own.note.mineable and own.position.block in times
            },
            notes=counted,
            spends=spends,
            claims=claims,
            issued={each.period: issuance(each.period, length) for each in claims.values()},
            points=self._points_today(rows),
            withdrawable=rows.withdrawable(),
        )

    def _points_today(self, rows: Rows) -> dict[Period, Points]:
        """Everybody's points so far in the period of the last block that was read."""
        now, network = rows.cursor.timestamp, self._view.network
        if now < network.genesis:
            return {}
        today = period_at(now, network.genesis, network.profile.period)
        return {today: Points(rows.earned(today).points)}

    def _counts(self, own: OwnNote, expected: Collection[tuple[int, int]]) -> bool:
        """Whether a note is no dust by which a stranger hopes to recognise what is spent with it.

        Anybody can deposit to an `inner` that stands on the chain already (protocol §10).
        """
        return (
            own.depositor is None
            or own.depositor in (self._depositor, _NOBODY)
            or own.note.value in DENOMINATIONS
            or (own.account.index, own.number) in expected
        )

    def _time(self, rows: Rows, index: BlockIndex) -> Timestamp:
        key = index, rows.seen.tree.leaf(index)
        if key not in self._times:
            self._times[key] = rows.header(index).timestamp
        return self._times[key]

    def _maturity(self, rows: Rows, own: OwnNote, sealed_at: Timestamp) -> Timestamp:
        profile = self._view.network.profile
        header = rows.seen.tree.leaf(own.position.block)
        lock = lock_period(header, own.note.blinding, profile.lock_min, profile.lock_range)
        return maturity(sealed_at, lock)

    def _claims(self, rows: Rows, found: Found) -> Iterator[tuple[Field, OwnClaim]]:
        for claim_id in found.claim_ids.values():
            claim = rows.claim(claim_id)
            if claim is not None:
                row = claim.row
                yield (
                    claim_id,
                    OwnClaim(
                        claim_id=claim_id,
                        recipient=row.recipient,
                        period=row.period,
                        points=row.points,
                        total_points=Points(rows.earned(row.period).points),
                        minted=_minted(rows, claim),
                        happened=Happened(row.chain_block, row.timestamp, row.transaction),
                    ),
                )


def _minted(rows: Rows, claim: FoundClaim) -> Happened | None:
    """When a claim's share was minted; None before."""
    for row in rows.distributions(claim.row.period):
        if claim.place in minted_numbers(row.word, row.minted):
            return Happened(row.chain_block, row.timestamp, row.transaction)
    return None
