"""One process at a time: a lock on a file, which the system takes back when its holder dies."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from winze.files import try_lock

_POLL_SECONDS: Final = 0.2


@contextmanager
def exclusive(path: Path, waiting: Callable[[float], None]) -> Iterator[None]:
    """Hold the lock on `path` for the body; `waiting` is told the seconds while another holds it.

    The file stays behind: to remove it would let two processes lock two files of one name.

    Raises:
        OSError: the file cannot be made, or its file system knows no locks.
    """
    with path.open("ab") as stream:
        begun = time.monotonic()
        while not try_lock(stream):
            waiting(time.monotonic() - begun)
            time.sleep(_POLL_SECONDS)
        yield
