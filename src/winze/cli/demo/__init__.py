"""The whole of mining, played on a private network and held against the protocol."""

from .report import Report
from .story import play
from .timeline import Timeline

__all__ = ["Report", "Timeline", "play"]
