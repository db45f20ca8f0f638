"""What a node serves of bulk data: pages and bytes a second, made anew and kept."""

import json
from dataclasses import dataclass
from typing import Final

from benchmarks.figures import Figures

from .clients import Clients

PLAIN: Final = "identity"
ZSTD: Final = "zstd"


@dataclass(frozen=True)
class Sync:
    """Everything that a new wallet reads, read once."""

    seconds: float
    pages: int
    size: int
    """Bytes of bodies, as they came over the wire."""


async def full_sync(clients: Clients, encoding: str = PLAIN) -> Sync:
    """Read all bulk data that the node has, page after page."""
    sync = json.loads(await clients.get("/v1/sync"))
    paths = [
        f"/v1/sync/{kind}?first={first}&count={extent['page_rows']}"
        for kind, extent in sync["kinds"].items()
        for first in range(0, extent["rows"], extent["page_rows"])
    ]

    async def read(path: str) -> int:
        return len(await clients.get(path, encoding))

    seconds, sizes = await clients.each(paths, read)
    return Sync(seconds, len(paths), sum(sizes))


async def measure_pages(figures: Figures, clients: Clients) -> Sync:
    """Read all in either encoding, twice: pages are made the first time, and kept the second.

    Bytes are those of the rows, whatever they are compressed to on their way.

    Returns:
        The very first reading.
    """
    first: Sync | None = None
    for state in ("made", "kept"):
        for encoding in (PLAIN, ZSTD):
            sync = await full_sync(clients, encoding)
            first = first or sync
            name = f"node.sync.{encoding}.{state}"
            figures.add(f"{name}.pages_per_second", sync.pages / sync.seconds)
            figures.add(f"{name}.bytes_per_second", first.size / sync.seconds)
            figures.add(f"node.sync.{encoding}.bytes", sync.size)
    assert first is not None
    return first
