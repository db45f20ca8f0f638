"""The block circuit refuses every forgery."""

import pytest

from tests.circuits.drafts import public_signals
from tests.circuits.forged_blocks import BLOCKS
from tests.circuits.rules import Forgery
from winze.circuits import Circuit, NotProvable, Prover


@pytest.mark.parametrize("forgery", BLOCKS, ids=lambda forgery: forgery.name)
def test_a_block_is_refused_with(forgery: Forgery, prover: Prover) -> None:
    signals = forgery.draft.signals()
    with pytest.raises(NotProvable, match="block circuit refuses"):
        prover.circuit(Circuit.BLOCK).prove(signals, public_signals(Circuit.BLOCK, signals))
