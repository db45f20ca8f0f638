"""Making development keys in a process of their own (protocol §9)."""

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

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


def run_setup(source: Path, folder: Path, elapsed: Callable[[float], None]) -> SetupResult:
    """Compile `source` and write its keys into `folder`; `elapsed` is told the seconds on the way.

    Raises:
        SetupFailed: the process ended without success; the error shows what it printed last.
    """
    begun = time.monotonic()
    command = [sys.executable, "-P", "-m", _WORKER, str(source), str(folder)]
    # A file, not a pipe: nobody has to read on while the compiler prints.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 our own interpreter and module, no shell
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(process, lambda: elapsed(time.monotonic() - begun))
        finally:
            process.kill()
            process.wait()
        printed = _read(output)
    if process.returncode != 0:
        raise SetupFailed(source.stem, _ending(process.returncode), printed[-_OUTPUT_KEPT:])
    constraints = sum(map(int, _CONSTRAINTS.findall(printed)))
    return SetupResult(constraints, round(time.monotonic() - begun, 3))


def _wait(process: "subprocess.Popen[bytes]", tick: Callable[[], None]) -> None:
    while True:
        tick()
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _ending(code: int) -> str:
    """What a process's return code says; a negative one names the signal that ended it."""
    if code >= 0:
        return f"the process ended with code {code}"
    hint = " (is there less than 1 GB of memory?)" if -code == signal.SIGKILL else ""
    return f"the process was ended by {signal.Signals(-code).name}{hint}"


def _read(output: IO[bytes]) -> str:
    output.seek(0)
    return _COLOUR.sub("", output.read().decode(errors="replace")).strip()
