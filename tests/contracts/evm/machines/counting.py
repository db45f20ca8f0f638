"""How many calls of each rule were accepted: a rule whose every call is refused tests nothing."""

from collections import Counter, defaultdict
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from winze.protocol import Events, Refused


class Counting(RuleBasedStateMachine):
    """A machine whose rules say what came of their calls."""

    accepted: Counter[str]
    refused: defaultdict[str, Counter[str]]

    @classmethod
    def begin_to_count(cls) -> None:
        """Forget what was counted."""
        cls.accepted, cls.refused = Counter(), defaultdict(Counter)

    @classmethod
    def calls(cls) -> set[str]:
        """The rules that make a call; the others only prepare one."""
        return {rule.function.__name__ for rule in cls.rules()} - cls.preparations()

    @classmethod
    def preparations(cls) -> set[str]:
        """The rules that make no call."""
        return set()

    def call(self, rule: str, made: Callable[[], Events]) -> Events | None:
        """Make a call in the name of a rule; None where both sides refuse it."""
        try:
            events = made()
        except Refused as refusal:
            self.refused[rule][refusal.reason] += 1
            return None
        self.accepted[rule] += 1
        return events


def run(machine: type[Counting], examples: int, steps: int, *, same_each_time: bool) -> None:
    """Run a machine; afterwards its class knows what was accepted."""
    machine.begin_to_count()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=same_each_time,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )


def report(machine: type[Counting]) -> str:
    """A table: each rule with its accepted calls, and why others were refused."""
    lines = [f"{machine.__name__}: {machine.accepted.total()} calls accepted"]
    for rule in sorted(machine.calls()):
        reasons = ", ".join(f"{count} {why!r}" for why, count in machine.refused[rule].items())
        lines.append(f"  {rule:<22}{machine.accepted[rule]:>7}  refused: {reasons or 'never'}")
    return "\n".join(lines)
