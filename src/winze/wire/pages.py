"""Pages: rows of one kind that follow each other, with a head that says which they are.

    magic "WNZ1" 4 | kind 1 | size of a row 2 | number of the first row 8 | rows 4 | zeros 5

and then the rows. Numbers are big-endian.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from .errors import InvalidPage
from .rows import ROWS, Row, RowKind

_MAGIC: Final = b"WNZ1"
_HEAD: Final = struct.Struct(">4sBHQI5x")
_PAGE_BYTES: Final = 1 << 20


def _most(size: int) -> int:
    """A power of two, so that pages of other sizes begin where these do."""
    return 1 << (_PAGE_BYTES // size).bit_length() - 1


MAX_PAGE_ROWS: Final = {kind: _most(row.SIZE) for kind, row in ROWS.items()}
"""How many rows of each kind a page may hold: a megabyte at most."""


@dataclass(frozen=True)
class Extent:
    """How far a node's rows of one kind go."""

    rows: int
    """Their number."""

    final: int
    """How many of them, from the first on, never change."""


@dataclass(frozen=True)
class Page:
    """Rows of one kind, as bytes until they are looked at."""

    kind: RowKind
    first: int
    """The first row's number."""
    body: bytes

    @classmethod
    def of(cls, kind: RowKind, first: int, rows: Iterable[Row | bytes]) -> Self:
        """The page of these rows, encoded or not."""
        encoded = (row if isinstance(row, bytes) else row.encode() for row in rows)
        return cls(kind, first, b"".join(encoded))

    def __len__(self) -> int:
        return len(self.body) // ROWS[self.kind].SIZE

    def __iter__(self) -> Iterator[Row]:
        """Read the rows one by one.

        Raises:
            InvalidRow: one cannot be read.
        """
        row = ROWS[self.kind]
        edges = range(0, len(self.body) + 1, row.SIZE)
        return (row.decode(self.body[start:end]) for start, end in pairwise(edges))

    def encode(self) -> bytes:
        """Head and rows."""
        size = ROWS[self.kind].SIZE
        return _HEAD.pack(_MAGIC, self.kind, size, self.first, len(self)) + self.body

    @classmethod
    def decode(cls, data: bytes, kind: RowKind, first: int) -> Self:
        """The page that was asked for: of this kind, beginning with this row.

        Raises:
            InvalidPage: the bytes are no page, another one than was asked for, or cut off.
        """
        body, row = data[_HEAD.size :], ROWS[kind]
        count, rest = divmod(len(body), row.SIZE)
        if rest or data[: _HEAD.size] != _HEAD.pack(_MAGIC, kind, row.SIZE, first, count):
            raise InvalidPage(
                f"a page of {len(data)} bytes",
                f"is not that of {kind.name} from row {first} on: ask again, or another node",
            )
        if count > MAX_PAGE_ROWS[kind]:
            raise InvalidPage(
                f"a page of {kind.name}", f"has {MAX_PAGE_ROWS[kind]} rows at most, not {count}"
            )
        return cls(kind, first, body)
