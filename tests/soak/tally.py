"""What histories came to, in numbers."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Self

from tests.contracts.evm.machines.counting import Counting


@dataclass
class Tally:
    """Counts of one history, or of many.

    An accepted call is a transaction that contract and model both accept, whatever it holds.
    """

    histories: Counter[str] = field(default_factory=Counter)
    """By EVM."""
    calls_by_evm: Counter[str] = field(default_factory=Counter)
    """Accepted calls."""
    milliseconds: Counter[str] = field(default_factory=Counter)
    """A processor's, by EVM."""
    rules: Counter[str] = field(default_factory=Counter)
    """How often each rule was played."""
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By rule and call."""
    without_effect: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of the accepted calls, those in which nothing happened; by rule and call."""
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By rule, call and reason."""
    happened: Counter[str] = field(default_factory=Counter)
    """What was special about accepted calls."""
    checks: Counter[str] = field(default_factory=Counter)
    """How often each thing was looked at."""

    def take(self, machine: Counting) -> None:
        """Take over what the machine noticed by itself."""
        self.happened.update(machine.happened)

    @property
    def calls(self) -> int:
        """All accepted calls."""
        return self.accepted.total()

    @contextmanager
    def counting(self, rule: str, machine: Counting) -> Iterator[None]:
        """Count under this rule what the machine's calls come to meanwhile."""
        self.rules[rule] += 1
        effective, idle = machine.accepted.copy(), machine.without_effect.copy()
        refused = {name: reasons.copy() for name, reasons in machine.refused.items()}
        yield
        for name, count in (machine.accepted - effective).items():
            self.accepted[rule, name] += count
        for name, count in (machine.without_effect - idle).items():
            self.accepted[rule, name] += count
            self.without_effect[rule, name] += count
        for name, reasons in machine.refused.items():
            for reason, count in (reasons - refused.get(name, Counter())).items():
                self.refused[rule, name, reason] += count

    def add(self, other: Self) -> None:
        """Add another history's counts, or many histories'."""
        for each in fields(self):
            getattr(self, each.name).update(getattr(other, each.name))
