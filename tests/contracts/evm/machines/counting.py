"""How many calls of each kind were accepted: a rule whose every call is refused tests nothing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from winze.protocol import Events, Refused


class Counting(RuleBasedStateMachine):
    """A machine that counts what came of its calls, by names that its rules give them."""

    CALLS: ClassVar[tuple[str, ...]] = ()
    """The names; each layer adds its own."""

    accepted: ClassVar[Counter[str]]
    without_effect: ClassVar[Counter[str]]
    """Accepted too, but nothing happened: two builders proved the same, say."""
    refused: ClassVar[defaultdict[str, Counter[str]]]
    happened: ClassVar[Counter[str]]
    """What was special about accepted calls."""

    @classmethod
    def begin_to_count(cls) -> None:
        """Forget what was counted."""
        cls.accepted, cls.without_effect, cls.happened = Counter(), Counter(), Counter()
        cls.refused = defaultdict(Counter)

    def count(self, name: str, made: Callable[[], Events]) -> Events | None:
        """Make a call under this name; None where both sides refuse it."""
        assert name in self.CALLS, name
        try:
            events = made()
        except Refused as refusal:
            self.refused[name][refusal.reason] += 1
            return None
        (self.accepted if events else self.without_effect)[name] += 1
        return events

    @classmethod
    def idle(cls) -> set[str]:
        """The kinds of calls that this layer adds, and of which none had an effect."""
        below = next(base for base in cls.__bases__ if issubclass(base, Counting))
        return {name for name in cls.CALLS if name not in below.CALLS and not cls.accepted[name]}


def run(machine: type[Counting], histories: int, steps: int, seeds: Iterable[int]) -> None:
    """Run a machine; afterwards its class knows what was accepted.

    Each seed gives so many histories. The first one is enough, unless a kind of call was never
    accepted in them.
    """
    machine.begin_to_count()
    for number in seeds:
        seed(number)(machine)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=histories,
                stateful_step_count=steps,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
            ),
        )
        if not machine.idle():
            break


def report(machine: type[Counting]) -> str:
    """A table: the accepted calls of each kind, and why others were refused."""
    lines = [f"{machine.__name__}: {machine.accepted.total()} calls were accepted"]
    for name in machine.CALLS:
        reasons = ", ".join(f"{count} {why}" for why, count in machine.refused[name].items())
        done, idle = machine.accepted[name], machine.without_effect[name]
        lines.append(f"{name:>18} {done:>7}, {idle} without effect; refused: {reasons or 'none'}")
    return "\n".join(lines)
