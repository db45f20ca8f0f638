"""Runs a node that tells where its work stands, and kills itself at a chosen point.

`main` takes `--record FILE --at STEP --time N node --config CONFIG`: as `winze node --config
CONFIG`, but each step is written to FILE as it passes, and the N-th time that
STEP comes, the process ends as by `kill -9`.
"""

import argparse
import asyncio
import os
import signal
from collections import Counter
from pathlib import Path

from winze.contracts import load_network
from winze.devnet import CHAIN_ID, FUNDED, funded_account
from winze.node import NodeService, TestAccounts, configure_logs, load_config, load_keys

ACCOUNTS = TestAccounts(CHAIN_ID, FUNDED, funded_account)


class Watcher:
    """Told of each step of each workflow."""

    def __init__(self, record: Path, at: str, time: int) -> None:
        self._record, self._at, self._time = record, at, time
        self._passed: Counter[str] = Counter()

    def __call__(self, step: str) -> None:
        self._passed[step] += 1
        with self._record.open("a") as record:
            record.write(step + "\n")
        if step == self._at and self._passed[step] == self._time:
            os.kill(os.getpid(), signal.SIGKILL)


async def serve(config: Path, watcher: Watcher) -> None:
    """Run a node until SIGTERM."""
    settings = load_config(config, os.environ)
    network = load_network(settings.network)
    keys = load_keys(settings, network, environment=os.environ, test_accounts=ACCOUNTS)
    configure_logs(settings.log.format, settings.log.level)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with NodeService(settings, keys=keys, observer=watcher) as node:
        await node.run_until(ended)


def main() -> None:
    """Read what is wanted, and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--at", default="")
    parser.add_argument("--time", type=int, default=1)
    parser.add_argument("command", choices=["node"])
    parser.add_argument("--config", type=Path, required=True)
    wanted = parser.parse_args()
    asyncio.run(serve(wanted.config, Watcher(wanted.record, wanted.at, wanted.time)))
