"""One process of a wallet at a time acts; the others watch.

What a wallet does follows from its journal. Two processes that both acted on it would ask the
connected wallet twice for one deposit.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from winze.files import try_lock

_OWNER_ONLY: Final = 0o600
_PAUSE: Final = 0.05


class Exclusive:
    """A lock on a file, which the system takes back from whoever is killed."""

    def __init__(self, path: Path | None) -> None:
        """Lock `path`; None where no other process can know of the wallet."""
        self._path = path

    @contextmanager
    def tried(self) -> Iterator[bool]:
        """Whether we have it, for as long as the block lasts."""
        if self._path is None:
            yield True
            return
        self._path.touch(mode=_OWNER_ONLY, exist_ok=True)
        with self._path.open("rb") as file:
            yield try_lock(file)  # closing the file gives the lock back

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Wait until we have it."""
        while True:
            with self.tried() as ours:
                if ours:
                    yield
                    return
            await asyncio.sleep(_PAUSE)
