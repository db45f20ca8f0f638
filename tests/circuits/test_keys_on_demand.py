"""A proving key is read when something is to be proved with it, and only then."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.protocol.histories import Wallet
from winze.circuits import Circuit, CircuitKeys, DamagedKeys, Prover, development_keys
from winze.protocol import BlockIndex


def keys_of(*readable: Circuit, nowhere: Path) -> dict[Circuit, CircuitKeys]:
    """All circuits' keys, of which only some can still be read."""
    found = development_keys()
    return {
        circuit: keys if circuit in readable else replace(keys, folder=nowhere)
        for circuit, keys in found.items()
    }


def test_who_only_transfers_never_reads_another_circuits_keys(tmp_path: Path) -> None:
    wallet = Wallet.new()
    prover = Prover(keys_of(Circuit.TRANSFER, nowhere=tmp_path))
    transfer = wallet.transfer()
    assert prover.verify(transfer.statement, prover.prove(transfer))
    with pytest.raises(DamagedKeys, match="cannot be read"):
        prover.prove(wallet.ledger.block_witness(BlockIndex(1)))


def test_loading_one_circuits_key_reads_no_other(tmp_path: Path) -> None:
    prover = Prover(keys_of(Circuit.CLAIM, nowhere=tmp_path))
    prover.load(Circuit.CLAIM)
    for other in (Circuit.TRANSFER, Circuit.BLOCK):
        with pytest.raises(DamagedKeys, match="cannot be read"):
            prover.load(other)


def test_verifying_keys_are_enough_for_a_deployment(tmp_path: Path) -> None:
    found = development_keys(circuits=[Circuit.TRANSFER])[Circuit.TRANSFER]
    (tmp_path / "verification_key.json").write_bytes(
        (found.folder / "verification_key.json").read_bytes()
    )
    assert replace(found, folder=tmp_path).constructor_words() == found.constructor_words()
