"""The claim circuit refuses every forgery."""

import pytest

from tests.circuits.drafts import public_signals
from tests.circuits.forged_claims import CLAIMS
from tests.circuits.rules import Forgery
from winze.circuits import Circuit, NotProvable, Prover


@pytest.mark.parametrize("forgery", CLAIMS, ids=lambda forgery: forgery.name)
def test_a_claim_is_refused_with(forgery: Forgery, prover: Prover) -> None:
    signals = forgery.draft.signals()
    with pytest.raises(NotProvable, match="claim circuit refuses"):
        prover.circuit(Circuit.CLAIM).prove(signals, public_signals(Circuit.CLAIM, signals))
