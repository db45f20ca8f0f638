"""When and where figures were measured."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_MODEL: Final = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


def today() -> str:
    """The date, in UTC."""
    return datetime.now(UTC).date().isoformat()


def machine() -> str:
    """The cores, the Python, and how busy the machine was a moment ago."""
    load, _, _ = os.getloadavg()
    return (
        f"{os.cpu_count()} cores of {_processor()}, Python {platform.python_version()}, "
        f"load {load:.1f} at the start"
    )


def _processor() -> str:
    try:
        found = _MODEL.search(Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()
