"""The section that puts our figures beside the peers'."""

from collections.abc import Iterable, Iterator
from typing import Final

from benchmarks.figures import Results
from benchmarks.markdown import table
from benchmarks.peers import COMPARISONS, REASONS, WAYS, Comparison, Peer, figures, least
from benchmarks.sums import shown_total, total

_PEERS: Final = """\
## Beside the peers

Gas of one item. The peers' figures are those of [peers.md](peers.md), which says how they were
measured; where a system was not measured, or has no such thing, its cell is empty. Ours are sums of
figures above: the transaction, and with what a full block adds for each entry (sealing and proving
it). Most peers update their tree inside the transaction, so that sum is what compares with them.
INTMAX's figures for withdrawals and claims are sums over two chains, of which the second is cheaper
to use.
"""

_WAYS: Final = """\
Whole ways, our blocks proved in fours. Everything that anybody pays on the way is in the sum:
"""

_LOSSES: Final = """\
### Where we lose, and why

Every comparison above in which a peer needs less gas than we do with our share of a block, by the
least figure in its cell.
"""


def beside(results: Results) -> str:
    """The section, from nothing but the results."""
    compared, ways = _comparisons(results, COMPARISONS), _comparisons(results, WAYS)
    return "\n".join((_PEERS, compared, _WAYS, ways, _LOSSES, _losses(results)))


def lost(results: Results) -> Iterator[tuple[Comparison, Peer]]:
    """Every comparison in which a peer needs less gas than we do."""
    for compared in (*COMPARISONS, *WAYS):
        ours = total(results, (*compared.transaction, *compared.blocks))
        for peer, cell in compared.theirs.items():
            if ours is not None and least(cell) < ours:
                yield compared, peer


def _comparisons(results: Results, comparisons: Iterable[Comparison]) -> str:
    return table(
        ("operation", "Winze, transaction", "with its share of a block", *Peer),
        (_comparison(results, each) for each in comparisons),
    )


def _comparison(results: Results, compared: Comparison) -> tuple[str, ...]:
    return (
        compared.operation,
        shown_total(results, compared.transaction),
        _ours(results, compared) if compared.blocks else "",
        *(_theirs(compared.theirs.get(peer, "")) for peer in Peer),
    )


def _losses(results: Results) -> str:
    return table(
        ("operation", "Winze", "peer", "its figure", "why"),
        (
            (
                compared.operation,
                _ours(results, compared),
                peer,
                f"{least(compared.theirs[peer]):,}",
                REASONS.get((compared.operation, peer), ""),
            )
            for compared, peer in lost(results)
        ),
    )


def _ours(results: Results, compared: Comparison) -> str:
    return shown_total(results, (*compared.transaction, *compared.blocks))


def _theirs(cell: str) -> str:
    """What a peer needs; where that is nothing but a sum, with what it comes to."""
    terms = cell.split(" + ")
    return f"{cell} = {least(cell):,}" if len(terms) > 1 and terms == figures(cell) else cell
