"""Each rule is needed: without it, the circuit accepts the forgery that breaks it."""

import shutil
from pathlib import Path

import pytest

from tests.circuits.drafts import public_signals
from tests.circuits.forgeries import FORGERIES, Rule
from winze.circuits import Circuit, CircuitProver, KeyStore

CASES = [
    pytest.param(circuit, rule, id=f"{circuit}: {rule.text}")
    for circuit, forgeries in FORGERIES.items()
    for rule in dict.fromkeys(forgery.rule for forgery in forgeries)
]


def circuit_without(rule: Rule, circuit: Circuit, folder: Path) -> CircuitProver:
    """The circuit with its own keys, one rule taken out."""
    shutil.copytree(circuit.source.parent, folder / "sources")
    file = folder / "sources" / rule.file
    text = file.read_text()
    assert text.count(rule.text) == 1
    file.write_text(text.replace(rule.text, rule.without))
    return CircuitProver(KeyStore(folder).keys(circuit, folder / "sources" / circuit.source.name))


@pytest.mark.long
@pytest.mark.parametrize(("circuit", "rule"), CASES)
def test_without_the_rule_its_forgeries_pass(circuit: Circuit, rule: Rule, tmp_path: Path) -> None:
    prover = circuit_without(rule, circuit, tmp_path)
    for forgery in FORGERIES[circuit]:
        if forgery.rule is rule:
            signals = forgery.draft.signals()
            prover.prove(signals, public_signals(circuit, signals))
    shutil.rmtree(tmp_path)
