"""The moments at which a wallet can be killed: before and after whatever it keeps or sends.

What is watched are a wallet's own objects, one by one; the library stays as it is.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, Final

from winze.wallet import Wallet

JOURNAL: Final = "journal"
HAND_OVER: Final = "hand over"
SEND: Final = "send"
PERMIT: Final = "permit"
ROWS: Final = "rows"
CACHE: Final = "cache"

LEAVES: Final = frozenset({HAND_OVER, SEND})
"""What moves something once it arrives."""

_SENDS: Final = frozenset({"eth_sendRawTransaction", "eth_sendTransaction"})


class Moments:
    """Counts moments, writes each down, and ends the process at one of them."""

    def __init__(self, log: Path, fatal: str = "") -> None:
        """Write to `log`; a moment reads "before journal 1", as does `fatal`."""
        self._file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._fatal, self._count = fatal, Counter[str]()

    def reached(self, what: str) -> None:
        self._count[what] += 1
        moment = f"{what} {self._count[what]}"
        os.write(self._file, f"{moment}\n".encode())
        if moment == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(
        self, owner: Any, method: str, label: str, counts: Callable[..., bool] = lambda *_: True
    ) -> None:
        """Make a moment of the calls of an object's method that count."""
        inner = getattr(owner, method)
        if iscoroutinefunction(inner):

            async def watched(*args: Any, **named: Any) -> Any:
                if not counts(*args):
                    return await inner(*args, **named)
                self.reached(f"before {label}")
                answer = await inner(*args, **named)
                self.reached(f"after {label}")
                return answer
        else:

            def watched(*args: Any, **named: Any) -> Any:
                self.reached(f"before {label}")
                answer = inner(*args, **named)
                self.reached(f"after {label}")
                return answer

        setattr(owner, method, watched)


def watch_wallet(wallet: Wallet, moments: Moments) -> None:
    """Watch all that a wallet keeps and sends, but for what a wallet elsewhere sends for it."""
    desk, deposits = wallet._driver.workshop.desk, wallet._driver.deposits
    assert deposits is not None
    moments.watch(wallet.journal, "put", JOURNAL)
    moments.watch(wallet._view._store, "keep", ROWS)
    moments.watch(wallet._scanner._file, "save", CACHE)
    w3 = deposits._pool.w3
    moments.watch(w3.manager, "coro_request", SEND, lambda method, *_: method in _SENDS)
    for node in desk._nodes.values():
        moments.watch(node, "submit", HAND_OVER)
        moments.watch(node, "permit", PERMIT)
