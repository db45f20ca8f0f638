"""A circuit's constraints as the compiler inside groth16py makes them, without npm.

groth16py has no call for them. But its compiler writes `circuit.r1cs` into a temporary folder, then
opens the folder `js` beside it for the witness program, and deletes both when the setup is done. So
the process is watched from outside and ended once `js` is there: the file is complete then. The
bytes are those of `circom --O2 --r1cs`, which a test holds them against.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from .errors import SetupFailed
from .setup import Worker

_POLL_SECONDS: Final = 0.001
_TELL_EVERY: Final = 250
_TRIES: Final = 5
"""A tiny circuit's files are gone after 20 ms, which a busy machine can miss."""


def compile_constraints(source: Path, elapsed: Callable[[float], None]) -> bytes:
    """The `.r1cs` file of the circuit in `source`; `elapsed` is told the seconds on the way.

    Raises:
        SetupFailed: the circuit does not compile.
    """
    for _ in range(_TRIES):
        content = _compile(source, elapsed)
        if content is not None:
            return content
    raise SetupFailed(source.stem, "the compiler's constraints could not be seen in time")


def _compile(source: Path, elapsed: Callable[[float], None]) -> bytes | None:
    """The file, or None where it was gone before it was seen."""
    with tempfile.TemporaryDirectory(prefix="winze-") as name:
        folder = Path(name)
        with Worker(source.stem, "setup", str(source), name, scratch=folder) as worker:
            polls = 0
            while not worker.ended(_POLL_SECONDS):
                for made in folder.glob(".*/js"):
                    try:
                        return made.with_name("circuit.r1cs").read_bytes()
                    except FileNotFoundError:
                        return None
                if polls % _TELL_EVERY == 0:
                    elapsed(worker.seconds)
                polls += 1
            worker.result()
    return None
