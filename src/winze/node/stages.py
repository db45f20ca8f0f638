"""How long things take: measured as they happen, told as medians of the last times."""

from collections import defaultdict, deque
from collections.abc import Callable
from statistics import median
from time import monotonic
from typing import Final

from winze.protocol import Ledger

from .api import StageTimes
from .metrics import Metrics

_REMEMBERED: Final = 50
"""Times of each stage."""

_FOLLOWED: Final = 64
"""Blocks that are under way at most; what is older is forgotten unfinished."""

_MOMENTS: Final = ("opened", "sealed", "drawn", "proven", "proved")
_STAGES: Final = {
    ("opened", "sealed"): "seal",
    ("sealed", "drawn"): "draw",
    ("drawn", "proven"): "prove",
    ("proven", "proved"): "include",
}


class StageClock:
    """Watches blocks of the ledger on their way, and whatever else is measured."""

    def __init__(self, metrics: Metrics, clock: Callable[[], float] = monotonic) -> None:
        self._metrics, self._clock = metrics, clock
        self._times: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        self._moments: dict[int, dict[str, float]] = {}
        self._proved: int | None = None

    def watch(self, ledger: Ledger) -> None:
        """Take note of how far the ledger's blocks have come."""
        # What was proved before the first look was not seen on its way.
        first = len(ledger.blocks) if self._proved is None else min(self._proved, ledger.proved)
        for block in ledger.blocks[first:]:
            self._reached(block.index, "sealed")
            if block.entropy is not None:
                self._reached(block.index, "drawn")
            if block.index < ledger.proved:
                self._reached(block.index, "proved")
        if len(ledger.open):
            self._reached(ledger.open_index, "opened")
        self._proved = ledger.proved

    def proven(self, block: int) -> None:
        """This node has made the proof of a block."""
        self._reached(block, "proven")

    def took(self, stage: str, seconds: float) -> None:
        """Take note of a time that was measured elsewhere."""
        self._times[stage].append(seconds)
        self._metrics.stage.labels(stage).observe(seconds)

    def medians(self) -> StageTimes:
        """How long each stage took lately."""
        return StageTimes(**{stage: median(times) for stage, times in self._times.items() if times})

    def _reached(self, block: int, moment: str) -> None:
        moments = self._moments.setdefault(block, {})
        if moment in moments:
            return
        moments[moment] = self._clock()
        before = _MOMENTS[_MOMENTS.index(moment) - 1]
        if moment != _MOMENTS[0] and before in moments:
            self.took(_STAGES[before, moment], moments[moment] - moments[before])
        while len(self._moments) > _FOLLOWED:
            del self._moments[min(self._moments)]
