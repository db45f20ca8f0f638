"""A file that comes piece by piece, and whose hash is known before."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from winze.circuits import KeyStoreUnusable
from winze.files import OWNER_ONLY_DIRECTORY, sha256_of_file

_OWNER_ONLY = 0o600


class PartFile:
    """What there is of a file so far, beside its place, where it stands whole or not at all.

    Raises:
        KeyStoreUnusable: the folder cannot be written.
    """

    def __init__(self, whole: Path, sha256: str) -> None:
        """Go on from what is there, for its owner alone."""
        self._whole, self._sha256 = whole, sha256
        self._part = whole.with_name(f".{whole.name}.part")
        with self._explained():
            whole.parent.mkdir(mode=OWNER_ONLY_DIRECTORY, parents=True, exist_ok=True)
            self._part.touch(mode=_OWNER_ONLY, exist_ok=True)

    @property
    def size(self) -> int:
        """How many bytes are there."""
        with self._explained():
            return self._part.stat().st_size

    async def write(self, pieces: AsyncIterator[bytes], begin: int, most: int) -> bool:
        """Write what comes from `begin` on; whether that leaves it with no more than `most` bytes.

        What `pieces` raises comes through; what came before it stays.
        """
        with self._explained():
            stream = self._part.open("r+b")
        with stream:
            stream.truncate(begin)
            stream.seek(begin)
            async for piece in pieces:
                with self._explained():
                    stream.write(piece)
                if stream.tell() > most:
                    return False
        return True

    async def completed(self) -> bool:
        """Put it in its place, if it is what it should be."""
        with self._explained():
            if await asyncio.to_thread(sha256_of_file, self._part) != self._sha256:
                return False
            self._part.replace(self._whole)
        return True

    def discard(self) -> None:
        """Forget what is there."""
        with self._explained():
            self._part.unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            raise KeyStoreUnusable(self._part.parent, problem) from problem
