"""The processes that compile circuits and make keys (protocol §9)."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from .errors import SetupFailed

_WORKER: Final = "winze.circuits.setup_worker"
_POLL_SECONDS: Final = 0.25
_OUTPUT_KEPT: Final = 2000
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_CONSTRAINTS: Final = re.compile(r"^(?:non-)?linear constraints: (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class SetupResult:
    """What is known about keys that were just made."""

    constraints: int
    """How many constraints the circuit has, linear ones included."""

    seconds: float
    """How long it took."""


class Worker:
    """A process that does one of `setup_worker`'s tasks; it ends with the body of `with` at last.

    What it prints is kept in a file, not a pipe: nobody has to read on while the compiler prints.
    """

    def __init__(self, circuit: str, *task: str, scratch: Path | None = None) -> None:
        """Start the process.

        Args:
            circuit: The circuit's name, for errors.
            task: The task and what it is about.
            scratch: Where its temporary files go, if not to the system's own place.
        """
        self._circuit = circuit
        self._begun = time.monotonic()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 __exit__ closes it
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module, no shell
            [sys.executable, "-P", "-m", _WORKER, *task],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(scratch)} if scratch else None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    @property
    def seconds(self) -> float:
        """How long ago it was started."""
        return time.monotonic() - self._begun

    def ended(self, within: float) -> bool:
        """Whether it ends before so many seconds have gone by."""
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def result(self) -> str:
        """What the process, which has ended, printed.

        Raises:
            SetupFailed: it ended without success; the error shows what it printed last.
        """
        self._output.seek(0)
        printed = _COLOUR.sub("", self._output.read().decode(errors="replace")).strip()
        code = self._process.returncode
        if code != 0:
            raise SetupFailed(self._circuit, _ending(code), printed[-_OUTPUT_KEPT:])
        return printed


def run_worker(circuit: str, *task: str, elapsed: Callable[[float], None]) -> str:
    """What a `Worker` for this task prints; `elapsed` is told the seconds on the way.

    Raises:
        SetupFailed: the process ended without success.
    """
    with Worker(circuit, *task) as worker:
        elapsed(worker.seconds)
        while not worker.ended(_POLL_SECONDS):
            elapsed(worker.seconds)
        return worker.result()


def run_setup(source: Path, folder: Path, elapsed: Callable[[float], None]) -> SetupResult:
    """Compile `source` and write its keys into `folder`; `elapsed` is told the seconds on the way.

    Raises:
        SetupFailed: the process ended without success; the error shows what it printed last.
    """
    begun = time.monotonic()
    printed = run_worker(source.stem, "setup", str(source), str(folder), elapsed=elapsed)
    constraints = sum(map(int, _CONSTRAINTS.findall(printed)))
    return SetupResult(constraints, round(time.monotonic() - begun, 3))


def _ending(code: int) -> str:
    """What a process's return code says; a negative one names the signal that ended it."""
    if code >= 0:
        return f"the process ended with code {code}"
    hint = " (is there less than 1 GB of memory?)" if -code == signal.SIGKILL else ""
    return f"the process was ended by {signal.Signals(-code).name}{hint}"
