"""The long run: `python -m tests.soak` plays histories until a million calls were accepted."""

import argparse
import secrets
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.contracts.evm.machines.mining import MiningMachine
from tests.soak.report import Run, page
from tests.soak.run import HistoryFailed, play, soak
from tests.soak.tally import Tally

MILLION: Final = 1_000_000
SHARE: Final = 4_000
"""Of so many accepted calls, one at least is of each kind."""
PACKAGES: Final = ("pyrevm", "titanoboa", "hypothesis", "vyper")


def main() -> int:
    """Run, and write the report."""
    wanted = _arguments()
    try:
        if wanted.history is not None:
            tally = play(wanted.seed, wanted.history)
            print(f"history {wanted.history} of seed {wanted.seed}: {tally.calls} calls accepted")
            return 0
        print(f"seed {wanted.seed}", flush=True)
        tally, seconds = soak(wanted.seed, wanted.calls, wanted.processes, _tell)
    except HistoryFailed as failure:
        print(failure)
        return 1
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    text = page(Run(wanted.seed, wanted.processes, seconds, versions), tally)
    wanted.report.write_text(text, "utf-8")
    print(f"\nwritten to {wanted.report}")
    return _verdict(tally)


def _verdict(tally: Tally) -> int:
    """Whether every kind of call was accepted often enough to have shown something."""
    made = dict.fromkeys(MiningMachine.CALLS, 0)
    for (_, name), count in (tally.accepted - tally.without_effect).items():
        made[name] += count
    rare = {name: count for name, count in made.items() if count * SHARE < tally.calls}
    if rare:
        print(f"too seldom accepted: {rare}")
    return int(bool(rare))


def _tell(progress: str) -> None:
    sys.stdout.write(f"\r{progress}   ")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=MILLION, help="accepted calls")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--history", type=int, help="play this one alone")
    parser.add_argument("--report", type=Path, default=Path("docs/soak.md"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
