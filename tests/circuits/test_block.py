"""Blocks that hold: from a ledger, and at the ends of the tree."""

import pytest

from tests.circuits.drafts import LAST_BLOCK, BlockDraft, public_signals
from tests.circuits.tampering import assert_proves_nothing_else
from tests.protocol.histories import Wallet, seal_and_prove, spend_number
from winze.circuits import Circuit, Prover
from winze.protocol import SLOTS, BlockIndex, Deposit, Field, Ledger


def test_a_mixed_block_proves_its_statement_and_no_other(prover: Prover) -> None:
    ledger = Wallet.new().ledger
    ledger.append(spend_number(1))
    ledger.append(Deposit(Field(5), Field(0)))
    ledger.append(spend_number(2))
    seal_and_prove(ledger, 9000)
    witness = ledger.block_witness(BlockIndex(2))
    proof = prover.prove(witness)
    assert_proves_nothing_else(prover.circuit(Circuit.BLOCK), witness.statement.signals(), proof)


def test_the_first_block_of_a_ledger_can_be_full_of_spends(prover: Prover) -> None:
    ledger = Ledger()
    for number in range(SLOTS // 2):
        ledger.append(spend_number(number))
    seal_and_prove(ledger)
    witness = ledger.block_witness(BlockIndex(0))
    assert prover.verify(witness.statement, prover.prove(witness))


def test_a_block_can_be_full_of_deposits(prover: Prover) -> None:
    ledger = Wallet.new().ledger
    for number in range(SLOTS):
        ledger.append(Deposit(Field(number + 1), Field(number)))
    seal_and_prove(ledger, 9000)
    witness = ledger.block_witness(BlockIndex(2))
    assert prover.verify(witness.statement, prover.prove(witness))


HOLDING = {
    "no entries at all": BlockDraft(slots=(), spends=()),
    "the last block there is": BlockDraft(index=LAST_BLOCK, neighbours=(0, LAST_BLOCK - 1)),
    # The contract's part: it counts the blocks.
    "a block far beyond the next": BlockDraft(index=1 << 25),
}


@pytest.mark.parametrize("name", HOLDING)
def test_a_proof_exists_for(name: str, prover: Prover) -> None:
    signals = HOLDING[name].signals()
    prover.circuit(Circuit.BLOCK).prove(signals, public_signals(Circuit.BLOCK, signals))
