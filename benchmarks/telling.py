"""What the command says while it measures; to the standard error, so that `--json` stays clean."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console


class Teller:
    """Tells what is being measured."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._start = monotonic()

    def tell(self, text: str) -> None:
        """Say what begins, or what came out."""
        self._console.print(f"[dim]{monotonic() - self._start:6.1f} s[/]  {text}")

    @contextmanager
    def counting(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Show how many of `total` are done; what is yielded counts one more."""
        done = 0
        self.tell(f"{what}: {total}")
        with self._console.status(what) as status:

            def count() -> None:
                nonlocal done
                done += 1
                status.update(f"{what}: {done} of {total}")

            yield count
