"""A node behind a server in a thread of its own, and schemathesis in front of it."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI

from tests.node.api.serving import served
from winze.node.api import ApiSettings

_UNSAYABLE = "positive_data_acceptance"
"""A schema cannot say all that the API wants: an address with its checksum, a number below p, and
integers that are not written as 5.0."""


@contextmanager
def served_apart(app: FastAPI, settings: ApiSettings) -> Iterator[str]:
    """Serve `app` in a thread, and give its address."""
    addresses: list[str] = []
    stop: list[Callable[[], object]] = []
    ready = threading.Event()

    async def serve() -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with served(app, settings) as url:
            addresses.append(url)
            stop.append(lambda: loop.call_soon_threadsafe(ended.set))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    try:
        yield addresses[0]
    finally:
        stop[0]()
        thread.join(30)


def fuzz(address: str, folder: Path, *options: str) -> str:
    """What schemathesis says after asking what the description at `address` allows, and more."""
    program = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/v1/openapi.json"]
    fixed = ["--exclude-checks", _UNSAYABLE, "--generation-database", "none", "--no-color"]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*program, *fixed, *options], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout
