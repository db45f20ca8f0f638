"""Claims that hold: from wallets, and at the boundaries of every rule."""

import pytest

from tests.circuits.drafts import ClaimDraft, public_signals
from tests.circuits.tampering import assert_proves_nothing_else
from tests.protocol.histories import Session
from winze.circuits import Circuit, NotProvable, Prover
from winze.protocol import MAIN_PROFILE, MINEABLE

LARGEST = (1 << 96) - 1


def test_a_session_spent_at_maturity_proves_its_claim_and_no_other(prover: Prover) -> None:
    witness = Session.new().claim()
    proof = prover.prove(witness)
    assert_proves_nothing_else(prover.circuit(Circuit.CLAIM), witness.statement.signals(), proof)


def test_a_session_spent_later_proves_its_claim(prover: Prover) -> None:
    witness = Session.new(late=10**6).claim()
    assert prover.verify(witness.statement, prover.prove(witness))


HOLDING = {
    "a spend at maturity, far away in the ledger": ClaimDraft(),
    "the main profile's locks": ClaimDraft(
        lock_min=MAIN_PROFILE.lock_min, lock_range=MAIN_PROFILE.lock_range
    ),
    "the first position and a spend in the next slot": ClaimDraft(
        block=0, leaf=0, spend_block=1, spend_leaf=3
    ),
    "a lock_range of 1": ClaimDraft(lock_range=1),
    "the largest lock_min": ClaimDraft(lock_min=(1 << 32) - 1),
    "the largest lock_range": ClaimDraft(lock_range=(1 << 32) - 1),
    "a deposit at the beginning of time": ClaimDraft(deposited=0),
    "a spend at the last timestamp": ClaimDraft(spent=(1 << 40) - 1),
    # The contract's part: it takes denominations only.
    "the largest value": ClaimDraft(value=LARGEST, word=LARGEST + MINEABLE),
}


@pytest.mark.parametrize("name", HOLDING)
def test_a_proof_exists_for(name: str, prover: Prover) -> None:
    signals = HOLDING[name].signals()
    prover.circuit(Circuit.CLAIM).prove(signals, public_signals(Circuit.CLAIM, signals))


def test_a_lock_range_of_zero_has_no_proof(prover: Prover) -> None:
    signals = ClaimDraft().signals() | {"lock_range": 0}
    with pytest.raises(NotProvable, match="cannot go on"):
        prover.circuit(Circuit.CLAIM).prove(signals, public_signals(Circuit.CLAIM, signals))
