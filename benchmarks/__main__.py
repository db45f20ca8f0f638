"""`python -m benchmarks`: measure, and write the results and their table."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks import gas, making_keys, memory, node, proving, small, wallet
from benchmarks.facts import machine, today
from benchmarks.figures import FACTS, Figures, Value, merged, read, to_json, without_strangers
from benchmarks.parts import PART_NAMES
from benchmarks.rows import ROWS, Group
from benchmarks.table import render
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys, development_keys
from winze.protocol import WinzeError

_HERE: Final = Path(__file__).parent
RESULTS: Final = _HERE / "results.json"
DOCUMENT: Final = _HERE.parent / "docs" / "benchmarks.md"

Measure = Callable[[Figures, Teller, Mapping[Circuit, CircuitKeys]], None]

_MEASURES: Final[Mapping[Group, Measure]] = {
    # Times first: then nothing that ran before has warmed the machine up.
    Group.PROVE: proving.measure,
    Group.SMALL: small.measure,
    Group.MEMORY: memory.measure,
    Group.SETUP: making_keys.measure,
    Group.GAS: gas.measure,
    Group.NODE: node.measure,
    Group.WALLET: wallet.measure,
}


def main() -> int:
    """Run the command; its exit status is returned."""
    options = _options()
    try:
        results = _measured(options.only or list(_MEASURES), Teller())
    except WinzeError as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
        return 1
    if options.json:
        print(to_json(results), end="")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        type=Group,
        choices=list(Group),
        help="measure this group and keep the others' results; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print all results too")
    return parser.parse_args()


def _measured(groups: Sequence[Group], teller: Teller) -> dict[str, Value]:
    """Measure group by group; the results of each are written when it is done."""
    results = without_strangers(read(RESULTS), [*(row.name for row in ROWS), *PART_NAMES])
    keys = development_keys()
    for group in groups:
        teller.tell(f"[bold]{group}[/]")
        figures = Figures(machine())
        _MEASURES[group](figures, teller, keys)
        facts = {FACTS + group: f"{today()}, {figures.facts}"}
        names = [row.name for row in ROWS if row.group is group]
        if group is Group.GAS:
            names.extend(PART_NAMES)
        results = merged(results, {**figures.results(), **facts}, names)
        RESULTS.write_text(to_json(results), "utf-8")
        DOCUMENT.write_text(render(results), "utf-8")
    teller.tell(f"written: {RESULTS.name}, {DOCUMENT.name}")
    return results


if __name__ == "__main__":
    sys.exit(main())
