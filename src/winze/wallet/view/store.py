"""The file in which final rows are kept: public data only, of one network.

A block of the ledger is kept as a whole when its header is final, with all its rows; claims,
distributions and payouts row by row. Several processes may use one file: each change is one
transaction, which takes place only where nobody else has made it meanwhile.
"""

import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final

from winze.files import write_ahead
from winze.protocol import BlockIndex, Field, Period, Position
from winze.wire import (
    BlockRows,
    ClaimRow,
    DepositRow,
    DistributionRow,
    PayoutRow,
    RowKind,
    TransferRow,
)

from ..errors import RowsUnreadable
from .raw import column, nullifiers, spent_in

_VERSION: Final = 1
_OWNER_ONLY: Final = 0o600
_PREFIX_BYTES: Final = 8
_TABLES: Final = """
CREATE TABLE facts (
    epoch TEXT NOT NULL, network TEXT NOT NULL, final INTEGER NOT NULL, time INTEGER NOT NULL,
    deposits INTEGER NOT NULL, transfers INTEGER NOT NULL
) STRICT;
CREATE TABLE blocks (
    number INTEGER PRIMARY KEY, header BLOB NOT NULL, row BLOB NOT NULL, deposits BLOB NOT NULL,
    transfers BLOB NOT NULL, memos BLOB NOT NULL
) STRICT;
CREATE TABLE spends (
    prefix INTEGER NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (prefix, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE words (word BLOB PRIMARY KEY, deposits INTEGER NOT NULL) STRICT;
CREATE TABLE claims (
    number INTEGER PRIMARY KEY, prefix INTEGER NOT NULL, period INTEGER NOT NULL,
    place INTEGER NOT NULL, points INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX claims_by_id ON claims (prefix);
CREATE INDEX claims_by_period ON claims (period, points);
CREATE TABLE distributions (
    number INTEGER PRIMARY KEY, period INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX distributions_by_period ON distributions (period);
CREATE TABLE payouts (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
"""
"""`prefix` is the first eight bytes of a nullifier or claim id, enough to find it again."""


_ALL: Final = (1 << 63) - 1
"""More rows than any table holds."""


@dataclass(frozen=True)
class Kept:
    """How much a store holds."""

    epoch: str
    """Another one when everything was read again."""
    rows: Mapping[RowKind, int]
    """Rows of each kind, from the first one on."""
    final: int
    """No row of a later chain block is among them; -1 where nothing is kept."""
    time: int
    """The chain's time when they were last added to, in unix seconds; 0 where nothing is kept."""

    @property
    def blocks(self) -> int:
        """Blocks of the ledger."""
        return self.rows[RowKind.HEADERS]


@dataclass(frozen=True)
class Settled:
    """What became final."""

    blocks: Sequence[BlockRows]
    """Proved blocks that follow those that are kept."""
    headers: Sequence[Field]
    """Their headers."""
    claims: Sequence[ClaimRow]
    distributions: Sequence[DistributionRow]
    payouts: Sequence[PayoutRow]
    final: int
    """The chain block up to which it is so; -1 where there is none."""
    time: int
    """The chain's time when that was found out, in unix seconds."""

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.blocks or self.claims or self.distributions or self.payouts)


@dataclass(frozen=True)
class Earned:
    """What the claims of one period earned."""

    points: int = 0
    claims: int = 0
    """How many there were."""


@dataclass(frozen=True)
class FoundClaim:
    """A claim that counted."""

    row: ClaimRow
    place: int
    """How many claims came before it in its period."""


