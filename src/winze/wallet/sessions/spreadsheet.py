"""The history as a file that spreadsheets read."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO

from winze.protocol import ETHER, Wei

from .history import HistoryEntry

_COLUMNS = (
    "time (UTC)",
    "kind",
    "amount (ETH)",
    "fee (ETH)",
    "total (ETH)",
    "counterparty",
    "session",
    "note to self",
    "transaction",
    "pending",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def to_csv(entries: Iterable[HistoryEntry]) -> str:
    """The entries as CSV (RFC 4180) with a heading; amounts are exact, what is unknown is empty."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows(_row(entry) for entry in entries)
    return out.getvalue()


def _row(entry: HistoryEntry) -> list[str]:
    return [
        datetime.fromtimestamp(entry.time, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        entry.kind,
        _ether(entry.amount),
        _ether(entry.fee),
        _ether(entry.total),
        entry.counterparty,
        "" if entry.session is None else str(entry.session),
        _harmless(entry.text),
        entry.transaction,
        "yes" if entry.pending else "",
    ]


def _ether(amount: Wei | None) -> str:
    if amount is None:
        return ""
    whole, rest = divmod(int(amount), ETHER)
    return f"{whole}.{rest:018d}".rstrip("0").rstrip(".")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
