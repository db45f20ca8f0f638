"""Proofs on disk: made once, found by what they show, dropped when nobody asks any more."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.node.databases import opened
from winze.circuits import Proof, signals_of
from winze.node.building import ProofJob, ProofStore
from winze.node.building.proofs import statement_of
from winze.protocol import BlockIndex, BlockWitness, ChainBlock, Deposit, Field, Ledger, Timestamp

PROOF = Proof(bytes(range(256)))
OTHER = Proof(bytes(256))


@pytest.fixture
def store(engine: Engine) -> ProofStore:
    return ProofStore(engine)


def witness(entropy: int = 5, inner: int = 2) -> BlockWitness:
    """What proves a block of one deposit."""
    ledger = Ledger()
    ledger.append(Deposit(Field(1), Field(inner)))
    ledger.seal(Timestamp(1_800_000_000), ChainBlock(7))
    ledger.fix_entropy(BlockIndex(0), Field(entropy))
    return ledger.block_witness(BlockIndex(0))


def job(name: str, block: int = 0) -> ProofJob:
    return ProofJob(name, block, {}, [])


def test_a_job_is_all_that_a_machine_needs_and_can_be_kept_in_a_database() -> None:
    found = ProofJob.of(witness())
    assert json.loads(json.dumps([found.signals, found.public])) == [found.signals, found.public]
    assert found.public == [int(each) for each in witness().statement.signals()]
    assert found.signals.keys() == signals_of(witness()).keys()
    assert found.block == 0


def test_another_draw_or_another_entry_is_another_statement() -> None:
    names = {statement_of(each) for each in (witness(), witness(6), witness(inner=3))}
    assert len(names) == 3
    assert statement_of(witness()) in names


def test_a_proof_is_found_by_its_statement_after_a_restart_too(
    tmp_path: Path, store: ProofStore
) -> None:
    store.add(job("a"), PROOF, 1.5)
    again = ProofStore(opened(tmp_path))
    assert again.find(["a", "b"]) == {"a": PROOF}
    assert again.find([]) == {}


def test_the_first_proof_of_a_statement_is_kept(store: ProofStore) -> None:
    store.add(job("a"), PROOF, 1.5)
    store.add(job("a"), OTHER, 1.5)
    assert store.find(["a"]) == {"a": PROOF}


def test_proofs_below_a_block_are_dropped_and_the_blocks_own_is_not(store: ProofStore) -> None:
    for block in range(4):
        store.add(job(str(block), block), PROOF, 1)
    store.forget(-60)
    assert len(store.find(list("0123"))) == 4
    store.forget(2)
    assert sorted(store.find(list("0123"))) == ["2", "3"]