class RowStore:
    """Final rows. Any thread may use it; nobody sees a change half done, not after a kill either.

    Every method raises:

    Raises:
        RowsUnreadable: the file is none of ours, is damaged, or cannot be used.
    """

    def __init__(self, path: Path | None) -> None:
        """Open the file at `path`, made if it is missing; None keeps all in memory."""
        self._path, self._lock = path, RLock()
        with self._explained():
            if path is not None:
                path.touch(mode=_OWNER_ONLY, exist_ok=True)
            self._file = sqlite3.connect(
                path or ":memory:", check_same_thread=False, timeout=30, isolation_level=None
            )
            write_ahead(self._file)
            self._file.execute("PRAGMA synchronous = NORMAL")
            with self._changing():
                self._make()

    def __repr__(self) -> str:
        return f"RowStore({self._path})"

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def bind(self, network: str) -> None:
        """Make sure that the rows are those of this network, which is named by a unique text."""
        with self._changing():
            (known,) = self._one("SELECT network FROM facts")
            if known not in ("", network):
                raise RowsUnreadable(f"the rows in {self._path} are another network's: move it")
            self._file.execute("UPDATE facts SET network = ?", (network,))

    # -- reading --------------------------------------------------------------------------------

    def kept(self) -> Kept:
        """How much there is."""
        with self._reading():
            epoch, final, time, deposits, transfers = self._one(
                "SELECT epoch, final, time, deposits, transfers FROM facts"
            )
            rows = {kind: self._count(table) for kind, table in _NUMBERED.items()}
        rows |= dict.fromkeys((RowKind.TRANSFERS, RowKind.MEMOS), transfers)
        return Kept(epoch, rows | {RowKind.DEPOSITS: deposits}, final, time)

    def headers(self, first: int = 0) -> list[Field]:
        """The headers of the blocks from block `first` on."""
        found = self._all("SELECT header FROM blocks WHERE number >= ? ORDER BY number", first)
        return [Field(int.from_bytes(header, "big")) for (header,) in found]

    def block(self, index: int) -> BlockRows | None:
        """One block; None where it is not kept."""
        return next(iter(self.blocks(index, index + 1)), None)

    def blocks(self, first: int, end: int) -> list[BlockRows]:
        """The blocks from `first` to the one before `end`."""
        query = (
            "SELECT number, row, deposits, transfers, memos FROM blocks "
            "WHERE number >= ? AND number < ? ORDER BY number"
        )
        return [
            BlockRows(BlockIndex(number), *rest) for number, *rest in self._all(query, first, end)
        ]

    def spent(self, nullifier: Field) -> Position | None:
        """Where a nullifier stands; None where no kept block holds it."""
        query = "SELECT block FROM spends WHERE prefix = ?"
        for (index,) in self._all(query, _prefix(nullifier)):
            block = self.block(index)
            found = None if block is None else spent_in(block, nullifier)
            if found is not None:
                return found
        return None

    def deposits(self, word: Field) -> int:
        """How many deposits there were of notes with this word."""
        query = "SELECT deposits FROM words WHERE word = ?"
        found = self._all(query, _bytes(word))
        return int(found[0][0]) if found else 0

    def claim(self, claim_id: Field) -> FoundClaim | None:
        """The claim with this id."""
        for body, place in self._all(
            "SELECT body, place FROM claims WHERE prefix = ?", _prefix(claim_id)
        ):
            row = ClaimRow.decode(body)
            if row.claim_id == claim_id:
                return FoundClaim(row, place)
        return None

    def earned(self, period: Period, end: int = _ALL) -> Earned:
        """What a period's claims earned, of the first `end` claims."""
        query = (
            "SELECT coalesce(sum(points), 0), count(*) FROM claims WHERE period = ? AND number < ?"
        )
        return Earned(*self._all(query, int(period), end)[0])

    def claims(self, period: Period, end: int) -> list[ClaimRow]:
        """A period's claims in their order, of the first `end` claims."""
        query = "SELECT body FROM claims WHERE period = ? AND number < ? ORDER BY number"
        return [ClaimRow.decode(body) for (body,) in self._all(query, int(period), end)]

    def distributions(self, period: Period, end: int) -> list[DistributionRow]:
        """What was minted for a period, of the first `end` rows."""
        query = "SELECT body FROM distributions WHERE period = ? AND number < ? ORDER BY number"
        return [DistributionRow.decode(body) for (body,) in self._all(query, int(period), end)]

    def payouts(self, end: int) -> list[PayoutRow]:
        """Payments that were refused, or taken later, of the first `end` rows."""
        found = self._all("SELECT body FROM payouts WHERE number < ? ORDER BY number", end)
        return [PayoutRow.decode(body) for (body,) in found]

    # -- writing --------------------------------------------------------------------------------

    def keep(self, base: Kept, settled: Settled, *, anew: bool = False) -> bool:
        """Keep what became final, all or nothing; on the disk soon after.

        Args:
            base: What was kept when it was found out.
            settled: What follows that.
            anew: Whether it takes the place of all that was kept.

        Returns:
            Whether it was kept: not where somebody else has changed the file meanwhile.
        """
        with self._changing():
            if self.kept() != base:
                return False
            if anew:
                self._clear()
            self._add_blocks(settled)
            self._add_claims(settled.claims)
            for minted in settled.distributions:
                self._append("distributions", int(minted.period), minted.encode())
            for paid in settled.payouts:
                self._append("payouts", paid.encode())
            now = int(settled.final), int(settled.time)
            self._file.execute("UPDATE facts SET final = ?, time = ?", now)
            return True

    def _add_blocks(self, settled: Settled) -> None:
        insert = "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?)"
        deposits = transfers = 0
        for block, header in zip(settled.blocks, settled.headers, strict=True):
            parts = block.header_row, block.deposits, block.transfers, block.memos
            self._file.execute(insert, (int(block.index), _bytes(header), *parts))
            spends = [
                (_signed(each[:_PREFIX_BYTES]), int(block.index)) for each in nullifiers(block)
            ]
            self._file.executemany("INSERT OR IGNORE INTO spends VALUES (?, ?)", spends)
            words = [(each,) for each in column(DepositRow, "word", block.deposits)]
            self._file.executemany(
                "INSERT INTO words VALUES (?, 1) "
                "ON CONFLICT (word) DO UPDATE SET deposits = deposits + 1",
                words,
            )
            deposits += len(words)
            transfers += len(block.transfers) // TransferRow.SIZE
        add = "UPDATE facts SET deposits = deposits + ?, transfers = transfers + ?"
        self._file.execute(add, (deposits, transfers))

    def _add_claims(self, rows: Sequence[ClaimRow]) -> None:
        places = {row.period: self.earned(row.period).claims for row in rows}
        for row in rows:
            values = _prefix(row.claim_id), int(row.period), places[row.period], int(row.points)
            self._append("claims", *values, row.encode())
            places[row.period] += 1

    def _append(self, table: str, *values: Any) -> None:
        marks = ", ".join("?" * (1 + len(values)))
        # The names of tables are our own.
        insert = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608
        self._file.execute(insert, (self._count(table), *values))

    # -- the file -------------------------------------------------------------------------------

    def _make(self) -> None:
        """Make the tables where they are missing, or of another version: all is read again then."""
        (version,) = self._one("PRAGMA user_version")
        if version == _VERSION:
            return
        for (name,) in self._all("SELECT name FROM sqlite_master WHERE type = 'table'"):
            self._file.execute(f"DROP TABLE {name}")
        for statement in _TABLES.split(";\n"):
            self._file.execute(statement)
        self._file.execute(f"PRAGMA user_version = {_VERSION}")
        self._file.execute("INSERT INTO facts VALUES (?, '', -1, 0, 0, 0)", (_epoch(),))

    def _clear(self) -> None:
        for table in ("blocks", "spends", "words", "claims", "distributions", "payouts"):
            self._file.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        fresh = "UPDATE facts SET epoch = ?, final = -1, time = 0, deposits = 0, transfers = 0"
        self._file.execute(fresh, (_epoch(),))

    def _count(self, table: str) -> int:
        """Rows of a table that is numbered from 0 without a gap."""
        query = f"SELECT coalesce(max(number) + 1, 0) FROM {table}"  # noqa: S608 - our own names
        return int(self._one(query)[0])

    def _one(self, query: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._file.execute(query).fetchone()
        return found

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._explained():
            return self._file.execute(query, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Everything inside sees one state of the file."""
        with self._explained():
            if self._file.in_transaction:
                yield
                return
            self._file.execute("BEGIN")
            try:
                yield
            finally:
                self._file.execute("COMMIT")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Everything inside is done, or nothing of it."""
        with self._explained():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
            self._file.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as problem:
                raise RowsUnreadable(
                    f"the rows in {self._path} cannot be used: {problem}. Nothing in it is lost "
                    "that cannot be read again: move the file away"
                ) from None


_NUMBERED: Final = {
    RowKind.HEADERS: "blocks",
    RowKind.CLAIMS: "claims",
    RowKind.DISTRIBUTIONS: "distributions",
    RowKind.PAYOUTS: "payouts",
}


def _epoch() -> str:
    return secrets.token_hex(8)


def _bytes(value: Field) -> bytes:
    return value.to_bytes(32, "big")


def _prefix(value: Field) -> int:
    return _signed(_bytes(value)[:_PREFIX_BYTES])


def _signed(raw: bytes) -> int:
    """As SQLite's integers are."""
    return int.from_bytes(raw, "big", signed=True)
