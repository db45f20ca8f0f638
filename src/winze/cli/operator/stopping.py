"""Stopping in order: the first signal asks for it, a second one does not wait."""

import asyncio
import os
import signal
from types import TracebackType
from typing import Final, Self

from rich.console import Console

from ..output import ExitCode, progress_console

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """What SIGINT and SIGTERM set, used as `with Stop() as stop` inside a running loop.

    Before `serving` is called the first signal cancels the task that made it: what is only being
    started is given up. From then on it sets `event`, for whoever stops in order. A second signal
    ends the process at once, which loses nothing that was stored.
    """

    def __init__(self, console: Console = progress_console) -> None:
        """Describe it; `console` is where a table is drawn, if one is, and else standard error."""
        self._console = console
        self.event = asyncio.Event()
        self._serving = False

    def serving(self) -> None:
        """From now on, somebody waits for `event`."""
        self._serving = True

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        for number in _SIGNALS:
            self._loop.add_signal_handler(number, self._received)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        for number in _SIGNALS:
            self._loop.remove_signal_handler(number)
        if self.event.is_set() and isinstance(error, asyncio.CancelledError):
            raise KeyboardInterrupt from error

    def _received(self) -> None:
        if self.event.is_set():
            # Nothing may hold this up: neither a thread that blocks nor a handler at exit.
            os._exit(ExitCode.INTERRUPTED)
        self.event.set()
        self._console.print("stopping in order; once more ends it at once")
        if not self._serving and self._task is not None:
            self._task.cancel()
