"""The results as a document."""

from collections.abc import Iterator
from typing import Final

from benchmarks.beside import beside
from benchmarks.figures import FACTS, LEAST, MOST, Results
from benchmarks.markdown import table
from benchmarks.missed import missed
from benchmarks.rows import SECTIONS, Group, Row
from benchmarks.spending import spending
from benchmarks.sums import MISSING
from benchmarks.units import shown

_PERCENT: Final = 100

_HEADER: Final = """\
# Benchmarks

What Winze costs, measured. This file and `benchmarks/results.json` are made by `make bench`; edit
neither by hand, which a test would notice. `python -m benchmarks --only gas` measures one group
again and leaves the others as they are.
"""

_METHOD: Final = """\
## How it was measured

* **Gas** is what receipts say a whole transaction used, with its calldata and its refunds, divided
  by what it did. The chain is a private anvil with the contracts as they are deployed, profile
  `main`, real verifiers and real proofs. The pool is warm: shared storage was written before, the
  block that takes an entry is open, a claim's period has claims, the relayer has ETH. Nullifiers,
  claim ids and whoever is paid, credited or minted to are fresh. An operation that finds the open
  block due or full seals it first, and costs as much more as `gas.deposit.first` is above
  `gas.deposit`. Ranges come from zero bytes in calldata.
* **Times** are medians; machines are noisy, so the least and the most stand beside them. One thing
  runs at a time, but where it says otherwise. A proof includes computing the witness and verifying
  the result, and occupies one core. The first proof with a key is not counted.
* **Memory** is what a fresh process holds resident after proving once.
* **The node** runs in a process of its own, with the settings that operators find, but for three:
  nobody's rate is limited, batches wait for 2 s, and two blocks are proved at a time. Whoever asks
  it is another process and anvil a third, all on the same cores. Its requests are real transfers
  with real proofs, made once and kept with their chain in the data directory; sixteen clients hand
  them over while batches are sent already. Blocks that it proves were sealed before it started.
* A **synthetic** ledger was never on a chain: follower, database and API are the node's own, and
  read events that nobody proved, as if a *stub verifier*, which accepts everything, had let them
  pass. Each node is a fresh process, which makes pages for its first wallet; those that are final
  are kept for the next one. Bytes a second are those of rows, compressed or not.
* The **aim** is the most that we want a figure to be, or the least of what is good to have; behind
  it stands how far from it we are.
"""

_LIMITS: Final = """\
## What limits proving

Multiplying curve points. Nine tenths of a proof are five sums of as many points as the circuit has
signals or its domain has places, of which the one in the second group costs a third; transforming
polynomials takes most of the rest. Computing the witness takes a few hundredths since its program
is compiled ([decision 12](decisions/0012-witnesses-are-computed-by-machine-code.md)). groth16py
does the sums on one core: a second core helps who has a second proof to make, so a node proves two
blocks in the time of one, and a wallet with one transfer waits for one core. Only another prover
can change that; decision 12 says which were looked at.

Reading a key takes longer than proving with it, because groth16py checks every point of a file
whose hash was just checked. So keys are read when they are first needed, one by one: verifying
needs no proving key, and who transfers and claims never reads that of blocks.
"""


def render(results: Results) -> str:
    """The whole document, from nothing but the results."""
    measured = _HEADER, _facts(results), _figures(results), _METHOD
    return "\n".join((*measured, missed(results), spending(results), _LIMITS, beside(results)))


def _facts(results: Results) -> str:
    return table(
        ("group", "measured"),
        ((f"`{group}`", str(results.get(FACTS + group, MISSING))) for group in Group),
    )


def _figures(results: Results) -> str:
    return "## Figures\n\n" + table(
        ("what", "name", "measured", "range", "aim"), _figure_rows(results)
    )


def _figure_rows(results: Results) -> Iterator[tuple[str, ...]]:
    for title, rows in SECTIONS:
        yield f"**{title}**", "", "", "", ""
        for row in rows:
            yield (
                row.meaning,
                f"`{row.name}`",
                _value(results, row.name),
                _range(results, row.name),
                _aim(results, row),
            )


def _value(results: Results, name: str) -> str:
    value = results.get(name)
    return MISSING if value is None else shown(name, value)


def _range(results: Results, name: str) -> str:
    if name + LEAST not in results:
        return ""
    return f"{shown(name, results[name + LEAST])} to {shown(name, results[name + MOST])}"


def _aim(results: Results, row: Row) -> str:
    if row.aim is None:
        return ""
    aim, value = shown(row.name, row.aim), results.get(row.name)
    if row.rate:
        aim = f"at least {aim}"
    if not isinstance(value, int | float):
        return aim
    return f"{aim} ({_PERCENT * (value - row.aim) / row.aim:+.1f} %)"
