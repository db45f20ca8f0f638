"""Running `winze` as its users do: the program beside this Python."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from winze.devnet import HOST

WINZE: Final = Path(sys.executable).with_name("winze")
_PLAIN: Final = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end, with more in its environment."""
    env = {**_PLAIN, **environment}
    return subprocess.run(  # noqa: S603 - our own program
        [WINZE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=env,
        stdin=subprocess.DEVNULL,
    )


def run_python(program: str) -> str:
    """What a program writes that a Python of its own runs."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_PLAIN
    ).stdout


@contextmanager
def running(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run it beside the test, and end it if the test does not."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [WINZE, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_PLAIN,
        preexec_fn=_hear_ctrl_c,  # noqa: PLW1509 - it does nothing but that
    ) as program:
        try:
            yield program
        finally:
            program.terminate()


def _hear_ctrl_c() -> None:
    # A shell has what it runs in the background ignore it, and what that runs inherits as much.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def first_document(program: "subprocess.Popen[str]") -> Any:
    """The JSON document that a running program writes first."""
    assert program.stdout is not None
    text = ""
    for line in program.stdout:
        text += line
        if line == "}\n":
            return json.loads(text)
    raise AssertionError(f"no document in {text!r}")


@asynccontextmanager
async def run_beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work`, which has no end of its own, for as long as this is entered."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def processes_with(argument: str) -> list[str]:
    """The command lines of running programs that were given `argument`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has ended meanwhile
        if argument in words:
            found.append(" ".join(words))
    return found
