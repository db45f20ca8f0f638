"""`pool.seal`.

the open block   is empty · is not due · is due · was due long ago
the caller       is anybody
"""

import pytest

from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, Town
from winze.protocol import ETHER, Sealed, keccak, word


def test_an_empty_block_is_not_sealed(town: Town) -> None:
    town.wait(10_000)
    with refused("pool: nothing to seal"):
        town.seal(ALICE)


def test_a_block_is_sealed_once(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    town.wait(60)
    town.seal(ALICE)
    town.wait(60)
    with refused("pool: nothing to seal"):
        town.seal(ALICE)


def test_a_block_is_not_sealed_before_it_is_due(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    for wait in (0, 59):
        town.wait(wait)
        with refused("pool: not due"):
            town.seal(ALICE)
    town.wait(1)
    town.seal(ALICE)


@pytest.mark.parametrize("late", [0, 1, 5, 10**8])
def test_a_block_bears_the_time_at_which_it_was_due(town: Town, late: int) -> None:
    due = town.chain.now + 60
    town.deposit(ALICE, ETHER, 5)
    town.wait(60 + late, blocks=7)
    digest = town.pool.ask("open_block")[4]
    draw = town.chain.number + 1
    assert town.seal(BOB) == (Sealed(1, digest, due, draw),)
    commitment = keccak(digest + word(due) + word(draw) + word(1))
    assert town.pool.ask("sealed", 1) == commitment


def test_the_next_block_begins_empty(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    town.wait(60)
    town.seal(ALICE)
    assert town.pool.ask("open_block") == (2, 0, 0, 0, bytes(32))
    assert town.pool.ask("sealed", 2) == bytes(32)


def test_a_block_of_transfers_alone_is_sealed(town: Town) -> None:
    town.execute(ALICE, [town.transfer()])
    town.build()


def test_a_full_block_waits_until_it_is_due(town: Town) -> None:
    for number in range(64):
        town.deposit(ALICE, 1, number)
    with refused("pool: not due"):
        town.seal(ALICE)
    town.wait(60)
    town.seal(ALICE)


def test_the_ledger_ends_with_its_last_block(town: Town) -> None:
    """The models leave it out, and no test fills 2^26 blocks: the counter is set by hand."""
    last, pool, none = 2**26 - 1, town.pool, bytes(32)
    _set_open_block(town, last)
    town.deposit_on_chain(ALICE, ETHER, 5)
    assert pool.ask("open_block")[:2] == (last, 1)
    town.wait(60)
    with fails("pool: the ledger is full"):
        town.deposit_on_chain(ALICE, ETHER, 6)
    pool.call("seal", sender=ALICE)
    assert pool.ask("sealed", last) != none
    with fails("pool: the ledger is full"):
        town.deposit_on_chain(ALICE, ETHER, 6)


def _set_open_block(town: Town, index: int) -> None:
    """Block 1 is open and empty, and block 0 proved: so the counters' word can be told."""
    account, counters = town.pool.address, 1 | 1 << 88 | town.setting.seal_interval << 120
    (slot,) = [s for s in range(64) if town.chain.stored(account, s) == counters]
    town.chain.store(account, slot, counters - 1 | index)


def test_a_pause_does_not_touch_sealing(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    town.pause()
    town.build()
