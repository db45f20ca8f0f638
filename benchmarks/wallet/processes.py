"""A wallet in a process of its own, which measures itself and says what it found.

`python -m benchmarks.wallet.processes OPTIONS` is the inside.
"""

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.errors import NotAsPlanned
from winze.contracts import load_network
from winze.wallet import LedgerView, NodeClient, RowStore, Scanner

from .answers import Answers
from .owned import DEPOSITOR, OWNER

_POLLS: Final = 20
_KILOBYTE: Final = 1024


def run_wallet(folder: Path, url: str) -> Mapping[str, float]:
    """What a wallet found whose files are in `folder`, of the node there.

    Raises:
        NotAsPlanned: it failed; why is said.
    """
    command = [sys.executable, "-m", __spec__.name, json.dumps({"folder": str(folder), "url": url})]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - ours
    if done.returncode:
        raise NotAsPlanned(f"the wallet failed: {done.stderr[-2000:]}")
    found: Mapping[str, float] = json.loads(done.stdout)
    return found


# -- inside ---------------------------------------------------------------------------------------


async def measured(folder: Path, url: str) -> Mapping[str, float]:
    """Synchronise, scan and poll once as if a wallet had been started."""
    network = load_network(folder / "network.json")
    answers = await asyncio.to_thread(Answers.load, folder / "answers")
    begun = perf_counter()
    with closing(RowStore(folder / "rows")) as store:
        async with NodeClient(url) as node:
            view = LedgerView(network, [node], answers, store)
            await view.sync()
            synced = perf_counter()
            scanner = Scanner(view, OWNER, DEPOSITOR, folder / "scan")
            holdings = await scanner.scan()
            scanned = perf_counter()
            polls = [await _poll(view, scanner) for _ in range(_POLLS)]
            await view.close()
    return {
        "sync": synced - begun,
        "scan": scanned - synced,
        "ready": scanned - begun,
        "poll": median(polls),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KILOBYTE,
        "notes": len(holdings.notes),
    }


async def _poll(view: LedgerView, scanner: Scanner) -> float:
    begun = perf_counter()
    await view.sync()
    await scanner.scan()
    return perf_counter() - begun


def _main(options: str) -> None:
    given = json.loads(options)
    print(json.dumps(asyncio.run(measured(Path(given["folder"]), given["url"]))))


if __name__ == "__main__":
    _main(sys.argv[1])
