"""Witnesses of the protocol become signals of the circuits."""

import re
from collections.abc import Callable

import pytest

from tests.circuits.drafts import public_signals
from tests.protocol.histories import Session, Wallet
from winze.circuits import Circuit, Witness, circuit_of, signals_of
from winze.protocol import BlockIndex


def transfer() -> Witness:
    return Wallet.new().transfer()


def claim() -> Witness:
    return Session.new().claim()


def block() -> Witness:
    return Wallet.new().ledger.block_witness(BlockIndex(1))


WITNESSES = {Circuit.TRANSFER: transfer, Circuit.CLAIM: claim, Circuit.BLOCK: block}
each_witness = pytest.mark.parametrize(("circuit", "make"), WITNESSES.items())


@each_witness
def test_witnesses_and_statements_know_their_circuit(
    circuit: Circuit, make: Callable[[], Witness]
) -> None:
    witness = make()
    assert circuit_of(witness) is circuit
    assert circuit_of(witness.statement) is circuit


@each_witness
def test_a_witness_gives_every_signal_that_its_circuit_declares(
    circuit: Circuit, make: Callable[[], Witness]
) -> None:
    declared = re.findall(r"signal input (\w+)", circuit.source.read_text())
    assert list(signals_of(make())) == declared


@each_witness
def test_a_statement_lists_the_public_signals_in_the_contracts_order(
    circuit: Circuit, make: Callable[[], Witness]
) -> None:
    witness = make()
    assert public_signals(circuit, signals_of(witness)) == witness.statement.signals()
