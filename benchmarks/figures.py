"""Figures: many samples of each while measuring, one number of each in the results."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median_low
from typing import Final

from benchmarks.errors import UnusableResults

Value = int | float | str
"""A figure, or the facts about a measurement."""

Results = Mapping[str, Value]
"""Everything that was measured, by name."""

FACTS: Final = "facts."
"""Begins the names that say when and where a group of figures was measured."""

LEAST: Final = ".min"
MOST: Final = ".max"

_DIGITS: Final = 4
"""Significant digits of a duration; a fifth would be noise."""


class Figures:
    """Samples of one group of figures."""

    def __init__(self, facts: str) -> None:
        """Begin without samples; `facts` say where they are measured, and may be replaced."""
        self.facts = facts
        self._samples: defaultdict[str, list[float]] = defaultdict(list)
        self._divisions: defaultdict[frozenset[str], list[Mapping[str, int]]] = defaultdict(list)

    def add(self, name: str, *samples: float) -> None:
        """Add samples of the figure `name`."""
        self._samples[name].extend(samples)

    def divide(self, parts: Mapping[str, int]) -> None:
        """Add a sample that is the sum of `parts`."""
        self._divisions[frozenset(parts)].append(parts)

    def results(self) -> dict[str, Value]:
        """The median of each figure, and the least and the most where they differ.

        Of two samples in the middle it is the lower one, so that it is one that was seen: of what
        is divided, that very sample's parts are told.
        """
        found: dict[str, Value] = {}
        for divisions in self._divisions.values():
            total = median_low(sum(parts.values()) for parts in divisions)
            found |= next(parts for parts in divisions if sum(parts.values()) == total)
        for name, samples in self._samples.items():
            found[name] = _plain(name, median_low(samples))
            if min(samples) != max(samples):
                found[name + LEAST] = _plain(name, min(samples))
                found[name + MOST] = _plain(name, max(samples))
        return found


def merged(old: Results, new: Results, names: Iterable[str]) -> dict[str, Value]:
    """`old` with some figures and their ranges replaced.

    Args:
        old: Earlier results.
        new: What was measured now, and the facts about that.
        names: All figures that may have been measured; none of their old results is kept.
    """
    gone = set(names)
    kept = {name: value for name, value in old.items() if _figure(name) not in gone}
    return {**kept, **new}


def without_strangers(results: Results, names: Iterable[str]) -> dict[str, Value]:
    """Facts, and the figures among `names` with their ranges: others are not measured any more."""
    known = set(names)
    return {
        name: value
        for name, value in results.items()
        if name.startswith(FACTS) or _figure(name) in known
    }


def to_json(results: Results) -> str:
    """The results as they stand in their file: one flat object, sorted by name."""
    return json.dumps(results, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read(path: Path) -> dict[str, Value]:
    """The results in a file; none where there is no file.

    Raises:
        UnusableResults: it holds something else.
    """
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as problem:
        raise UnusableResults(f"{path} is no JSON ({problem}); delete it") from problem
    if not isinstance(content, dict) or not all(
        isinstance(value, int | float | str) for value in content.values()
    ):
        raise UnusableResults(f"{path} must hold one flat object of numbers and texts; delete it")
    return content


def _figure(name: str) -> str:
    """The figure that a name of the results belongs to."""
    return name.removesuffix(LEAST).removesuffix(MOST)


def _plain(name: str, value: float) -> Value:
    """A duration with a few digits; anything else is counted in whole units."""
    if name.endswith(".seconds"):
        return float(f"{value:.{_DIGITS}g}")
    return round(value)
