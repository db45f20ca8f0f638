"""What follows from what: the wires whose values all solutions share that agree on some wires.

A wire is *known* when two solutions of the system that agree on the wires we began with agree on
it. A *fact* is a combination of wires on which such solutions agree. Everything rests on three
steps, repeated until nothing new comes:

* where both factors of a constraint are known, its product is a fact;
* where a factor is known and not 0, the other is a fact if the product is known;
* facts are linear: what elimination solves for a single wire makes that wire known, and a fact
  of bits only tells them all if their weights keep them apart.

Three patterns need more than that; each is a function that is given the closure: `zero_tests.py`,
`divisions.py`, `comparators.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from .booleans import Booleans, weighed_apart
from .elimination import Elimination
from .expansions import Expansions
from .linear import ONE, Linear, added, scaled, without
from .system import Constraint, System

Pattern = Callable[["Closure"], bool]
"""Looks for more that is known, tells the closure, and says whether it found anything."""

A, B, C = range(3)


class Closure:
    """The closure of the wires that it began with, under the constraints of a system."""

    def __init__(self, system: System, booleans: Booleans, given: Iterable[int]) -> None:
        """Nothing is derived yet; see `run`."""
        self.system = system
        self.booleans = booleans
        self.known: set[int] = set()
        self.zeros = [*booleans.definitions, *filter(None, map(_linear, system.constraints))]
        """Combinations that are 0 in every solution."""
        self.facts: list[Linear] = []
        """Facts with bits in them, as they were found. Some of their wires may be known by now."""
        self._elimination = Elimination()
        self._unknown = [[len(side) for side in one.sides] for one in system.constraints]
        self._news = [ONE, *given]

    def run(self, *patterns: Pattern) -> "Closure":
        """Derive until neither the three steps nor a pattern finds more."""
        for number in range(len(self.system.constraints)):
            self._use(number)
        for zero in self.zeros:
            self.learn(zero)
        self._spread()
        while any(pattern(self) for pattern in (solved_bits, spanned, *patterns)):
            self._spread()
        return self

    def knows(self, terms: Iterable[int]) -> bool:
        """Whether every wire of a combination is known."""
        return all(wire in self.known for wire in terms)

    def open_constraints(self) -> list[Constraint]:
        """Those with a wire that is not known yet."""
        return [
            one
            for one, counts in zip(self.system.constraints, self._unknown, strict=True)
            if any(counts)
        ]

    def known_factors(self, constraint: Constraint) -> Iterator[tuple[Linear, Linear]]:
        """The known and the other factor, if one is known, is no constant, and the other is not."""
        a, b, _ = constraint.sides
        known, other = (a, b) if self.knows(a) else (b, a)
        if self.knows(known) and not self.knows(other) and not known.keys() <= {ONE}:
            yield known, other

    def learn(self, fact: Mapping[int, int]) -> None:
        """Take a combination on which all solutions agree."""
        open_part = without(fact, self.known)
        if not open_part:
            return
        if open_part.keys() <= self.booleans.wires and weighed_apart(open_part.values()):
            self._news += open_part
            return
        if open_part.keys() & self.booleans.wires:
            self.facts.append(dict(fact))
        self._news += self._elimination.add(open_part)

    def spans(self, terms: Mapping[int, int]) -> bool:
        """Whether a combination follows from the facts, though perhaps none of its wires does."""
        return not self._elimination.reduced(without(terms, self.known))

    def learn_wires(self, wires: Iterable[int]) -> bool:
        """Take wires on which all solutions agree; whether any of them is new."""
        new = [wire for wire in wires if wire not in self.known]
        self._news += new
        return bool(new)

    def _spread(self) -> None:
        while self._news:
            wire = self._news.pop()
            if wire in self.known:
                continue
            self.known.add(wire)
            self._news += self._elimination.settle(wire)
            for number, place in self.system.uses.get(wire, ()):
                self._unknown[number][place] -= 1
                self._use(number)

    def _use(self, number: int) -> None:
        """Take what a constraint says, now that some of its sides are known."""
        unknown = self._unknown[number]
        if not any(unknown):
            return
        one = self.system.constraints[number]
        if not unknown[A] and not unknown[B]:
            self.learn(one.c)
        elif not unknown[C] and set(one.c) == {ONE}:
            # A product that is a constant other than 0 has no factor that is 0.
            if not unknown[A]:
                self.learn(one.b)
            elif not unknown[B]:
                self.learn(one.a)


def _linear(constraint: Constraint) -> Linear | None:
    """The combination that a constraint without a product makes 0; None where it has a product."""
    a, b, c = constraint.sides
    for constant, other in ((a, b), (b, a)):
        if constant.keys() <= {ONE}:
            return added(scaled(other, constant.get(ONE, 0)), c, -1)
    return None


def solved_bits(closure: Closure) -> bool:
    """Bits in facts whose other wires are known by now, or are themselves sums of bits."""
    bits = closure.booleans.wires
    expansions = Expansions(bits | closure.known, closure.zeros)
    closure.facts[:] = [fact for fact in closure.facts if not closure.knows(fact)]
    found = False
    for fact in closure.facts:
        weights = without(expansions.expand(fact), closure.known)
        if weights.keys() <= bits and weighed_apart(weights.values()):
            found |= closure.learn_wires(weights)
    return found


def spanned(closure: Closure) -> bool:
    """Products of combinations that follow from the facts while their wires do not.

    The compiler writes the inner state of a hash by wires that are computed later.
    """
    found = False
    for constraint in closure.open_constraints():
        a, b, c = constraint.sides
        if not closure.spans(c) and closure.spans(a) and closure.spans(b):
            closure.learn(c)
            found = True
    return found
