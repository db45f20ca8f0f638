"""The report of a long run, as a page of the documents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.contracts.evm.machines.mining import MiningMachine
from tests.soak.tally import Tally

_INTRODUCTION = """# The long run

Written by `make test-long`, which plays random histories of the contracts beside their models
until a million calls were accepted. A call is one transaction: a batch of sixteen transfers counts
once. The verifiers answer as the test tells them; histories with real proofs are in
`tests/integration`. Each accepted call is compared with the model event by event, with the open
block and all balances that it left; each refused one by its reason. In the end of every history
everybody leaves: each block is proved, each note is paid out, and the pool is empty but for what
was forced upon it.

The EVM is titanoboa's in the ordinary tests, and in one history of forty here. The others are
played on revm, which is faster by far.
"""


@dataclass(frozen=True)
class Run:
    """How a run was made."""

    seed: int
    processes: int
    seconds: float
    versions: str


def page(run: Run, tally: Tally) -> str:
    """The page."""
    return "\n".join(
        [
            _INTRODUCTION,
            *_summary(run, tally),
            *_calls(tally),
            *_rules(tally),
            *_happened(tally),
            *_checks(tally),
        ]
    )


def _summary(run: Run, tally: Tally) -> Iterator[str]:
    minutes = run.seconds / 60
    evms = ", ".join(
        f"{tally.calls_by_evm[evm]:,} in {count:,} histories on {evm} "
        f"({1000 * tally.calls_by_evm[evm] // tally.milliseconds[evm]} a processor's second)"
        for evm, count in sorted(tally.histories.items())
    )
    yield f"**{tally.calls:,} calls were accepted**: {evms}."
    yield ""
    yield (
        f"Seed {run.seed}; {run.processes} processes, {minutes:.0f} minutes, "
        f"{tally.calls / run.seconds:.0f} accepted calls a second; {run.versions}."
    )
    yield ""


def _calls(tally: Tally) -> Iterator[str]:
    yield "## Calls"
    yield ""
    accepted, idle, refused = Counter[str](), Counter[str](), Counter[str]()
    reasons: dict[str, Counter[str]] = {}
    for (_, call), count in tally.accepted.items():
        accepted[call] += count
    for (_, call), count in tally.without_effect.items():
        idle[call] += count
    for (_, call, reason), count in tally.refused.items():
        refused[call] += count
        reasons.setdefault(call, Counter())[reason] += count
    rows = (
        [
            call,
            f"{accepted[call]:,}",
            f"{idle[call]:,}",
            f"{refused[call]:,}",
            "; ".join(f"{why} {n:,}" for why, n in reasons.get(call, Counter()).most_common()),
        ]
        for call in MiningMachine.CALLS
    )
    head = ["call", "accepted", "of them without effect", "refused", "why"]
    yield from _table(head, rows, words=(0, 4))


def _rules(tally: Tally) -> Iterator[str]:
    yield "## Rules"
    yield ""
    accepted, idle, refused = Counter[str](), Counter[str](), Counter[str]()
    for (rule, _), count in tally.accepted.items():
        accepted[rule] += count
    for (rule, _), count in tally.without_effect.items():
        idle[rule] += count
    for (rule, _, _), count in tally.refused.items():
        refused[rule] += count
    rows = (
        [rule, *(f"{each[rule]:,}" for each in (tally.rules, accepted, idle, refused))]
        for rule in sorted(tally.rules)
    )
    head = ["rule", "played", "calls accepted", "of them without effect", "calls refused"]
    yield from _table(head, rows, words=(0,))


def _happened(tally: Tally) -> Iterator[str]:
    yield "## What the histories met"
    yield ""
    rows = ([what, f"{count:,}"] for what, count in sorted(tally.happened.items()))
    yield from _table(["", "times"], rows, words=(0,))


def _checks(tally: Tally) -> Iterator[str]:
    yield "## What was looked at"
    yield ""
    rows = [[what.replace("_", " "), f"{count:,}"] for what, count in sorted(tally.checks.items())]
    refused = tally.refused.total()
    rows.append(["a call's events, the open block and all balances", f"{tally.calls:,}"])
    rows.append(["a refused call's reason", f"{refused:,}"])
    yield from _table(["", "times"], rows, words=(0,))


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], words: Sequence[int]
) -> Iterator[str]:
    """A table; the columns that are not `words` hold numbers."""
    yield f"| {' | '.join(head)} |"
    marks = ("---" if number in words else "---:" for number in range(len(head)))
    yield f"| {' | '.join(marks)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
