"""The user's guide, and the commands in it that are to be typed one after the other."""

import re
from typing import Final

from tools.repository import ROOT

GUIDE: Final = (ROOT / "docs" / "guide.md").read_text("utf-8")


def console_lines() -> list[str]:
    """The command lines of the guide's consoles, in their order."""
    consoles = re.findall(r"^```console\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    return [line[2:] for each in consoles for line in each.splitlines() if line.startswith("$ ")]
