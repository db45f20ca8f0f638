"""Sums of figures: what somebody pays who shares a transaction or a block with others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from benchmarks.figures import Results
from winze.protocol import SLOTS

MISSING: Final = "?"
"""What is shown of a figure that was not measured."""


@dataclass(frozen=True)
class Share:
    """A part of what a figure costs: a block's proof is shared by what the block holds."""

    name: str
    of: int = 1


def block_shares(proof: str, slots: int) -> tuple[Share, ...]:
    """What somebody who fills `slots` of a full block's notes pays for sealing and proving it."""
    return Share("gas.seal", SLOTS // slots), Share(proof, SLOTS // slots)


def total(results: Results, shares: Iterable[Share]) -> float | None:
    """The sum, or None where one of its figures is missing."""
    values = [(results.get(share.name), share.of) for share in shares]
    known = [value / of for value, of in values if isinstance(value, int | float)]
    return sum(known) if len(known) == len(values) else None


def shown_total(results: Results, shares: Iterable[Share]) -> str:
    """The same as it stands in a table."""
    value = total(results, shares)
    return MISSING if value is None else f"{value:,.0f}"
