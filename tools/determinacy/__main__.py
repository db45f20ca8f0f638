"""Judge the circuits: `python -m tools.determinacy`. Makes their development keys if need be."""

import sys
from collections import Counter

from tools.determinacy import System, Verdict, judge
from tools.determinacy.sources import systems


def summary(name: str, system: System, verdict: Verdict) -> str:
    """One line about a circuit, and one about each kind of wire that it leaves open."""
    size = f"{len(system.constraints)} constraints over {system.wires} wires"
    lines = [f"{name}: {size}, of which {len(verdict.undetermined)} are undetermined"]
    factors = Counter(
        " and ".join(sorted(system.name_of(wire).partition("[")[0] for wire in factor))
        for factor in verdict.free_where_zero.values()
    )
    lines += [f"  {count} free where {factor} is 0" for factor, count in factors.items()]
    lines += [f"  {name} is in no constraint" for name in sorted(system.unused_inputs())]
    return "\n".join(lines)


def main() -> int:
    """Judge every circuit; 1 if one of them leaves a wire or an input open."""
    holes = False
    for name, system in systems():
        verdict = judge(system)
        print(summary(name, system, verdict))
        holes |= bool(verdict.undetermined or system.unused_inputs())
    return int(holes)


if __name__ == "__main__":
    sys.exit(main())
