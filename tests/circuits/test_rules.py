"""Each rule is needed: without it, the circuit accepts the forgery that breaks it."""

import shutil
from pathlib import Path

import pytest

from tests.circuits.drafts import public_signals
from tests.circuits.forgeries import FORGERIES, Rule
from tests.circuits.sources import circuit_with
from winze.circuits import Circuit, CircuitProver, KeyStore

CASES = [
    pytest.param(circuit, rule, id=f"{circuit}: {rule.text}")
    for circuit, forgeries in FORGERIES.items()
    for rule in dict.fromkeys(forgery.rule for forgery in forgeries)
]


@pytest.mark.long
@pytest.mark.parametrize(("circuit", "rule"), CASES)
def test_without_the_rule_its_forgeries_pass(circuit: Circuit, rule: Rule, tmp_path: Path) -> None:
    source = circuit_with(tmp_path, rule, circuit=circuit)
    prover = CircuitProver(KeyStore(tmp_path).keys(circuit, source))
    for forgery in FORGERIES[circuit]:
        if forgery.rule is rule:
            signals = forgery.draft.signals()
            prover.prove(signals, public_signals(circuit, signals))
    # Keys of 20 to 60 MB each would fill the folder of temporary files.
    shutil.rmtree(tmp_path)
