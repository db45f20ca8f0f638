"""How much better than blind guessing an attack is.

An attack orders the candidates of each thing that it looks at. Two figures tell how good it is: how
often its first choice is right, and how far in front the right one stands on average. Both have a
known mean and spread where the order says nothing. MARGIN standard deviations are allowed: by
chance that is left once in 16,000 tests, and the histories are drawn from fixed seeds anyway, so
that a test which passes goes on passing until a wallet's behaviour changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, TypeVar

MARGIN: Final = 4.0
T = TypeVar("T")


@dataclass
class Tally:
    """What came of an attack."""

    tried: int = 0
    right: float = 0.0
    """How often the first choice was right; shared where several are as good."""
    blind: float = 0.0
    """How often a blind guess inside the same sets is right on average."""
    spread: float = 0.0
    """The variance of that."""
    ranks: float = 0.0
    """The sum of the right ones' places, from 0 (first) to 1 (last), in sets of two and more."""
    ranked: int = 0
    rank_spread: float = 0.0

    def add(self, candidates: Sequence[T], truth: T, cost: Callable[[T], float]) -> None:
        """Guess once: the candidate of the least cost."""
        assert truth in candidates, "the set is stated too small"
        costs = [cost(each) for each in candidates]
        mine, least = cost(truth), min(costs)
        chance = 1 / len(candidates)
        self.tried += 1
        self.right += (mine == least) / costs.count(least)
        self.blind += chance
        self.spread += chance * (1 - chance)
        same = costs.count(mine) - 1
        before = sum(each < mine for each in costs)
        if len(costs) > 1:
            self.ranked += 1
            self.ranks += (before + same / 2) / (len(costs) - 1)
            # Of a place drawn from so many evenly; ties make it less.
            self.rank_spread += (len(costs) + 1) / (12 * (len(costs) - 1))

    @property
    def advantage(self) -> float:
        """By how many standard deviations more than a blind guess the first choice is right."""
        return (self.right - self.blind) / sqrt(self.spread)

    @property
    def lead(self) -> float:
        """By how many standard deviations the right ones stand further in front than anywhere."""
        return (self.ranked / 2 - self.ranks) / sqrt(self.rank_spread)

    @property
    def says_nothing(self) -> bool:
        """Whether the attack is no better than blind guessing, in either way, nor worse."""
        return abs(self.advantage) < MARGIN and abs(self.lead) < MARGIN
