"""Each rule is needed, and each step to it: without, the circuit accepts what it had refused."""

import shutil
from pathlib import Path

import pytest

from tests.circuits.drafts import public_signals
from tests.circuits.forgeries import FORGERIES
from tests.circuits.rules import Rule
from tests.circuits.sources import circuit_with
from winze.circuits import Circuit, CircuitProver, KeyStore

CASES = [
    pytest.param(circuit, rule, id=f"{circuit}: {rule.text}")
    for circuit, forgeries in FORGERIES.items()
    for rule in dict.fromkeys(rule for forgery in forgeries for rule in forgery.rules)
]


@pytest.mark.long
@pytest.mark.parametrize(("circuit", "rule"), CASES)
def test_without_the_rule_its_forgeries_pass(circuit: Circuit, rule: Rule, tmp_path: Path) -> None:
    source = circuit_with(tmp_path, rule, circuit=circuit)
    prover = CircuitProver(KeyStore(tmp_path).keys(circuit, source))
    for forgery in FORGERIES[circuit]:
        if rule in forgery.rules:
            signals = forgery.draft.signals()
            prover.prove(signals, public_signals(circuit, signals))
    # Keys of 20 to 60 MB each would fill the folder of temporary files.
    shutil.rmtree(tmp_path)
