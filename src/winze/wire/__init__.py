"""What nodes and wallets say to each other: requests, quotes, and the rows of bulk data."""

from .errors import InvalidPage, InvalidRow, WireError
from .pages import MAX_PAGE_ROWS, Extent, Page
from .rows import (
    FINALITY,
    ROWS,
    ClaimRow,
    DepositRow,
    DistributionRow,
    HeaderRow,
    LeavesRow,
    MemoRow,
    PayoutRow,
    Row,
    RowKind,
    TransferRow,
)

__all__ = [
    "FINALITY",
    "MAX_PAGE_ROWS",
    "ROWS",
    "ClaimRow",
    "DepositRow",
    "DistributionRow",
    "Extent",
    "HeaderRow",
    "InvalidPage",
    "InvalidRow",
    "LeavesRow",
    "MemoRow",
    "Page",
    "PayoutRow",
    "Row",
    "RowKind",
    "TransferRow",
    "WireError",
]
