"""The transfer circuit refuses every forgery."""

import pytest

from tests.circuits.drafts import TransferDraft, public_signals
from tests.circuits.forged_transfers import TRANSFERS
from tests.circuits.rules import Forgery
from winze.circuits import Circuit, CircuitProver, NotProvable, Prover


@pytest.mark.parametrize("forgery", TRANSFERS, ids=lambda forgery: forgery.name)
def test_a_transfer_is_refused_with(forgery: Forgery, prover: Prover) -> None:
    signals = forgery.draft.signals()
    with pytest.raises(NotProvable, match="transfer circuit refuses"):
        prover.circuit(Circuit.TRANSFER).prove(signals, public_signals(Circuit.TRANSFER, signals))


def test_a_refusal_names_the_rule_and_the_templates_around_it(prover: Prover) -> None:
    transfers = CircuitProver(prover.circuit(Circuit.TRANSFER).keys, compiled=True)
    signals = TransferDraft().signals() | {"mineable": [2, 0]}
    places = r"Word \(line \d+\), of OwnedNote \(line \d+\), of Transfer \(line \d+\)$"
    with pytest.raises(NotProvable, match=f"a rule does not hold in {places}"):
        transfers.prove(signals, public_signals(Circuit.TRANSFER, signals))
