"""Random histories through the contracts and through the models: both have to tell the same.

Each machine has the risks of those before it, and one more. Every accepted call is compared event
by event, and so is the state that it leaves; the ghost does the bookkeeping a third time; in the
end everybody leaves. What the numbers in comments mean stands in docs/properties.md.
"""

import secrets

import pytest

from tests.contracts.evm.machines.building import BuildingMachine
from tests.contracts.evm.machines.counting import Counting, report, run
from tests.contracts.evm.machines.delaying import DelayingMachine
from tests.contracts.evm.machines.mining import MiningMachine
from tests.contracts.evm.machines.owning import OwningMachine
from tests.contracts.evm.machines.refusing import RefusingMachine

MACHINES = [
    (BuildingMachine, 8),
    (OwningMachine, 8),
    (RefusingMachine, 8),
    (DelayingMachine, 8),
    (MiningMachine, 12),
]
"""With the number of histories in an ordinary run."""


@pytest.mark.parametrize(("machine", "histories"), MACHINES)
def test_contracts_and_models_tell_the_same_history(
    machine: type[Counting], histories: int
) -> None:
    run(machine, histories, steps=50, seeds=range(10))
    print(report(machine))  # noqa: T201 - shown by `pytest -rP`, and where a test fails
    assert machine.idle() == set(), "these calls were never accepted"


@pytest.mark.long
@pytest.mark.parametrize("machine", [machine for machine, _ in MACHINES])
def test_contracts_and_models_tell_the_same_long_histories(machine: type[Counting]) -> None:
    seed = secrets.randbelow(2**32)
    run(machine, histories=300, steps=200, seeds=[seed])
    print(f"seed {seed}", report(machine), sep="\n")  # noqa: T201 - as above
    assert machine.idle() == set(), "these calls were never accepted"
