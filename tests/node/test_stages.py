"""How long things take: measured by what the ledger shows, told as medians."""

import pytest

from tests.wallet.worlds import World, seed
from winze.node.api import StageTimes
from winze.node.metrics import Metrics
from winze.node.stages import StageClock
from winze.protocol import ETHER, Wei


class Watch:
    """A stage clock whose time a test moves, and the ledger that it watches."""

    def __init__(self) -> None:
        self.now = 100.0
        self.world, self.notes = World(), 0
        self.stages = StageClock(Metrics(), lambda: self.now)

    def look(self, later: float = 0) -> None:
        """Look again, so much later."""
        self.now += later
        self.stages.watch(self.world.ledger)

    def deposit(self) -> None:
        """Put something into the open block."""
        account = seed().main
        self.world.deposit(account.deposit_note(self.notes, Wei(ETHER), mineable=False))
        self.notes += 1


@pytest.fixture
def watch() -> Watch:
    watch = Watch()
    watch.look()
    return watch


def test_where_nothing_was_measured_nothing_is_told(watch: Watch) -> None:
    assert watch.stages.medians() == StageTimes()


def test_a_blocks_way_is_measured_from_stage_to_stage(watch: Watch) -> None:
    watch.deposit()
    watch.look()
    watch.world.seal()
    watch.look(5)
    watch.world.draw()
    watch.look(2)
    watch.now += 3
    watch.stages.proven(0)
    watch.world.ledger.prove(watch.world.ledger.blocks[0].drawn)
    watch.look(4)
    watch.look(100)
    assert watch.stages.medians() == StageTimes(seal=5, draw=2, prove=3, include=4)


def test_what_was_proved_before_the_first_look_is_not_measured() -> None:
    watch = Watch()
    watch.deposit()
    watch.world.prove()
    watch.look()
    watch.look(1)
    assert watch.stages.medians() == StageTimes()


def test_what_somebody_else_proved_has_no_time_of_proving_or_inclusion(watch: Watch) -> None:
    watch.deposit()
    watch.look()
    watch.world.prove()
    watch.look(5)
    medians = watch.stages.medians()
    assert (medians.seal, medians.prove, medians.include) == (5, None, None)


def test_times_measured_elsewhere_are_told_as_the_median_of_the_last_fifty() -> None:
    stages = StageClock(Metrics())
    for seconds in [1000.0] * 50 + [float(n) for n in range(51)]:
        stages.took("batch", seconds)
    assert stages.medians() == StageTimes(batch=25.5)


def test_blocks_that_never_come_to_an_end_are_forgotten(watch: Watch) -> None:
    for block in range(100):
        watch.stages.proven(block)
    assert len(watch.stages._moments) == 64
    assert min(watch.stages._moments) == 36
