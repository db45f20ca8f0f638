"""The processes of many wallets, from the side of those who kill and begin them again."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from .person import Job

_TOGETHER = 8
"""How many run at the same time: each asks the node twice a second."""


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it reached and saw."""

    job: Job
    status: int

    @property
    def killed(self) -> bool:
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    @property
    def moments(self) -> list[str]:
        """All that it came past, in order."""
        return self.job.log.read_text().splitlines() if self.job.log.exists() else []

    @property
    def told(self) -> str:
        """What it printed."""
        return (Path(self.job.folder) / f"{self.job.number}.log").read_text()

    @property
    def shown(self) -> Any:
        """What the wallet showed at the end; nothing where it did not come so far."""
        if not self.job.report.exists():
            return {"trouble": f"no report (status {self.status}): {self.told}"}
        return json.loads(self.job.report.read_text())


class Crew:
    """Runs jobs in processes of their own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ends: dict[int, asyncio.Future[int]] = {}
        self._slots = asyncio.Semaphore(_TOGETHER)

    @classmethod
    @asynccontextmanager
    async def begun(cls) -> AsyncIterator[Self]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.wallet.interrupted"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        crew = cls(process)
        listening = asyncio.create_task(crew._listen())
        try:
            yield crew
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
            await listening

    async def run(self, job: Job) -> Ended:
        """Do a job in a process of its own."""
        async with self._slots:
            end = self._ends[job.number] = asyncio.get_running_loop().create_future()
            assert self._process.stdin is not None
            self._process.stdin.write(job.line().encode() + b"\n")
            await self._process.stdin.drain()
            return Ended(job, await end)

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            number, status = line.split()
            self._ends.pop(int(number)).set_result(int(status))
