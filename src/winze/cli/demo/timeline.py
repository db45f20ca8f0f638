"""The demo as it happens: a line for each thing done, and what it is waiting for."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console

from ..units import clock_time


class Timeline:
    """Tells what happens, while it happens."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._start = monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the demo began."""
        return monotonic() - self._start

    def chapter(self, title: str) -> None:
        """A new part of the story begins."""
        self._console.print(f"\n[bold]{title}[/]")

    def tell(self, text: str, at: int | None = None) -> None:
        """Something happened; `at` is the chain's time, in unix seconds, where it matters."""
        moment = f"[cyan]{clock_time(at)}[/]" if at is not None else " " * 8
        self._console.print(f"[dim]{self.seconds:5.1f} s[/]  {moment}  {text}", highlight=False)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Something takes a moment: shown while it does."""
        with self._console.status(text):
            yield
