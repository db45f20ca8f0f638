"""The whole of mining, played on a private network and held against the protocol."""

from .people import Stopwatch
from .report import Report
from .story import play
from .timeline import Timeline

__all__ = ["Report", "Stopwatch", "Timeline", "play"]
