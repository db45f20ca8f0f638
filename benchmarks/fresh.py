"""Running the worker's tasks in fresh processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.worker import Answer


def in_fresh_process(task: str, *arguments: str, data: Path | None = None) -> Answer:
    """What `benchmarks.worker` finds; `data` replaces the usual data directory."""
    environment = dict(os.environ) if data is None else {**os.environ, "WINZE_DATA": str(data)}
    done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-m", "benchmarks.worker", task, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=environment,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer
