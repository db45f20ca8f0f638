"""The long run: `python -m tests.node.faults --seed S --requests N`."""

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.node.faults.soak import SoakFailed, soak


def main() -> int:
    """Play, and say how it ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.node.faults", description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--keep", type=Path, help="a folder for databases and logs")
    wanted = parser.parse_args()
    _tell(f"seed {wanted.seed}\n")
    with tempfile.TemporaryDirectory() as folder:
        kept = wanted.keep or Path(folder)
        try:
            played = asyncio.run(soak(kept, wanted.seed, wanted.requests, _tell, wanted.nodes))
        except SoakFailed as failure:
            _tell(f"\n{failure}\n")
            return 1
    _tell(f"\nsuffered: {dict(sorted(played.suffered.items()))}\n")
    return 0


def _tell(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
