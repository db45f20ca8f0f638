"""Files that hold secrets in the clear must be their owner's alone."""

from pathlib import Path
from typing import Final

from ..errors import KeyUnreadable

_OTHERS: Final = 0o077


def require_owner_only(path: Path) -> None:
    """Refuse a file that others can read or write.

    Raises:
        KeyUnreadable: they can.
    """
    mode = path.stat().st_mode
    if mode & _OTHERS:
        raise KeyUnreadable(
            f"{path} is open to others (mode {mode & 0o777:o}): `chmod 600` it, and think of what "
            "it holds as known to them"
        )
