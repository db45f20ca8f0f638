"""Transfers that hold: from wallets, and at the boundaries of every rule."""

from collections.abc import Callable

import pytest

from tests.circuits.drafts import ETHER, LAST_BLOCK, Input, TransferDraft, public_signals
from tests.circuits.tampering import assert_proves_nothing_else
from tests.protocol.histories import POOL, Wallet, dummy, note_of
from winze.circuits import Circuit, Prover
from winze.protocol import EthAddress, Field, TransferWitness, Wei

WALLET = Wallet.new()
LARGEST = (1 << 96) - 1


def alone() -> TransferWitness:
    """3 ETH beside a dummy: 1 ETH and a fee leave."""
    outputs = note_of(WALLET.keys[0], ETHER, 8), note_of(WALLET.keys[0], ETHER // 2, 9)
    return WALLET.transfer(inputs=(WALLET.spent(0), dummy(WALLET.keys[1])), outputs=outputs)


def redeposit() -> TransferWitness:
    """1 ETH of a mineable note becomes a new mining deposit; 2 ETH of another account stay."""
    outputs = note_of(WALLET.keys[0], 2 * ETHER, 8), note_of(WALLET.keys[1], 2 * ETHER, 9)
    return WALLET.transfer(
        recipient=POOL, amount=Wei(ETHER), fee=Wei(0), inner=Field(77), outputs=outputs
    )


def private_payment() -> TransferWitness:
    """Nothing leaves; a note of 0 is among the outputs."""
    outputs = note_of(WALLET.keys[0], 5 * ETHER, 8), note_of(WALLET.keys[1], 0, 9)
    nobody = EthAddress.zero()
    return WALLET.transfer(recipient=nobody, amount=Wei(0), fee=Wei(0), outputs=outputs)


@pytest.mark.parametrize(
    "make", [alone, redeposit, private_payment], ids=lambda make: make.__name__
)
def test_a_wallet_proves(make: Callable[[], TransferWitness], prover: Prover) -> None:
    witness = make()
    assert prover.verify(witness.statement, prover.prove(witness))


def test_a_payment_with_a_fee_proves_its_statement_and_no_other(prover: Prover) -> None:
    witness = WALLET.transfer()
    proof = prover.prove(witness)
    assert_proves_nothing_else(prover.circuit(Circuit.TRANSFER), witness.statement.signals(), proof)


HOLDING = {
    "notes at the first and at the last position": TransferDraft(),
    "the largest input and the largest output": TransferDraft(
        first=Input(11, LARGEST), second=Input(22, 1, block=9), out_values=(LARGEST, 0)
    ),
    "two notes of one owner, value and blinding at two positions": TransferDraft(
        first=Input(11, ETHER, leaf=0), second=Input(11, ETHER, leaf=2), out_values=(ETHER, ETHER)
    ),
    "dummies alone, which stand nowhere": TransferDraft(
        first=Input(11, 0), second=Input(22, 0, block=LAST_BLOCK), out_values=(0, 0), leaves=False
    ),
    # The contract's part: it sets a public amount that takes away, never one that adds.
    "a public amount that adds": TransferDraft(out_values=(4 * ETHER, 3 * ETHER)),
}


@pytest.mark.parametrize("name", HOLDING)
def test_a_proof_exists_for(name: str, prover: Prover) -> None:
    signals = HOLDING[name].signals()
    prover.circuit(Circuit.TRANSFER).prove(signals, public_signals(Circuit.TRANSFER, signals))
