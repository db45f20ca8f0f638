"""A database belongs to one network on one chain, and says so."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.node.databases import locked, opened
from tests.node.networks import described
from winze.chain import Header
from winze.index import DatabaseFailed
from winze.node.errors import DatabaseOfAnother
from winze.node.identity import claim_database, network_identity
from winze.protocol import ChainBlock, Timestamp

FIRST = Header(ChainBlock(1), b"\x01" * 32, Timestamp(5))
NETWORK = described()
OURS = network_identity(NETWORK, FIRST)


def test_another_description_or_another_chain_is_another_network() -> None:
    others = {
        network_identity(replace(NETWORK, chain_id=1), FIRST),
        network_identity(replace(NETWORK, name="other"), FIRST),
        network_identity(NETWORK, replace(FIRST, hash=b"\x02" * 32)),
    }
    assert len(others) == 3
    assert OURS not in others
    assert network_identity(described(), FIRST) == OURS


def test_a_new_database_is_taken_and_known_again_after_a_restart(
    tmp_path: Path, engine: Engine
) -> None:
    claim_database(engine, OURS)
    claim_database(engine, OURS)
    again = opened(tmp_path)
    claim_database(again, OURS)
    with pytest.raises(DatabaseOfAnother):
        claim_database(again, b"\x07" * 32)
    claim_database(again, OURS)


def test_a_database_that_is_locked_is_not_taken(tmp_path: Path, engine: Engine) -> None:
    impatient = opened(tmp_path, busy=0)
    with locked(engine), pytest.raises(DatabaseFailed):
        claim_database(impatient, OURS)
    claim_database(impatient, b"\x07" * 32)
    with pytest.raises(DatabaseOfAnother):
        claim_database(engine, OURS)
