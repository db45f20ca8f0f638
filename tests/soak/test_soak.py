"""The long run, made short.

a history   is played again by its seed · says how to see it again when it fails
a tally     adds up · counts accepted calls by rule
the page    has a row for each kind of call and each rule
"""

import re

import pytest

from tests.contracts.evm.machines.mining import MiningMachine
from tests.soak.player import Player
from tests.soak.report import Run, page
from tests.soak.run import HistoryFailed, OnRevm, play
from tests.soak.tally import Tally
from winze.protocol import ETHER

STEPS = 60


@pytest.fixture(scope="module")
def tally() -> Tally:
    """What one short history comes to."""
    played = Player(OnRevm, "a seed").play(STEPS)
    played.histories["revm"] += 1
    played.calls_by_evm["revm"] += played.calls
    played.milliseconds["revm"] += 1000
    return played


def test_a_seed_plays_the_same_history_again(tally: Tally) -> None:
    again, other = (Player(OnRevm, seed).play(STEPS) for seed in ("a seed", "another"))
    assert (again.accepted, again.refused) == (tally.accepted, tally.refused)
    assert other.accepted != tally.accepted


def test_each_accepted_call_is_counted_under_its_rule(tally: Tally) -> None:
    machine = OnRevm
    machine.begin_to_count()
    counted, made = Tally(), machine()
    machine.begin_to_count()  # what everybody begins with is no rule's
    with counted.counting("a rule", made):
        made.watch("deposit", lambda: made.town.deposit(made.town.pool_model.owner, 1, 5))
        made.watch("deposit", lambda: made.town.deposit(made.town.pool_model.owner, 0, 5))
        made.watch("prove", lambda: made.town.prove(made.town.pool_model.owner, []))
    assert counted.accepted == {("a rule", "deposit"): 1, ("a rule", "prove"): 1}
    assert counted.without_effect == {("a rule", "prove"): 1}
    assert counted.refused == {("a rule", "deposit", "pool: value is zero"): 1}
    assert tally.calls == tally.accepted.total() > STEPS // 2


def test_tallies_add_up(tally: Tally) -> None:
    total = Tally()
    total.add(tally)
    total.add(tally)
    assert total.calls == 2 * tally.calls
    assert total.checks["the_pool_holds_what_it_owes"] > 0
    assert total.checks == tally.checks + tally.checks


def test_the_page_has_a_row_for_each_kind_of_call_and_each_rule(tally: Tally) -> None:
    text = page(Run(7, 2, 60.0, "some versions"), tally)
    rows = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")}
    assert rows >= {*MiningMachine.CALLS, *tally.rules}
    assert f"{tally.calls:,} calls were accepted" in text


class Owing(OnRevm):
    """A machine that is wrong about what the pool owes."""

    CALLS = OnRevm.CALLS

    def look_around(self) -> None:
        super().look_around()
        self.ghost.forced += ETHER


def test_a_history_that_fails_says_how_to_see_it_again() -> None:
    with pytest.raises(HistoryFailed, match=re.escape("python -m tests.soak --seed 3 --history 1")):
        play(3, 1, Owing)
