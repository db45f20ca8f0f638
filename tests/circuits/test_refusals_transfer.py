"""The transfer circuit refuses every forgery."""

import pytest

from tests.circuits.drafts import public_signals
from tests.circuits.forged_transfers import TRANSFERS
from tests.circuits.rules import Forgery
from winze.circuits import Circuit, NotProvable, Prover


@pytest.mark.parametrize("forgery", TRANSFERS, ids=lambda forgery: forgery.name)
def test_a_transfer_is_refused_with(forgery: Forgery, prover: Prover) -> None:
    signals = forgery.draft.signals()
    with pytest.raises(NotProvable, match="transfer circuit refuses"):
        prover.circuit(Circuit.TRANSFER).prove(signals, public_signals(Circuit.TRANSFER, signals))
