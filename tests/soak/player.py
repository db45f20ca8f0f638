"""One long history of a machine, decided by a seed.

Hypothesis keeps its histories so short that it can shrink them, and begins most of them anew. Here
the rules of the same machines are played one after the other, with arguments drawn from the same
strategies, for as long as one likes. What fails is not shrunk: its seed plays it again, and the
steps that led there are told.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any, Final

from hypothesis.control import BuildContext
from hypothesis.errors import StopTest
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.stateful import MultipleResults, VarReference

from tests.contracts.evm.machines.building import BuildingMachine
from tests.soak.tally import Tally

TOLD: Final = 40
"""The last steps that a failure tells."""
KEPT: Final = 60
"""What a bundle holds: what is older says little that the newer does not."""
WEIGHTS: Final = (0, 1, 1, 2, 6)
"""How likely a rule is to come: each history has other habits, and does not know some rules."""
LOOK_EVERY: Final = 100
"""Steps between two looks at everything."""


class Player:
    """Plays a machine, and counts."""

    def __init__(
        self,
        machine: type[BuildingMachine],
        seed: str,
        habits: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """A history of `machine`, told by `seed` but for how likely the rules of `habits` are."""
        self._random = Random(seed)  # noqa: S311 - a story, not a secret
        machine.begin_to_count()
        self._machine = machine()
        rules = sorted(self._machine.rules, key=_name)
        self._weights = {_name(rule): self._random.choice(WEIGHTS) for rule in rules} | habits
        self._rules = rules
        self._tally = Tally()
        self.last: deque[str] = deque(maxlen=TOLD)

    def play(self, steps: int) -> Tally:
        """So many steps, and then everybody leaves."""
        for number in range(1, steps + 1):
            self._step()
            if number % LOOK_EVERY == 0:
                self._machine.look_around()
                self._tally.checks["everything, on the way"] += 1
        self.last.append("the end")
        with self._tally.counting("(the end)", self._machine):
            self._machine.teardown()
        self._tally.checks["everything, at the end, before and after all left"] += 2
        self._tally.take(self._machine)
        return self._tally

    def _step(self) -> None:
        """Play one rule, and see that the invariants hold."""
        rule = self._choice()
        data = ConjectureData(random=self._random)
        data.hypothesis_runner = self._machine
        with BuildContext(data, wrapped_test=self._step):
            try:
                arguments = self._arguments(data, rule)
                self.last.append(f"{_name(rule)} {_briefly(arguments)}")
                with self._tally.counting(_name(rule), self._machine):
                    result = rule.function(self._machine, **arguments)
            except StopTest:
                return  # nothing was found that the rule takes
        self._keep(rule.targets, result)
        for invariant in self._machine.invariants:
            invariant.function(self._machine)
            self._tally.checks[invariant.function.__name__] += 1

    def _choice(self) -> Any:
        possible = [rule for rule in self._rules if self._is_possible(rule)]
        weights = [self._weights[_name(rule)] for rule in possible]
        if not any(weights):
            return self._random.choice(possible)
        return self._random.choices(possible, weights)[0]

    def _is_possible(self, rule: Any) -> bool:
        bundles = all(self._machine.bundle(bundle.name) for bundle in rule.bundles)
        return bundles and all(holds(self._machine) for holds in rule.preconditions)

    def _arguments(self, data: ConjectureData, rule: Any) -> dict[str, Any]:
        strategies = rule.arguments_strategies
        return {name: self._value(data.draw(each)) for name, each in strategies.items()}

    def _value(self, drawn: Any) -> Any:
        """What a bundle's references stand for; anything else as it is."""
        if isinstance(drawn, VarReference):
            return self._machine.names_to_values[drawn.name]
        return [self._value(each) for each in drawn] if isinstance(drawn, list) else drawn

    def _keep(self, targets: Sequence[str], result: Any) -> None:
        values = result.values if isinstance(result, MultipleResults) else [result]
        self._machine._add_results_to_targets(targets, values)
        for target in targets:
            del self._machine.bundle(target)[:-KEPT]


def _name(rule: Any) -> str:
    return str(rule.function.__name__)


def _briefly(arguments: dict[str, Any]) -> str:
    """Small values as they are, of lists their length."""
    brief = {
        name: f"<{len(value)}>" if isinstance(value, list) else value
        for name, value in arguments.items()
        if isinstance(value, (bool, int, str, list, type(None)))
    }
    return ", ".join(f"{name}={value}" for name, value in brief.items())
