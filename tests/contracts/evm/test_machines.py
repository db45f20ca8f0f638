"""Random histories through the contracts and through the protocol's models (issue of properties).

Layers, each with the risks of those before it: building, owning, refusing, late, mining.
"""

import pytest

from tests.contracts.evm.machines.building import BuildingMachine
from tests.contracts.evm.machines.counting import Counting, report, run

MACHINES = [BuildingMachine]


@pytest.mark.parametrize("machine", MACHINES)
def test_contracts_and_models_tell_the_same_history(machine: type[Counting]) -> None:
    run(machine, examples=8, steps=40, same_each_time=True)
    print(report(machine))  # noqa: T201 - shown by `pytest -rP`, and where a test fails
    idle = {rule for rule in machine.calls() if not machine.accepted[rule]}
    assert not idle, f"no call of these rules was ever accepted: {idle}"
